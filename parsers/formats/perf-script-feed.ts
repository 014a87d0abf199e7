import type { EventWriter } from '../event-writer.ts';
import { KernelLines, type KernelReader } from '../kernel/kernel-lines.ts';
import type { LineKernel } from '../kernel/line-kernel.ts';
import { WholeLineFeed, type WholeLineTarget } from '../whole-lines.ts';
import { FrameCache } from './perf-script-frame-cache.ts';

const NEWLINE = 10;
const TAB = 9;

/** What the feed tells its reader. */
export interface FeedTarget extends KernelReader {
  /** The first MiB, whole lines, before line 1 is read. */
  readHead(buf: Uint8Array, start: number, end: number): void;
  /** A line; returns the frame id when the line, whatever stands around it, is the frame of a call chain, else -1. */
  readLine(buf: Uint8Array, start: number, end: number, line: number): number;
  /** An empty line. */
  takeBlank(): void;
  /** A line whose frame is known from an equal line. */
  takeFrame(frame: number, line: number): void;
}

/**
 * Chunks in, lines out, with two short cuts: event lines go through the kernel, and a line that begins with TAB is looked up
 * in the frame cache before its end is searched. The lines are the same however the bytes are cut.
 */
export class PerfScriptFeed implements WholeLineTarget {
  private readonly lines: WholeLineFeed;
  private readonly cache = new FrameCache();
  private readonly target: FeedTarget;
  private readonly writer: EventWriter;
  private readonly kernel: LineKernel | null;
  private readonly kernelLines: KernelLines | null;
  private buf: Buffer = Buffer.alloc(0);
  private view: DataView = new DataView(new ArrayBuffer(0));

  constructor(writer: EventWriter, target: FeedTarget, kernel: LineKernel | null) {
    this.writer = writer;
    this.target = target;
    this.kernel = kernel;
    this.lines = new WholeLineFeed(writer, this);
    const readRun = (buf: Buffer, start: number, end: number): number => this.readRun(buf, start, end, true);
    this.kernelLines = kernel === null ? null : new KernelLines(kernel, writer, this.splitter, target, readRun);
  }

  get splitter() {
    return this.lines.splitter;
  }
  get bytes(): number {
    return this.lines.bytes;
  }
  push(chunk: Uint8Array): void {
    this.lines.push(chunk);
  }
  end(): void {
    this.lines.end();
  }
  /** To be called when the reader is done with its rows: they lie in the kernel's memory. */
  giveBack(): void {
    this.kernel?.giveBack();
  }

  readHead(buf: Uint8Array, start: number, end: number): void {
    this.target.readHead(buf, start, end);
  }
  readonly onLine = (buf: Uint8Array, start: number, end: number, line: number): void => {
    this.target.readLine(buf, start, end, line);
  };
  readWholeLines(buf: Buffer, from: number, end: number): void {
    if (this.kernelLines !== null) this.kernelLines.read(buf, from, end);
    else this.readRun(buf, from, end, false);
  }

  /** Lines from `from` on, all of them or (`isShort`) one and the blank lines and frames behind it. Where the next begins. */
  private readRun(buf: Buffer, from: number, end: number, isShort: boolean): number {
    if (buf !== this.buf) {
      this.buf = buf;
      this.view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
    }
    const { cache, target, view, splitter } = this;
    const max = this.writer.context.maxLineBytes;
    let pos = from;
    while (pos < end) {
      const first = buf[pos];
      if (first === NEWLINE) {
        splitter.lines++;
        target.takeBlank();
        pos++;
        continue;
      }
      const isFrameLike = first === TAB;
      if (isFrameLike) {
        const frame = cache.find(view, pos, end);
        if (frame >= 0) {
          pos += cache.length;
          target.takeFrame(frame, ++splitter.lines);
          continue;
        }
      } else if (isShort && pos > from) return pos;
      const newline = buf.indexOf(NEWLINE, pos);
      const line = ++splitter.lines;
      if (newline - pos > max) {
        splitter.longLines++;
        this.writer.addLongLine(line);
      } else {
        let last = newline;
        while (last > pos && buf[last - 1] === 13) last--;
        const frame = target.readLine(buf, pos, last, line);
        if (isFrameLike && frame >= 0) cache.put(view, pos, newline + 1 - pos, frame);
      }
      pos = newline + 1;
    }
    return pos;
  }
}
