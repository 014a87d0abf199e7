import { asBuffer, copyBytes } from '../text/bytes.ts';
import { LineSplitter, type OnLine } from '../text/lines.ts';
import type { EventWriter } from './writer.ts';

export const HEAD_BYTES = 1 << 20;
const NEWLINE = 10;

/** What the feed tells its reader. */
export interface WholeLineTarget {
  /** The first MiB, whole lines, before line 1 is read. */
  readHead(buf: Uint8Array, start: number, end: number): void;
  /** One line, wherever it lies. */
  onLine: OnLine;
  /** Lines that lie whole in [from, end) of `buf`, the last byte a newline, no NUL among them. The target counts them. */
  readWholeLines(buf: Buffer, from: number, end: number): void;
}

/**
 * Chunks in, whole lines out in as large pieces as they come: only the line that crosses a border of chunks, the first one
 * (a BOM) and chunks with NUL bytes go through the splitter line by line. The lines are the same however the bytes are cut.
 * The first MiB (`headBytes`) is held back and shown to the target, so that it can learn about the file before it reads line 1.
 */
export class WholeLineFeed {
  readonly splitter: LineSplitter;
  bytes = 0;
  private readonly target: WholeLineTarget;
  private held: Uint8Array[] | null = [];
  private heldBytes = 0;
  private isMidLine = false;
  private readonly headBytes: number;

  constructor(writer: EventWriter, target: WholeLineTarget, headBytes = HEAD_BYTES) {
    this.target = target;
    this.headBytes = headBytes;
    this.splitter = new LineSplitter(writer.context.maxLineBytes, (line) => writer.addLongLine(line));
  }

  push(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    if (this.held === null) {
      this.read(asBuffer(chunk));
      return;
    }
    this.held.push(copyBytes(chunk, 0, chunk.length));
    this.heldBytes += chunk.length;
    if (this.heldBytes >= this.headBytes) this.release();
  }

  end(): void {
    if (this.held !== null) this.release();
    this.splitter.end(this.target.onLine);
  }

  private release(): void {
    const all = Buffer.concat(this.held!);
    this.held = null;
    const isWhole = all.length < this.headBytes;
    this.target.readHead(all, 0, isWhole ? all.length : all.lastIndexOf(NEWLINE, this.headBytes - 1) + 1);
    this.read(all);
  }

  private read(chunk: Buffer): void {
    if (chunk.length === 0) return;
    const { splitter, target } = this;
    let from = 0;
    const isPlain = chunk.indexOf(0) < 0;
    if (isPlain && (this.isMidLine || splitter.lines === 0)) from = chunk.indexOf(NEWLINE) + 1;
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    this.isMidLine = end < chunk.length;
    if (!isPlain || end === 0) {
      splitter.push(chunk, target.onLine);
      return;
    }
    if (from > 0) splitter.push(chunk.subarray(0, from), target.onLine);
    if (end > from) target.readWholeLines(chunk, from, end);
    if (end < chunk.length) splitter.push(chunk.subarray(end), target.onLine);
  }
}
