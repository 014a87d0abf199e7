import { CONTEXT_UNKNOWN } from '../../src/model/events.ts';
import { BrokenLines } from '../broken-line.ts';
import type { Detection, DetectionHead, Format, FormatReader, ReadContext, ReadResult } from '../contract.ts';
import { EventWriter } from '../event-writer.ts';
import { KernelLines, type KernelReader } from '../kernel/kernel-lines.ts';
import * as L from '../kernel/layout.ts';
import { LineKernel } from '../kernel/line-kernel.ts';
import { isNameByte, type LineHead, type NameEntry, Outcome, PayloadDecoder } from '../payload.ts';
import { bytesOf, cursor, isBlank, skipBlanks, startsWith, textOf } from '../scan.ts';
import { TornPayload } from '../torn-payload.ts';
import { WholeLineFeed, type WholeLineTarget } from '../whole-lines.ts';
import { DEFAULT_IRQ_COLUMN, readFlags } from './ftrace-flags.ts';
import { FunctionDecoder } from './ftrace-function.ts';
import { FtraceKernel } from './ftrace-kernel.ts';
import { LeftPart } from './ftrace-left.ts';
import { Taken } from './graph-rows.ts';
import { TraceCmdGraph } from './graph-tracecmd.ts';
import { learnTraceCmd, NO_LAYOUT, type TraceCmdLayout } from './trace-cmd-layout.ts';
import { readTraceCmdLine } from './trace-cmd-special.ts';

const FAILED_TO_PARSE = bytesOf('[FAILED TO PARSE]');
const MARKER_NAME = bytesOf('tracing_mark_write: ');

/** `trace-cmd report` text, versions 2 and 3. */
class TraceCmdReader implements FormatReader, WholeLineTarget, KernelReader {
  private readonly writer: EventWriter;
  private readonly payload: PayloadDecoder;
  private readonly functions: FunctionDecoder;
  private readonly graph: TraceCmdGraph;
  private readonly head: LineHead;
  private readonly broken: BrokenLines;
  private readonly torn: TornPayload;
  private readonly left = new LeftPart();
  private readonly feed: WholeLineFeed;
  private readonly heap: LineKernel | null;
  private readonly kernel: FtraceKernel | null;
  private readonly kernelLines: KernelLines | null;
  private digits = -2;
  private layout: TraceCmdLayout = NO_LAYOUT;
  private isLatency = false;
  private anchored = 0;
  private graphLines = 0;
  private lastNs = Number.NaN;
  /** The last event was a free text (print, bprint): its message may go on in the next line. */
  private mayContinue = false;
  private version = '';

  constructor(context: ReadContext) {
    const kernel = LineKernel.for(context);
    this.writer = new EventWriter(context, 'trace-cmd', kernel?.batch);
    this.payload = new PayloadDecoder(this.writer, kernel?.makeThreadStates(this.writer));
    this.head = this.payload.head;
    this.broken = new BrokenLines(this.writer);
    this.torn = new TornPayload(this.writer, this.payload, 'bad-payload');
    this.functions = new FunctionDecoder(this.head);
    this.graph = new TraceCmdGraph(this.writer, context);
    this.feed = new WholeLineFeed(this.writer, this);
    this.heap = kernel;
    this.kernel = kernel === null ? null : new FtraceKernel(kernel, this.writer, this.payload, null);
    this.kernelLines = kernel === null ? null : new KernelLines(kernel, this.writer, this.feed.splitter, this);
  }

  push(chunk: Uint8Array): void {
    this.feed.push(chunk);
  }

  readHead(buf: Uint8Array, start: number, end: number): void {
    this.payload.learn(buf, start, end);
    this.layout = learnTraceCmd(textOf(buf, start, end));
  }

  readWholeLines(buf: Buffer, from: number, end: number): void {
    if (this.kernelLines !== null) this.kernelLines.read(buf, from, end);
    else for (let pos = from; pos < end; ) pos = this.readInFull(buf, pos);
  }

  readInFull(buf: Buffer, start: number): number {
    return this.feed.splitter.takeWholeLine(buf, start, this.onLine);
  }

  isKernelReady(): boolean {
    if (this.isLatency || this.layout.prefixBytes > 0 || this.broken.isHolding || this.torn.isHolding) return false;
    this.heap!.setInt(L.SAME_TIME, -(2 ** 30));
    return this.kernel!.isReady(this.digits);
  }

  takeHits(hits: number): void {
    this.anchored += hits;
    this.lastNs = this.heap!.double(L.LAST_NS);
    this.mayContinue = mayContinue(this.kernel!.lastEntry());
  }

  takeHead(): void {
    const heap = this.heap!;
    this.anchored++;
    this.kernel!.readHead();
    this.lastNs = this.head.atNs;
    this.head.line = this.feed.splitter.lines;
    const body = heap.int(L.NAME_START);
    const end = heap.int(L.LINE_END);
    const slot = heap.int(L.NAME);
    this.takeEvent(heap.heap, heap.int(L.LINE_START), body, end, this.head.line);
    this.kernel!.learnBody(heap.heap, body, end, slot);
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
    const parts = [this.version === '' ? '' : `version ${this.version}`, this.isLatency ? 'latency' : ''];
    report.variant = parts.filter((part) => part !== '').join(' ');
    if (this.layout.hasPrefix)
      report.notes.push('several trace files or instances in one report; CPU numbers may repeat');
    stream.format = this.graphLines > 0 ? 'trace-cmd graph' : this.functions.lines > 0 ? 'function' : 'events';
    if (this.graphLines > 0) this.graph.finish();
    const result = this.writer.finish();
    this.kernel?.giveBack();
    return result;
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
    head.tid = left.tid;
    head.cpu = left.cpu;
    head.comm = this.writer.internComm(left.tid, buf, left.commStart, left.commEnd);
    head.context =
      left.flagsEnd > left.flagsStart
        ? readFlags(buf, left.flagsStart, left.flagsEnd, DEFAULT_IRQ_COLUMN)
        : CONTEXT_UNKNOWN;
    this.lastNs = head.atNs;
    this.kernel?.learnLeft(left, buf, start, head.comm, head.context);
    this.takeEvent(buf, lineStart, left.body, end, line);
  };

  private takeEvent(buf: Uint8Array, lineStart: number, body: number, end: number, line: number): void {
    const { account } = this.writer;
    const outcome = this.decodeEvent(buf, body, end);
    if (outcome === Outcome.used) account.parsed++;
    else if (outcome === Outcome.unused) account.unused++;
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
    if (cursor.digits >= 0) head.atNs = writer.takeTime();
    else if (layout.bareUnitNs === 0) head.atNs = writer.takeTicks();
    else head.atNs = writer.relativeNs(0, cursor.low * layout.bareUnitNs);
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
    const args = [buf, at, end, head.atNs, head.cpu, head.tid, head.comm, head.context, head.line] as const;
    const isRead = entry.text === 'funcgraph_entry' ? graph.onEntry(...args) : graph.onExit(...args);
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
    else account.unknown++;
  }
}

/** Its message may go on in the next line. */
function mayContinue(entry: NameEntry): boolean {
  return !entry.isKnown || entry.isMarker || entry.isFreeText;
}

const EVENT_LINE =
  /^(?![>|#]).{0,90}?-\d+\s+\[\d{3,}\]\s+(?:[A-Za-z0-9.]{4,6}\s+)?\d+(?:\.\d+)?:\s+(?:\(\+\d+\)\s*)?[\w-]+:(\s*)/;
const LATENCY_LINE = /^.{1,24}-\d+\s+\d+[.dDbX][A-Za-z0-9.]{2,6}\s+\d+\.\d{6,9}:\s+[\w-]+:(\s*)/;

export const traceCmdFormat: Format = {
  id: 'trace-cmd',
  title: 'trace-cmd report',
  fills: 'events',
  printedBy: 'https://git.kernel.org/pub/scm/utils/trace-cmd/trace-cmd.git/tree/tracecmd/trace-read.c',
  example: '         rxbench-441   [000]    47.306528: release_sock:         (ffffffff9d9b8250) sk=0xffff8eea42765a00',
  detect(head: DetectionHead): Detection {
    let score = 0;
    let padded = 0;
    let version = '';
    for (const line of head.lines) {
      if (/^(?:version = \d+|cpus=\d+|CPU \d+ is empty)$/.test(line)) {
        score += 60;
        padded++;
        version = /^version = (\d+)/.exec(line)?.[1] ?? version;
        continue;
      }
      const event = EVENT_LINE.exec(line) ?? LATENCY_LINE.exec(line);
      if (event === null) {
        if (/^CPU:\d+ \[(?:\d+ )?EVENTS DROPPED\]/.test(line)) score += 10;
        continue;
      }
      score += 10;
      if (event[1].length > 1) {
        score += 3;
        padded++;
      }
    }
    // without any padded name or preamble nothing tells these lines from ftrace's own
    return { score: padded === 0 ? 0 : score, variant: version === '' ? '' : `version ${version}` };
  },
  open: (context: ReadContext): FormatReader => new TraceCmdReader(context),
};
