import { WholeLineFeed, type WholeLineTarget } from '../events/whole-lines.ts';
import type { EventWriter } from '../events/writer.ts';
import type { LineSplitter, OnLine } from '../text/lines.ts';
import { KernelLines, type KernelReader } from './line-block.ts';
import type { LineKernel } from './line-scanner.ts';

/** A reader of single lines that has taught a kernel some of them. */
export interface KernelTarget extends KernelReader {
  /** The first MiB, whole lines, before line 1 is read. */
  readHead(buf: Uint8Array, start: number, end: number): void;
  readonly onLine: OnLine;
}

/** Chunks in; usual lines go to the kernel, all others one by one to the reader. Without a kernel the reader gets them all. */
export class KernelFeed implements WholeLineTarget {
  protected readonly writer: EventWriter;
  private readonly target: KernelTarget;
  private readonly feed: WholeLineFeed;
  private readonly kernel: LineKernel | null;
  private readonly kernelLines: KernelLines | null;

  constructor(writer: EventWriter, target: KernelTarget, kernel: LineKernel | null, headBytes?: number) {
    this.writer = writer;
    this.target = target;
    this.kernel = kernel;
    this.feed = new WholeLineFeed(writer, this, headBytes);
    const readInFull = (buf: Buffer, start: number, end: number): number => this.readRun(buf, start, end, true);
    this.kernelLines = kernel === null ? null : new KernelLines(kernel, writer, this.splitter, target, readInFull);
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
    else this.readRun(buf, from, end, false);
  }

  /** Lines from `from` on without the kernel: all of them, or (`isShort`) one and what belongs to it. Where the next begins. */
  protected readRun(buf: Buffer, from: number, end: number, isShort: boolean): number {
    const { splitter } = this.feed;
    const { onLine } = this.target;
    let pos = from;
    do pos = splitter.takeWholeLine(buf, pos, onLine);
    while (!isShort && pos < end);
    return pos;
  }
}
