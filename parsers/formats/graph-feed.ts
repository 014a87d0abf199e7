import { asBuffer, copyBytes } from '../bytes.ts';
import { LineSplitter, type OnLine } from '../lines.ts';

const NEWLINE = 10;
/** The fast way reads words without asking for the end of the chunk, but never this close to it. */
const FAST_MARGIN = 1024;

export interface GraphFeedOptions {
  maxLineBytes: number;
  /** So many bytes are held back and shown to `onHead` before the first line is read. */
  learnBytes: number;
  onHead: (head: Uint8Array) => void;
  onLine: OnLine;
  onLongLine: (line: number) => void;
  /** Tries the line at `pos`; the position after its newline, or -1: it goes to onLine. */
  takeFast: (buf: Uint8Array, view: DataView, pos: number, line: number) => number;
}

/** Chunks cut anywhere become lines: whole ones inside a chunk go the fast way, what crosses a border is put together. */
export class GraphFeed {
  /** Off in the test that proves both ways equal. */
  isFast = true;
  private readonly options: GraphFeedOptions;
  private readonly lines: LineSplitter;
  private atLineStart = true;
  private held: Uint8Array[] | null = [];
  private heldBytes = 0;

  constructor(options: GraphFeedOptions) {
    this.options = options;
    this.lines = new LineSplitter(options.maxLineBytes, options.onLongLine);
  }

  /** True while the last line of the input is given out and has no newline. */
  get isCutTail(): boolean {
    return this.lines.isCutTail;
  }

  push(chunk: Uint8Array): void {
    if (this.held === null) {
      this.feed(asBuffer(chunk));
      return;
    }
    this.held.push(copyBytes(chunk, 0, chunk.length));
    this.heldBytes += chunk.length;
    if (this.heldBytes >= this.options.learnBytes) this.startReading();
  }

  end(): void {
    this.startReading();
    this.lines.end(this.options.onLine);
  }

  private startReading(): void {
    if (this.held === null) return;
    const head = Buffer.concat(this.held);
    this.held = null;
    this.options.onHead(head.subarray(0, Math.min(head.length, this.options.learnBytes)));
    this.feed(head);
  }

  private feed(chunk: Buffer): void {
    if (chunk.length === 0) return;
    const { onLine } = this.options;
    let from = 0;
    // The first line of the input may begin with a BOM: the splitter knows how.
    if (!this.atLineStart || this.lines.lines === 0) {
      const newline = chunk.indexOf(NEWLINE);
      if (newline < 0) {
        this.atLineStart = false;
        this.lines.push(chunk, onLine);
        return;
      }
      from = newline + 1;
      this.lines.push(chunk.subarray(0, from), onLine);
    }
    const last = chunk.lastIndexOf(NEWLINE) + 1;
    // It also reads a NUL as a blank.
    if (!this.isFast || last <= from || chunk.indexOf(0) >= 0) this.lines.push(chunk.subarray(from), onLine);
    else {
      this.takeLines(chunk, from, last);
      if (last < chunk.length) this.lines.push(chunk.subarray(last), onLine);
    }
    this.atLineStart = last === chunk.length;
  }

  private takeLines(buf: Buffer, from: number, end: number): void {
    const { lines, options } = this;
    const view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
    const safe = Math.min(end, buf.length - FAST_MARGIN);
    let pos = from;
    while (pos < end) {
      if (pos < safe) {
        const next = options.takeFast(buf, view, pos, lines.lines + 1);
        if (next >= 0) {
          lines.lines++;
          pos = next;
          continue;
        }
      }
      const newline = buf.indexOf(NEWLINE, pos);
      this.takeWholeLine(buf, pos, newline);
      pos = newline + 1;
    }
  }

  /** What the splitter does with a line that lies in one chunk. */
  private takeWholeLine(buf: Uint8Array, start: number, newline: number): void {
    const line = ++this.lines.lines;
    if (newline - start > this.options.maxLineBytes) {
      this.lines.longLines++;
      this.options.onLongLine(line);
      return;
    }
    let end = newline;
    while (end > start && buf[end - 1] === 13) end--;
    this.options.onLine(buf, start, end, line);
  }
}
