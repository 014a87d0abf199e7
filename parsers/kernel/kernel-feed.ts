import type { EventWriter } from '../event-writer.ts';
import type { LineSplitter, OnLine } from '../lines.ts';
import { WholeLineFeed, type WholeLineTarget } from '../whole-lines.ts';
import { KernelLines, type KernelReader } from './kernel-lines.ts';
import type { LineKernel } from './line-kernel.ts';

/** A reader of single lines that has taught a kernel some of them. */
export interface KernelTarget extends KernelReader {
  /** The first MiB, whole lines, before line 1 is read. */
  readHead(buf: Uint8Array, start: number, end: number): void;
  readonly onLine: OnLine;
}

/** Chunks in; usual lines go to the kernel, all others one by one to the reader. Without a kernel the reader gets them all. */
export class KernelFeed implements WholeLineTarget {
  private readonly target: KernelTarget;
  private readonly feed: WholeLineFeed;
  private readonly kernel: LineKernel | null;
  private readonly kernelLines: KernelLines | null;

  constructor(writer: EventWriter, target: KernelTarget, kernel: LineKernel | null, headBytes?: number) {
    this.target = target;
    this.kernel = kernel;
    this.feed = new WholeLineFeed(writer, this, headBytes);
    this.kernelLines = kernel === null ? null : new KernelLines(kernel, writer, this.splitter, target, this.readInFull);
  }

  get splitter(): LineSplitter {
    return this.feed.splitter;
  }
  get bytes(): number {
    return this.feed.bytes;
  }
  get onLine(): OnLine {
    return this.target.onLine;
  }
  push(chunk: Uint8Array): void {
    this.feed.push(chunk);
  }
  end(): void {
    this.feed.end();
  }
  /** To be called when the reader is done with its rows: they lie in the kernel's memory. */
  giveBack(): void {
    this.kernel?.giveBack();
  }

  readHead(buf: Uint8Array, start: number, end: number): void {
    this.target.readHead(buf, start, end);
  }
  readWholeLines(buf: Buffer, from: number, end: number): void {
    if (this.kernelLines !== null) this.kernelLines.read(buf, from, end);
    else for (let pos = from; pos < end; ) pos = this.readInFull(buf, pos);
  }
  private readonly readInFull = (buf: Buffer, start: number): number =>
    this.feed.splitter.takeWholeLine(buf, start, this.target.onLine);
}
