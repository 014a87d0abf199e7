import type { ReadContext } from '../../contract.ts';
import { Outcome } from '../../payload/decoder.ts';
import { isNameByte, type NameEntry } from '../../payload/events.ts';
import { cursor } from '../../text/numbers.ts';
import { bytesOf, isBlank, skipBlanks, startsWith, textOf, trimEnd } from '../../text/scan.ts';
import { DEFAULT_IRQ_COLUMN } from '../ftrace/flags.ts';
import { FtraceLineReader } from '../ftrace/line-reader.ts';
import { Taken } from '../function-graph/stacks/rows.ts';
import { TraceCmdGraph } from '../function-graph/stacks/trace-cmd.ts';
import { learnTraceCmd, NO_LAYOUT, type TraceCmdLayout } from './layout.ts';
import { readTraceCmdLine } from './special-lines.ts';

const FAILED_TO_PARSE = bytesOf('[FAILED TO PARSE]');
const MARKER_NAME = bytesOf('tracing_mark_write: ');
/** A clock that stands still is nothing the report of trace-cmd is asked about. */
const NEVER_SAME = -(2 ** 30);

/** `trace-cmd report` text, versions 2 and 3. */
export class TraceCmdReader extends FtraceLineReader {
  private readonly graph: TraceCmdGraph;
  private layout: TraceCmdLayout = NO_LAYOUT;
  private isLatency = false;
  private graphLines = 0;
  /** The last event was a free text (print, bprint): its message may go on in the next line. */
  private mayContinue = false;
  private version = '';

  constructor(context: ReadContext) {
    super(context, 'trace-cmd', false);
    this.graph = new TraceCmdGraph(this.writer, context);
  }

  readHead(buf: Uint8Array, start: number, end: number): void {
    this.payload.learn(buf, start, end);
    this.layout = learnTraceCmd(textOf(buf, start, end));
  }

  override isScannerReady(): boolean {
    this.sameTime = NEVER_SAME;
    return !this.isLatency && this.layout.prefixBytes === 0 && super.isScannerReady();
  }

  override takeHits(hits: number): void {
    super.takeHits(hits);
    this.mayContinue = mayContinue(this.teacher!.lastEntry());
  }

  protected describe(): void {
    const { report, stream } = this.writer;
    const parts = [this.version === '' ? '' : `version ${this.version}`, this.isLatency ? 'latency' : ''];
    report.variant = parts.filter((part) => part !== '').join(' ');
    if (this.layout.hasPrefix)
      report.notes.push('several trace files or instances in one report; CPU numbers may repeat');
    stream.format = this.graphLines > 0 ? 'trace-cmd graph' : this.functions.lines > 0 ? 'function' : 'events';
    if (this.graphLines > 0) this.graph.finish();
  }

  readonly onLine = (buf: Uint8Array, lineStart: number, end: number, line: number): void => {
    const { account } = this.writer;
    let first = lineStart;
    while (first < end && isBlank(buf[first])) first++;
    if (first === end) {
      account.comment++;
      return;
    }
    if (this.broken.isHolding) this.broken.settle();
    const prefixed = lineStart + this.layout.prefixBytes;
    const start = prefixed < end ? prefixed : lineStart;
    if (!this.scanLeft(buf, start, end)) {
      this.onOtherLine(buf, lineStart, end, line);
      return;
    }
    if (this.torn.isHolding) this.torn.settle();
    this.anchored++;
    const { left, head } = this;
    head.line = line;
    this.takeLeft(buf, DEFAULT_IRQ_COLUMN);
    this.lastNs = head.atNs;
    this.teacher?.learnLeft(left, buf, start, head.comm, head.context);
    this.takeBody(buf, lineStart, left.body, end);
  };

  protected takeBody(buf: Uint8Array, lineStart: number, body: number, end: number): void {
    const { account } = this.writer;
    const { line } = this.head;
    const outcome = this.decodeEvent(buf, body, trimEnd(buf, body, end));
    if (outcome === Outcome.used) account.parsed++;
    else if (outcome === Outcome.unused) account.unused++;
    else if (outcome === Outcome.damaged) this.broken.add(buf, lineStart, end, line, 'bad-field');
    else if (outcome !== Outcome.malformed || !this.torn.holdLast(buf, lineStart, end, line))
      this.broken.add(buf, lineStart, end, line, outcome === Outcome.malformed ? 'bad-payload' : 'no-event-name');
  }

  private scanLeft(buf: Uint8Array, start: number, end: number): boolean {
    const from = Math.max(start, 0);
    if (this.isLatency && this.left.scanLatency(buf, from, end, true)) return this.takeTime();
    if (this.left.scanEvent(buf, from, end)) return this.takeTime();
    if (!this.isLatency && this.left.scanLatency(buf, from, end, true)) {
      this.isLatency = true;
      return this.takeTime();
    }
    return false;
  }

  /** Below one second trace-cmd prints the bare number of µs (or ns with -t); other clocks have no dot anywhere. */
  private takeTime(): boolean {
    const { head, writer, layout } = this;
    this.digits = cursor.digits;
    if (cursor.digits >= 0) head.atNs = writer.clock.takeTime();
    else if (layout.bareUnitNs === 0) head.atNs = writer.clock.takeTicks();
    else head.atNs = writer.clock.relativeNs(0, cursor.low * layout.bareUnitNs);
    return true;
  }

  /** `event: payload` after the time (and after `(+12)` of --ts-diff). */
  private decodeEvent(buf: Uint8Array, start: number, end: number): number {
    let pos = start;
    if (buf[pos] === 40 && buf[pos + 1] === 43) {
      while (pos < end && buf[pos] !== 41) pos++;
      pos = skipBlanks(buf, pos + 1, end);
    }
    const nameStart = pos;
    while (pos < end && isNameByte(buf[pos])) pos++;
    if (pos === nameStart || buf[pos] !== 58) return this.decodeNameless(buf, nameStart, end);
    const entry = this.payload.nameOf(buf, nameStart, pos);
    let at = skipBlanks(buf, pos + 1, end);
    const failed = startsWith(buf, at, end, FAILED_TO_PARSE);
    if (failed) at = skipBlanks(buf, at + FAILED_TO_PARSE.length, end);
    this.mayContinue = mayContinue(entry);
    const outcome = this.decodeNamed(entry, buf, at, end);
    if (!failed || outcome !== Outcome.malformed) return outcome;
    this.payload.tornEntry = null;
    return Outcome.unused;
  }

  private decodeNamed(entry: NameEntry, buf: Uint8Array, at: number, end: number): number {
    switch (entry.text) {
      case 'function': {
        this.writer.countName(entry.countId);
        this.writer.report.events++;
        const outcome = this.functions.decode(buf, at, end);
        return outcome === Outcome.foreign ? Outcome.unused : outcome;
      }
      case 'funcgraph_entry':
      case 'funcgraph_exit':
        return this.decodeGraph(entry, buf, at, end);
      case 'print':
        // the caller of a marker is printed first; a trace_printk has its own function there
        if (startsWith(buf, at, end, MARKER_NAME)) at += MARKER_NAME.length;
        return this.payload.decode(entry, buf, at, end);
      default:
        return this.payload.decode(entry, buf, at, end);
    }
  }

  /** The columns of the duration begin right after the colon: the blanks belong to the payload. */
  private decodeGraph(entry: NameEntry, buf: Uint8Array, at: number, end: number): number {
    this.writer.countName(entry.countId);
    this.graphLines++;
    const { head, graph } = this;
    const isEntry = entry.text === 'funcgraph_entry';
    const isRead = isEntry ? graph.onEntry(head, buf, at, end) : graph.onExit(head, buf, at, end);
    if (!isRead) return Outcome.malformed;
    return graph.lastTaken === Taken.used ? Outcome.used : Outcome.unused;
  }

  /** `(NULL):`, `UNKNOWN TYPE 12`, `<CANT FIND FIELD x>`: trace-cmd itself did not know the event. */
  private decodeNameless(buf: Uint8Array, start: number, end: number): number {
    const text = textOf(buf, start, Math.min(end, start + 40));
    if (!/^(?:\(NULL\)|UNKNOWN TYPE|<CANT FIND|\[?UNKNOWN|<not found|\S+:)/i.test(text)) return Outcome.foreign;
    this.writer.report.events++;
    this.writer.report.unknownEvents++;
    return Outcome.unused;
  }

  private onOtherLine(buf: Uint8Array, start: number, end: number, line: number): void {
    const { account } = this.writer;
    if (this.torn.isHolding && !this.left.hasAnchor && this.torn.join(buf, start, end)) return;
    this.torn.settle();
    const text = textOf(buf, start, Math.min(end, start + 300));
    const special = readTraceCmdLine(this.writer, text, this.lastNs, line);
    if (special === 'lost') {
      account.parsed++;
      this.graph.forgetCpu(Number(/CPU:(\d+)/.exec(text)?.[1] ?? -1));
    } else if (special === 'gap') {
      account.comment++;
      this.graph.forgetCpu(-1);
    } else if (special === 'header') {
      account.comment++;
      const version = /^version = (\d+)/.exec(text);
      if (version !== null) this.version = version[1];
    } else if (special === 'stack') account.unused++;
    else if (this.left.hasAnchor) this.broken.add(buf, start, end, line, 'no-timestamp');
    else if (this.mayContinue && this.anchored > 0) account.unused++;
    else this.writer.addUnknown(buf, start, end, line);
  }
}

/** Its message may go on in the next line. */
function mayContinue(entry: NameEntry): boolean {
  return !entry.isKnown || entry.isMarker || entry.isFreeText;
}
