import { CONTEXT_UNKNOWN } from '../../../src/model/events.ts';
import type { FormatReader, ReadContext, ReadResult } from '../../contract.ts';
import { BrokenLines } from '../../events/broken-lines.ts';
import { EventWriter } from '../../events/writer.ts';
import { type LineHead, PayloadDecoder } from '../../payload/decoder.ts';
import { TornPayload } from '../../payload/torn.ts';
import type { OnLine } from '../../text/lines.ts';
import { ScannerFeed, type ScannerTarget } from '../../wasm/feed.ts';
import { LineScanner } from '../../wasm/line-scanner.ts';
import { readFlagBits, readFlags } from './flags.ts';
import { FunctionDecoder } from './function.ts';
import { LeftPart } from './left-part.ts';
import { FtraceTeacher } from './teacher.ts';

/**
 * What the readers of ftrace text and of trace-cmd report share: lines of `task-pid [cpu] flags time: body`, the damaged ones
 * among them, and the teacher of the scanner that reads the usual ones.
 */
export abstract class FtraceLineReader implements FormatReader, ScannerTarget {
  readonly head: LineHead;
  protected readonly writer: EventWriter;
  protected readonly payload: PayloadDecoder;
  protected readonly functions: FunctionDecoder;
  protected readonly broken: BrokenLines;
  protected readonly torn: TornPayload;
  protected readonly left = new LeftPart();
  protected readonly feed: ScannerFeed;
  protected readonly teacher: FtraceTeacher | null;
  /** Lines with a left part. */
  protected anchored = 0;
  protected lastNs = Number.NaN;
  /** Successive lines before the last one that showed its time. */
  protected sameTime = 0;
  /** Fractional digits of the last time; -1 ticks. */
  protected digits = -2;

  /** `hasFunctions`: the bodies of the function tracer stand without an event name. */
  constructor(context: ReadContext, format: string, hasFunctions: boolean) {
    const scanner = LineScanner.for(context);
    this.writer = new EventWriter(context, format, scanner?.batch);
    this.payload = new PayloadDecoder(this.writer, scanner?.makeThreadStates(this.writer));
    this.head = this.payload.head;
    this.broken = new BrokenLines(this.writer);
    this.torn = new TornPayload(this.writer, this.payload, 'bad-payload');
    this.functions = new FunctionDecoder(this.head);
    const functions = hasFunctions ? this.functions : null;
    this.teacher = scanner === null ? null : new FtraceTeacher(scanner, this.writer, this.payload, functions);
    this.feed = new ScannerFeed(this.writer, this, scanner);
  }

  push(chunk: Uint8Array): void {
    this.feed.push(chunk);
  }

  abstract readHead(buf: Uint8Array, start: number, end: number): void;
  abstract readonly onLine: OnLine;
  /** Decodes the body [body, end) of the line that begins at `start`, whose left part is in `head`, and accounts for it. */
  protected abstract takeBody(buf: Uint8Array, start: number, body: number, end: number): void;
  /** The report's variant and notes, and what the stream is made of. */
  protected abstract describe(): void;

  isScannerReady(): boolean {
    const { broken, torn, teacher } = this;
    if (broken.isHolding || torn.isHolding || !teacher!.isReady(this.digits)) return false;
    teacher!.setTimes(this.lastNs, this.sameTime);
    return true;
  }

  takeHits(hits: number): void {
    this.anchored += hits;
    this.takeTimes();
  }

  takeHead(): void {
    const teacher = this.teacher!;
    this.anchored++;
    this.takeTimes();
    const { buf, start, body, end, slot } = teacher.readHead();
    this.head.line = this.feed.splitter.lines;
    this.takeBody(buf, start, body, end);
    teacher.learnBody(buf, body, end, slot);
  }

  private takeTimes(): void {
    this.lastNs = this.teacher!.lastNs;
    this.sameTime = this.teacher!.sameTime;
  }

  /** Task, cpu and context of the left part that was scanned last. */
  protected takeLeft(buf: Uint8Array, irqColumn: number): void {
    const { left, head } = this;
    head.tid = left.tid;
    head.cpu = left.cpu;
    if (left.tgid >= 0) this.writer.stream.tgids.set(left.tid, left.tgid);
    head.comm = this.writer.internComm(left.tid, buf, left.commStart, left.commEnd);
    head.context =
      left.flagBits >= 0
        ? readFlagBits(left.flagBits)
        : left.flagsEnd > left.flagsStart
          ? readFlags(buf, left.flagsStart, left.flagsEnd, irqColumn)
          : CONTEXT_UNKNOWN;
  }

  end(): ReadResult {
    this.feed.end();
    this.torn.end();
    this.broken.end();
    this.teacher?.drain();
    const { report } = this.writer;
    report.bytes = this.feed.bytes;
    report.account.lines = this.feed.splitter.lines;
    this.describe();
    const result = this.writer.finish();
    this.feed.giveBack();
    return result;
  }
}
