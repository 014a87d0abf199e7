import { asBuffer, copyBytes } from '../bytes.ts';
import type { EventWriter } from '../event-writer.ts';
import { HEAD_BYTES } from '../line-feed.ts';
import { LineSplitter } from '../lines.ts';
import { FrameCache } from './perf-script-frame-cache.ts';

/** What the feed tells its reader. */
export interface FeedTarget {
  /** The first MiB, whole lines, before line 1 is read. */
  readHead(buf: Uint8Array, start: number, end: number): void;
  /** A line; returns the frame id when the line, whatever stands around it, is the frame of a call chain, else -1. */
  readLine(buf: Uint8Array, start: number, end: number, line: number): number;
  /** The lines that follow lie in `buf`. */
  useChunk(view: DataView, buf: Uint8Array): void;
  /** An empty line. */
  takeBlank(): void;
  /** A line whose frame is known from an equal line. */
  takeFrame(frame: number, line: number): void;
}

/**
 * Chunks in, lines out, like LineFeed, with a short cut for frames: a line that begins with TAB is looked up in the frame
 * cache before its end is searched. The lines are the same however the bytes are cut.
 */
export class PerfScriptFeed {
  readonly splitter: LineSplitter;
  bytes = 0;
  private readonly cache = new FrameCache();
  private readonly target: FeedTarget;
  private readonly maxLineBytes: number;
  private readonly onLongLine: (line: number) => void;
  private held: Uint8Array[] | null = [];
  private heldBytes = 0;
  private isMidLine = false;

  constructor(writer: EventWriter, target: FeedTarget) {
    const { context, account, report } = writer;
    this.target = target;
    this.maxLineBytes = context.maxLineBytes;
    this.onLongLine = (line) => {
      account.malformed++;
      const example = { file: context.fileName, line, text: '', reason: 'too-long' };
      context.diagnostics.count('long-line', example);
      if (report.malformedExamples.length < 5) report.malformedExamples.push(example);
    };
    this.splitter = new LineSplitter(this.maxLineBytes, this.onLongLine);
  }

  push(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    if (this.held === null) {
      this.read(asBuffer(chunk));
      return;
    }
    this.held.push(copyBytes(chunk, 0, chunk.length));
    this.heldBytes += chunk.length;
    if (this.heldBytes >= HEAD_BYTES) this.release();
  }

  end(): void {
    if (this.held !== null) this.release();
    this.splitter.end(this.readOne);
  }

  private release(): void {
    const all = Buffer.concat(this.held!);
    this.held = null;
    const isWhole = all.length < HEAD_BYTES;
    this.target.readHead(all, 0, isWhole ? all.length : all.lastIndexOf(10, HEAD_BYTES - 1) + 1);
    this.read(all);
  }

  private readonly readOne = (buf: Uint8Array, start: number, end: number, line: number): void => {
    this.target.readLine(buf, start, end, line);
  };

  private read(chunk: Buffer): void {
    if (chunk.length === 0) return;
    // NUL bytes are the splitter's business, and so are the first line (BOM) and a line begun in an earlier chunk.
    if (chunk.indexOf(0) >= 0) {
      this.splitter.push(chunk, this.readOne);
      this.isMidLine = chunk[chunk.length - 1] !== 10;
      return;
    }
    let from = 0;
    if (this.isMidLine || this.splitter.lines === 0) {
      const newline = chunk.indexOf(10);
      if (newline < 0) {
        this.splitter.push(chunk, this.readOne);
        this.isMidLine = true;
        return;
      }
      from = newline + 1;
      this.splitter.push(chunk.subarray(0, from), this.readOne);
    }
    const end = chunk.lastIndexOf(10) + 1;
    if (end > from) this.readWholeLines(chunk, from, end);
    else if (end < from) throw new Error('unreachable: the last newline lies before the first');
    if (end < chunk.length) this.splitter.push(chunk.subarray(end), this.readOne);
    this.isMidLine = end < chunk.length;
  }

  private readWholeLines(buf: Buffer, from: number, end: number): void {
    const view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
    const { cache, target, splitter } = this;
    target.useChunk(view, buf);
    const max = this.maxLineBytes;
    let pos = from;
    while (pos < end) {
      const first = buf[pos];
      if (first === 10) {
        splitter.lines++;
        target.takeBlank();
        pos++;
        continue;
      }
      const isFrameLike = first === 9;
      if (isFrameLike) {
        const frame = cache.find(view, pos, end);
        if (frame >= 0) {
          pos += cache.length;
          target.takeFrame(frame, ++splitter.lines);
          continue;
        }
      }
      const newline = buf.indexOf(10, pos);
      const line = ++splitter.lines;
      if (newline - pos > max) {
        splitter.longLines++;
        this.onLongLine(line);
      } else {
        let last = newline;
        while (last > pos && buf[last - 1] === 13) last--;
        const frame = target.readLine(buf, pos, last, line);
        if (isFrameLike && frame >= 0) cache.put(view, pos, newline + 1 - pos, frame);
      }
      pos = newline + 1;
    }
  }
}
