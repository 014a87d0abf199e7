import { CONTEXT_UNKNOWN } from '../../../src/model/events.ts';
import type { ReadContext, ReadResult } from '../../contract.ts';
import { Outcome } from '../../payload/decoder.ts';
import { bytesOf, equalsBytes, skipBlanks, textOf, trimEnd } from '../../text/scan.ts';
import { decodeContextSwitch } from './context-switch.ts';
import { FtraceHeader } from './header.ts';
import { FtraceLayout } from './layout.ts';
import { FtraceLineReader } from './line-reader.ts';
import { readSpecialLine } from './special-lines.ts';

const STACK_TRACE = bytesOf('<stack trace>');
const USER_STACK_TRACE = bytesOf('<user stack trace>');
const BINARY_NOTE = 'printed with the raw option: fields of events are not in the text';

const STANDSTILL_LINES = 100;

/** Event and function lines of `trace`, `trace_pipe`, latency tracers and ftrace dumps. */
export class FtraceReader extends FtraceLineReader {
  private readonly header: FtraceHeader;
  private readonly layout: FtraceLayout;
  private nameless = 0;
  private hasRaw = false;

  constructor(context: ReadContext) {
    super(context, 'ftrace', true);
    this.header = new FtraceHeader(this.writer);
    this.layout = new FtraceLayout(this.left, this.writer);
  }

  readHead(buf: Uint8Array, start: number, end: number): void {
    this.payload.learn(buf, start, end);
  }

  override isScannerReady(): boolean {
    return this.layout.name === 'event' && super.isScannerReady();
  }

  protected takeBody(buf: Uint8Array, start: number, body: number, end: number): void {
    this.account(this.decodeBody(buf, body, end), buf, start, body, end);
  }

  protected describe(): void {
    const { report, stream } = this.writer;
    report.variant = this.nameVariant();
    stream.format = this.functions.lines > 0 ? 'function' : 'events';
    report.events += this.functions.lines;
    if (this.hasRaw) report.notes.push(BINARY_NOTE);
    if (this.nameless > 0 && this.nameless >= this.anchored / 2) report.notes.push(this.nameOtherTracer());
  }

  override end(): ReadResult {
    const result = super.end();
    if (this.functions.lines > 0) result.report.eventNames.set('function', this.functions.lines);
    return result;
  }

  private nameVariant(): string {
    const { layout } = this;
    const { tracer } = this.header;
    if (layout.name === 'latency' || layout.name === 'verbose') return `${layout.name} ${tracer}`.trim();
    return tracer === '' ? 'no header' : tracer;
  }

  private nameOtherTracer(): string {
    const { tracer } = this.header;
    const who = tracer === '' || tracer === 'nop' ? 'another tracer' : `the ${tracer} tracer`;
    return `${this.nameless} of ${this.anchored} lines are records of ${who}, which sees no receive calls: record events or function_graph`;
  }

  readonly onLine = (buf: Uint8Array, start: number, end: number, line: number): void => {
    if (buf[start] === 35 && end > start && this.readHash(buf, start, end, line)) return;
    const { layout, left, head } = this;
    if (!layout.scan(buf, start, end)) {
      const hash = skipBlanks(buf, start, end);
      if (hash > start && buf[hash] === 35 && this.readHash(buf, hash, end, line)) return;
      this.onOtherLine(buf, start, end, line);
      return;
    }
    this.digits = layout.digits;
    head.atNs = layout.atNs;
    this.takeLeft(buf, this.header.irqColumn);
    if (layout.name === 'event') this.teacher?.learnLeft(left, buf, start, head.comm, head.context);
    if (this.broken.isHolding) this.broken.settle();
    if (this.torn.isHolding) this.torn.settle();
    this.anchored++;
    head.line = line;
    if (head.atNs === this.lastNs) this.onSameTime(line);
    else this.sameTime = 0;
    this.lastNs = head.atNs;
    this.takeBody(buf, start, left.body, end);
  };

  /** The `global` clock stands still while CPUs disagree: a microsecond holds ten lines at most, not hundreds. */
  private onSameTime(line: number): void {
    if (++this.sameTime !== STANDSTILL_LINES) return;
    const { fileName: file, diagnostics } = this.writer.context;
    const text = `${STANDSTILL_LINES} successive lines with one time stamp`;
    diagnostics.count('clock-stands-still', { file, line, text, reason: 'same-time' });
  }

  /** An Outcome. Function lines are most frequent where they occur at all. */
  private decodeBody(buf: Uint8Array, start: number, printedEnd: number): number {
    // A terminal's copy may fill lines up with blanks.
    const end = trimEnd(buf, start, printedEnd);
    if (this.functions.lines > 0) {
      const known = this.payload.decodeKnown(buf, start, end);
      if (known !== Outcome.foreign) return known;
      const outcome = this.functions.decode(buf, start, end);
      return outcome === Outcome.foreign ? this.payload.decodeBody(buf, start, end) : outcome;
    }
    const outcome = this.payload.decodeBody(buf, start, end);
    return outcome === Outcome.foreign ? this.functions.decode(buf, start, end) : outcome;
  }

  private account(outcome: number, buf: Uint8Array, start: number, body: number, end: number): void {
    const { account } = this.writer;
    const { line } = this.head;
    if (outcome === Outcome.used) account.parsed++;
    else if (outcome === Outcome.unused) account.unused++;
    else if (outcome === Outcome.malformed) {
      if (!this.torn.holdLast(buf, start, end, line)) this.broken.add(buf, start, end, line, 'bad-payload');
    } else if (outcome === Outcome.damaged) this.broken.add(buf, start, end, line, 'bad-field');
    else this.onForeignBody(buf, body, end);
  }

  /** Anchored, but neither event nor function: other tracers, stack marks, `[LINE TOO BIG]`. */
  private onForeignBody(buf: Uint8Array, body: number, end: number): void {
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
      this.teacher?.forgetLefts();
    } else if (this.left.hasAnchor) this.broken.add(buf, start, end, line, 'no-timestamp');
    else if (this.anchored > 0 || this.header.tracer === '' || !this.readBareLine(buf, start, end, line)) {
      this.writer.addUnknown(buf, start, end, line);
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
    this.layout.name = 'none';
    this.account(outcome, buf, start, start, end);
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
      this.teacher?.forgetLefts();
    } else return false;
    return true;
  }
}
