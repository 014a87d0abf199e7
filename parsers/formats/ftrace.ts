import { CONTEXT_UNKNOWN } from '../../src/model/events.ts';
import { BrokenLines } from '../broken-line.ts';
import type { Detection, DetectionHead, Format, FormatReader, ReadContext, ReadResult } from '../contract.ts';
import { EventWriter } from '../event-writer.ts';
import { KernelLines, type KernelReader } from '../kernel/kernel-lines.ts';
import * as L from '../kernel/layout.ts';
import { LineKernel } from '../kernel/line-kernel.ts';
import { type LineHead, Outcome, PayloadDecoder } from '../payload.ts';
import { bytesOf, cursor, equalsBytes, skipBlanks, textOf } from '../scan.ts';
import { TornPayload } from '../torn-payload.ts';
import { WholeLineFeed, type WholeLineTarget } from '../whole-lines.ts';
import { decodeContextSwitch } from './ftrace-ctx.ts';
import { readFlagBits, readFlags } from './ftrace-flags.ts';
import { FunctionDecoder } from './ftrace-function.ts';
import { FtraceHeader } from './ftrace-header.ts';
import { FtraceKernel } from './ftrace-kernel.ts';
import { LeftPart } from './ftrace-left.ts';
import { readSpecialLine } from './ftrace-special.ts';

const STACK_TRACE = bytesOf('<stack trace>');
const USER_STACK_TRACE = bytesOf('<user stack trace>');
const BINARY_NOTE = 'printed with the raw option: fields of events are not in the text';

const STANDSTILL_LINES = 100;

type Layout = 'event' | 'latency' | 'verbose' | 'none';

/** Event and function lines of `trace`, `trace_pipe`, latency tracers and ftrace dumps. */
class FtraceReader implements FormatReader, WholeLineTarget, KernelReader {
  private readonly writer: EventWriter;
  private readonly payload: PayloadDecoder;
  private readonly functions: FunctionDecoder;
  private readonly header: FtraceHeader;
  private readonly head: LineHead;
  private readonly broken: BrokenLines;
  private readonly torn: TornPayload;
  private readonly left = new LeftPart();
  private readonly kernel: FtraceKernel | null;
  private readonly heap: LineKernel | null;
  private readonly kernelLines: KernelLines | null;
  private readonly feed: WholeLineFeed;
  private layout: Layout = 'event';
  private anchored = 0;
  private lastNs = Number.NaN;
  /** Fractional digits of the last time; -1 ticks. */
  private digits = -2;
  private hasRaw = false;

  constructor(context: ReadContext) {
    const kernel = LineKernel.for(context);
    this.writer = new EventWriter(context, 'ftrace', kernel?.batch);
    this.payload = new PayloadDecoder(this.writer, kernel?.makeThreadStates(this.writer));
    this.head = this.payload.head;
    this.broken = new BrokenLines(this.writer);
    this.torn = new TornPayload(this.writer, this.payload, 'bad-payload');
    this.functions = new FunctionDecoder(this.head);
    this.header = new FtraceHeader(this.writer);
    this.feed = new WholeLineFeed(this.writer, this);
    this.heap = kernel;
    this.kernel = kernel === null ? null : new FtraceKernel(kernel, this.writer, this.payload, this.functions);
    this.kernelLines = kernel === null ? null : new KernelLines(kernel, this.writer, this.feed.splitter, this);
  }

  push(chunk: Uint8Array): void {
    this.feed.push(chunk);
  }

  readHead(buf: Uint8Array, start: number, end: number): void {
    this.payload.learn(buf, start, end);
  }

  readWholeLines(buf: Buffer, from: number, end: number): void {
    if (this.kernelLines !== null) this.kernelLines.read(buf, from, end);
    else for (let pos = from; pos < end; ) pos = this.readInFull(buf, pos);
  }

  readInFull(buf: Buffer, start: number): number {
    return this.feed.splitter.takeWholeLine(buf, start, this.onLine);
  }

  isKernelReady(): boolean {
    const { kernel, broken, torn } = this;
    if (this.layout !== 'event' || broken.isHolding || torn.isHolding || !kernel!.isReady(this.digits)) return false;
    this.heap!.setDouble(L.LAST_NS, this.lastNs);
    this.heap!.setInt(L.SAME_TIME, this.sameTime);
    return true;
  }

  takeHits(hits: number): void {
    this.anchored += hits;
    this.takeTimes();
  }

  takeHead(): void {
    const heap = this.heap!;
    this.anchored++;
    this.takeTimes();
    this.kernel!.readHead();
    this.head.line = this.feed.splitter.lines;
    const start = heap.int(L.LINE_START);
    const end = heap.int(L.LINE_END);
    const body = heap.int(L.NAME_START);
    this.left.body = body;
    const slot = heap.int(L.NAME);
    this.account(this.decodeBody(heap.heap, body, end), heap.heap, start, end, this.head.line);
    this.kernel!.learnBody(heap.heap, body, end, slot);
  }

  private takeTimes(): void {
    this.lastNs = this.heap!.double(L.LAST_NS);
    this.sameTime = this.heap!.int(L.SAME_TIME);
  }

  nameSock(start: number, end: number): number {
    return this.kernel!.nameSock(start, end);
  }

  end(): ReadResult {
    this.feed.end();
    this.torn.end();
    this.broken.end();
    this.kernel?.drain();
    const { report, stream } = this.writer;
    report.bytes = this.feed.bytes;
    report.account.lines = this.feed.splitter.lines;
    report.variant = this.nameVariant();
    stream.format = this.functions.lines > 0 ? 'function' : 'events';
    report.events += this.functions.lines;
    if (this.hasRaw) report.notes.push(BINARY_NOTE);
    if (this.nameless > 0 && this.nameless >= this.anchored / 2) report.notes.push(this.nameOtherTracer());
    const result = this.writer.finish();
    this.kernel?.giveBack();
    if (this.functions.lines > 0) report.eventNames.set('function', this.functions.lines);
    return result;
  }

  private nameVariant(): string {
    const { tracer } = this.header;
    if (this.layout === 'latency' || this.layout === 'verbose') return `${this.layout} ${tracer}`.trim();
    return tracer === '' ? 'no header' : tracer;
  }

  private nameOtherTracer(): string {
    const { tracer } = this.header;
    const who = tracer === '' || tracer === 'nop' ? 'another tracer' : `the ${tracer} tracer`;
    return `${this.nameless} of ${this.anchored} lines are records of ${who}, which sees no receive calls: record events or function_graph`;
  }

  readonly onLine = (buf: Uint8Array, start: number, end: number, line: number): void => {
    if (buf[start] === 35 && end > start && this.readHash(buf, start, end, line)) return;
    if (!this.readLeft(buf, start, end)) {
      this.onOtherLine(buf, start, end, line);
      return;
    }
    if (this.broken.isHolding) this.broken.settle();
    if (this.torn.isHolding) this.torn.settle();
    this.anchored++;
    const { head } = this;
    head.line = line;
    if (head.atNs === this.lastNs) this.onSameTime(line);
    else this.sameTime = 0;
    this.lastNs = head.atNs;
    this.account(this.decodeBody(buf, this.left.body, end), buf, start, end, line);
  };

  /** Task, cpu, context and time of `head`, and where the body begins. */
  private readLeft(buf: Uint8Array, start: number, end: number): boolean {
    const { left, head, writer } = this;
    if (!this.scanLeft(buf, start, end)) return false;
    head.tid = left.tid;
    head.cpu = left.cpu;
    head.comm = writer.internComm(left.tid, buf, left.commStart, left.commEnd);
    head.context =
      left.flagBits >= 0
        ? readFlagBits(left.flagBits)
        : left.flagsEnd > left.flagsStart
          ? readFlags(buf, left.flagsStart, left.flagsEnd, this.header.irqColumn)
          : CONTEXT_UNKNOWN;
    if (this.layout === 'event') this.kernel?.learnLeft(left, buf, start, head.comm, head.context);
    return true;
  }

  /** The `global` clock stands still while CPUs disagree: a microsecond holds ten lines at most, not hundreds. */
  private onSameTime(line: number): void {
    if (++this.sameTime !== STANDSTILL_LINES) return;
    const { fileName: file, diagnostics } = this.writer.context;
    const text = `${STANDSTILL_LINES} successive lines with one time stamp`;
    diagnostics.count('clock-stands-still', { file, line, text, reason: 'same-time' });
  }
  private sameTime = 0;

  /** Sets `left` and the time of `head`. The layout of the last line is tried first. */
  private scanLeft(buf: Uint8Array, start: number, end: number): boolean {
    if (this.layout === 'event' && this.scanLayout('event', buf, start, end)) return true;
    if (this.layout !== 'event' && this.layout !== 'none' && this.scanLayout(this.layout, buf, start, end)) return true;
    for (const layout of LAYOUTS) {
      if (layout !== this.layout && this.scanLayout(layout, buf, start, end)) {
        this.layout = layout;
        return true;
      }
    }
    return false;
  }

  private scanLayout(layout: Layout, buf: Uint8Array, start: number, end: number): boolean {
    const { left, head } = this;
    if (layout === 'event') {
      if (!left.scanEvent(buf, start, end)) return false;
      this.digits = cursor.digits;
      head.atNs = cursor.digits < 0 ? this.writer.takeTicks() : this.writer.takeTime();
      return true;
    }
    if (layout === 'latency') {
      if (!left.scanLatency(buf, start, end)) return false;
      head.atNs = left.isTicks ? this.writer.takeTicks() : this.writer.takeMicros(left.relative, true);
      return true;
    }
    if (!left.scanVerbose(buf, start, end)) return false;
    head.atNs = this.writer.takeMicros(left.relative, false);
    return true;
  }

  /** An Outcome. Function lines are most frequent where they occur at all. */
  private decodeBody(buf: Uint8Array, start: number, end: number): number {
    if (this.functions.lines > 0) {
      const known = this.payload.decodeKnown(buf, start, end);
      if (known !== Outcome.foreign) return known;
      const outcome = this.functions.decode(buf, start, end);
      return outcome === Outcome.foreign ? this.payload.decodeBody(buf, start, end) : outcome;
    }
    const outcome = this.payload.decodeBody(buf, start, end);
    return outcome === Outcome.foreign ? this.functions.decode(buf, start, end) : outcome;
  }

  private account(outcome: number, buf: Uint8Array, start: number, end: number, line: number): void {
    const { account } = this.writer;
    if (outcome === Outcome.used) account.parsed++;
    else if (outcome === Outcome.unused) account.unused++;
    else if (outcome === Outcome.malformed) {
      if (!this.torn.holdLast(buf, start, end, line)) this.broken.add(buf, start, end, line, 'bad-payload');
    } else this.onForeignBody(buf, end);
  }

  /** Anchored, but neither event nor function: other tracers, stack marks, `[LINE TOO BIG]`. */
  private onForeignBody(buf: Uint8Array, end: number): void {
    const { body } = this.left;
    const isStack = equalsBytes(buf, body, end, STACK_TRACE) || equalsBytes(buf, body, end, USER_STACK_TRACE);
    if (!isStack && decodeContextSwitch(this.head, buf, body, end) === Outcome.used) {
      this.writer.account.parsed++;
      return;
    }
    this.writer.account.unused++;
    if (!isStack) this.countNameless();
  }

  /** A record of another tracer (blk, hwlat, osnoise, timerlat), `Unknown type 42`: an event all the same. */
  private countNameless(): void {
    const { report, context } = this.writer;
    const { tracer } = this.header;
    report.events++;
    report.unknownEvents++;
    this.nameless++;
    this.writer.countName(context.strings.intern(tracer === '' ? '(no event name)' : `(${tracer} tracer)`));
  }
  private nameless = 0;

  private onOtherLine(buf: Uint8Array, start: number, end: number, line: number): void {
    const { account } = this.writer;
    if (skipBlanks(buf, start, end) === end) {
      account.comment++;
      return;
    }
    this.broken.settle();
    if (this.torn.isHolding && !this.left.hasAnchor && this.torn.join(buf, start, end)) return;
    this.torn.settle();
    const text = textOf(buf, start, Math.min(end, start + 300));
    const special = readSpecialLine(this.writer, text, this.lastNs, line);
    if (special === 'lost') account.parsed++;
    else if (special === 'gap' || special === 'border') account.comment++;
    else if (special !== '') {
      account.unused++;
      if (special === 'raw') this.hasRaw = true;
    } else if (this.header.readOld(text, line)) {
      account.comment++;
      this.kernel?.forgetLefts();
    } else if (this.left.hasAnchor) this.broken.add(buf, start, end, line, 'no-timestamp');
    else if (this.anchored > 0 || this.header.tracer === '' || !this.readBareLine(buf, start, end, line)) {
      account.unknown++;
    }
  }

  /** nocontext-info: bodies only, neither task nor CPU nor time. */
  private readBareLine(buf: Uint8Array, start: number, end: number, line: number): boolean {
    const { head } = this;
    head.line = line;
    head.atNs = Number.NaN;
    head.cpu = -1;
    head.tid = -1;
    head.comm = -1;
    head.context = CONTEXT_UNKNOWN;
    const outcome = this.decodeBody(buf, start, end);
    if (outcome === Outcome.foreign) return false;
    this.layout = 'none';
    this.account(outcome, buf, start, end, line);
    return true;
  }

  private readHash(buf: Uint8Array, start: number, end: number, line: number): boolean {
    this.broken.settle();
    const text = textOf(buf, start, Math.min(end, start + 400));
    const { account } = this.writer;
    if (readSpecialLine(this.writer, text, this.lastNs, line) === 'lost') account.parsed++;
    else if (this.header.readHash(text, line)) {
      account.comment++;
      // It may have moved the columns of the flags.
      this.kernel?.forgetLefts();
    } else return false;
    return true;
  }
}

const LAYOUTS: readonly Layout[] = ['event', 'latency', 'verbose'];

const EVENT_LINE =
  /^(?![>|#])\s*\S.{0,60}?-\d+\s+(?:\([\s\d-]{4,8}\)\s*)?\[\d{2,}\]\s+(?:[A-Za-z0-9.#]{3,9}\s+)?\d+(?:\.\d+)?:\s/;
const LATENCY_LINE = /^(?![>|#[]).{1,24}-\d+\s+\d+[.dDbX][A-Za-z0-9.]{2,8}\s+\d+(?:us)?[ +!#*@$]*:\s/;
const VERBOSE_LINE = /\s\[[0-9a-f]{8,16}\] -?\d+\.\d{3}ms \(\+/;

export function scoreFtraceLine(line: string): number {
  if (line.startsWith('# tracer: ')) return line.startsWith('# tracer: function_graph') ? 0 : 100;
  if (/latency trace v\d/.test(line)) return 100;
  if (/^CPU:\d+ \[LOST/.test(line)) return 10;
  return EVENT_LINE.test(line) || LATENCY_LINE.test(line) || VERBOSE_LINE.test(line) ? 10 : 0;
}

export const ftraceFormat: Format = {
  id: 'ftrace',
  title: 'ftrace text (trace, trace_pipe)',
  fills: 'events',
  printedBy: 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/kernel/trace/trace_output.c',
  example: '          <idle>-0       [001] dNh1.   221.673434: sched_wakeup: comm=ip pid=592 prio=120 target_cpu=001',
  detect(head: DetectionHead): Detection {
    let score = 0;
    let variant = '';
    for (const line of head.lines) {
      const points = scoreFtraceLine(line);
      score += points;
      if (points === 100 && variant === '') variant = /^# tracer: (\S+)/.exec(line)?.[1] ?? 'latency';
    }
    return { score, variant };
  },
  open: (context: ReadContext): FormatReader => new FtraceReader(context),
};
