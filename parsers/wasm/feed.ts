import { WholeLineFeed, type WholeLineTarget } from '../events/whole-lines.ts';
import type { EventWriter } from '../events/writer.ts';
import type { LineSplitter, OnLine } from '../text/lines.ts';
import { LineLoop, type ScannerReader } from './line-loop.ts';
import type { LineScanner } from './line-scanner.ts';

/** A reader of single lines that has taught a scanner some of them. */
export interface ScannerTarget extends ScannerReader {
  /** The first MiB, whole lines, before line 1 is read. */
  readHead(buf: Uint8Array, start: number, end: number): void;
  readonly onLine: OnLine;
}

/** Chunks in; usual lines go to the scanner, all others one by one to the reader. Without a scanner the reader gets them all. */
export class ScannerFeed implements WholeLineTarget {
  protected readonly writer: EventWriter;
  private readonly target: ScannerTarget;
  private readonly feed: WholeLineFeed;
  private readonly scanner: LineScanner | null;
  private readonly loop: LineLoop | null;

  constructor(writer: EventWriter, target: ScannerTarget, scanner: LineScanner | null, headBytes?: number) {
    this.writer = writer;
    this.target = target;
    this.scanner = scanner;
    this.feed = new WholeLineFeed(writer, this, headBytes);
    const readInFull = (buf: Buffer, start: number, end: number): number => this.readRun(buf, start, end, true);
    this.loop = scanner === null ? null : new LineLoop(scanner, writer, this.splitter, target, readInFull);
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
  /** To be called when the reader is done with its rows: they lie in the scanner's memory. */
  giveBack(): void {
    this.scanner?.giveBack();
  }

  readHead(buf: Uint8Array, start: number, end: number): void {
    this.target.readHead(buf, start, end);
  }
  readWholeLines(buf: Buffer, from: number, end: number): void {
    if (this.loop !== null) this.loop.read(buf, from, end);
    else this.readRun(buf, from, end, false);
  }

  /** Lines from `from` on without the scanner: all of them, or (`isShort`) one and what belongs to it. Where the next begins. */
  protected readRun(buf: Buffer, from: number, end: number, isShort: boolean): number {
    const { splitter } = this.feed;
    const { onLine } = this.target;
    let pos = from;
    do pos = splitter.takeWholeLine(buf, pos, onLine);
    while (!isShort && pos < end);
    return pos;
  }
}
