import { Edge, Kind, Source, TaskState } from '../../src/model/events.ts';
import type { FormatReader, ReadContext, ReadResult } from '../contract.ts';
import { EventWriter } from '../event-writer.ts';
import { FoldedStackBuilder } from '../folded.ts';
import { LineKernel } from '../kernel/line-kernel.ts';
import { type LineHead, Outcome, PayloadDecoder } from '../payload.ts';
import { bytesOf, isBlank, skipBlanks, startsWith, textOf, trimEnd } from '../scan.ts';
import { hexDigitOf } from '../scan-numbers.ts';
import { TornPayload } from '../torn-payload.ts';
import { PerfClock } from './perf-script-clock.ts';
import { EventLine } from './perf-script-event-line.ts';
import { EventNames, looksLikeEventName, type PerfEvent } from './perf-script-events.ts';
import { type FeedTarget, PerfScriptFeed } from './perf-script-feed.ts';
import { FrameLine, FrameShape } from './perf-script-frame.ts';
import { FrameTable } from './perf-script-frame-table.ts';
import { HeaderBlock } from './perf-script-header.ts';
import { readInlineFrame } from './perf-script-inline.ts';
import { PerfKernel } from './perf-script-kernel.ts';
import { toFtraceWords } from './perf-script-learn.ts';
import { PerfRecord, RecordKind } from './perf-script-record.ts';
import { readSideRecord, readSwitchRecord } from './perf-script-side-lines.ts';
import { StrayLines } from './perf-script-stray-lines.ts';

const PERF_RECORD = bytesOf('PERF_RECORD_');

/** Reads `perf script` text (2.6.31 `perf trace` to 6.x), simpleperf's and hand-made relatives. */
export class PerfScriptReader implements FormatReader, FeedTarget {
  readonly head: LineHead;
  private readonly writer: EventWriter;
  private readonly decoder: PayloadDecoder;
  private readonly feed: PerfScriptFeed;
  private readonly clock: PerfClock;
  private readonly header: HeaderBlock;
  private readonly events: EventNames;
  private readonly unnamed: PerfEvent;
  private readonly frames = new FrameTable();
  private readonly record: PerfRecord;
  private readonly line = new EventLine();
  private readonly frame = new FrameLine();
  private readonly kernel: PerfKernel | null;
  private readonly stray: StrayLines;
  private readonly torn: TornPayload;

  constructor(context: ReadContext) {
    const kernel = LineKernel.for(context);
    this.writer = new EventWriter(context, 'perf-script', kernel?.batch);
    const threads = kernel?.makeThreadStates(this.writer);
    this.decoder = new PayloadDecoder(this.writer, threads);
    this.head = this.decoder.head;
    this.torn = new TornPayload(this.writer, this.decoder, 'payload');
    this.clock = new PerfClock(this.writer);
    this.header = new HeaderBlock(this.writer);
    this.events = new EventNames(context.vocabulary, context.strings, this.decoder);
    this.unnamed = this.events.make('');
    const folded = context.wantFolded ? new FoldedStackBuilder() : null;
    this.record = new PerfRecord(this.writer.report, folded, this.unnamed);
    this.stray = new StrayLines(this.writer, this.record, this.frames, this.unnamed);
    this.kernel = kernel === null ? null : new PerfKernel(kernel, this.writer, this.decoder);
    this.feed = new PerfScriptFeed(this.writer, this, kernel);
  }

  push(chunk: Uint8Array): void {
    this.feed.push(chunk);
  }

  readHead(buf: Uint8Array, start: number, end: number): void {
    const words = toFtraceWords(buf, start, end);
    this.decoder.learn(words, 0, words.length);
  }

  isKernelReady(): boolean {
    return !this.torn.isHolding && this.kernel!.isReady(this.clock.fixedDigits);
  }

  /** Records of the kernel have no frames: the last of them is open now. */
  takeHits(): void {
    const { kernel, record, events } = this;
    record.close();
    const { event, comm, cpu, period, line, isUsed } = kernel!.readLast();
    record.open(RecordKind.trace, events.all[event], comm, cpu, period, line);
    record.isUsed = isUsed;
  }

  takeHead(): void {
    const { kernel, line: at } = this;
    const { buf, start, end } = kernel!.readHead(at);
    const event = this.events.all[kernel!.event];
    this.takeKnownEvent(event, kernel!.comm, kernel!.atNs, buf, start, end, this.feed.splitter.lines);
    kernel!.learnFromPayload(at, event);
  }

  takeBlank(): void {
    this.torn.settle();
    this.writer.account.comment++;
    this.record.takeBlank();
  }

  takeFrame(frame: number, line: number): void {
    this.writer.account.parsed++;
    // Only frames with a symbol are remembered.
    this.record.hasSymbols = true;
    this.record.addFrame(frame, line);
  }

  readLine(buf: Uint8Array, start: number, end: number, line: number): number {
    const { account } = this.writer;
    const first = start < end ? buf[start] : 32;
    if (isBlank(first)) {
      if (skipBlanks(buf, start, end) === end) {
        this.takeBlank();
        return -1;
      }
      if (first === 9) {
        const frame = this.tryFrame(buf, start, end, line);
        if (frame !== NO_FRAME) return frame;
        if (this.tryEvent(buf, start, end, line)) return -1;
      } else {
        if (this.line.parseTimed(buf, start, end)) {
          this.takeEvent(buf, start, end, line);
          return -1;
        }
        const frame = this.tryFrame(buf, start, end, line);
        if (frame !== NO_FRAME) return frame;
        if (this.tryUntimed(buf, start, end, line)) return -1;
      }
    } else if (first === 35) {
      if (this.header.isOpen || !this.line.parseTimed(buf, start, end) || !this.line.hasIds) {
        account.comment++;
        this.header.take(buf, start, end, line);
        return -1;
      }
      this.takeEvent(buf, start, end, line);
      return -1;
    } else {
      if (this.line.parseTimed(buf, start, end)) {
        this.takeEvent(buf, start, end, line);
        return -1;
      }
      if (startsWith(buf, start, end, PERF_RECORD)) {
        this.takeSideRecord(buf, start, end, Number.NaN, line);
        return -1;
      }
      if (this.record.isOpen && isAddress(buf, start, end)) {
        const frame = this.tryFrame(buf, start, end, line);
        if (frame !== NO_FRAME) return frame;
      }
      if (this.tryUntimed(buf, start, end, line)) return -1;
    }
    if (this.torn.isHolding && this.joinTorn(buf, start, end)) return -1;
    this.stray.take(buf, start, end, line, this.feed.splitter.isCutTail);
    return -1;
  }

  private joinTorn(buf: Uint8Array, start: number, end: number): boolean {
    this.clock.beforeRows();
    const firstRow = this.writer.batch.length;
    const isTaken = this.torn.join(buf, start, end);
    this.clock.afterRows(firstRow);
    this.record.isUsed ||= isTaken;
    return isTaken;
  }

  private tryEvent(buf: Uint8Array, start: number, end: number, line: number): boolean {
    if (this.line.parseTimed(buf, start, end)) {
      this.takeEvent(buf, start, end, line);
      return true;
    }
    return this.tryUntimed(buf, start, end, line);
  }

  private tryUntimed(buf: Uint8Array, start: number, end: number, line: number): boolean {
    if (!this.line.parseUntimed(buf, start, end, isEventName)) return false;
    this.takeEvent(buf, start, end, line);
    return true;
  }

  /** Frame id to remember, -1 for a line that was taken but must not be remembered, NO_FRAME when it is no frame. */
  private tryFrame(buf: Uint8Array, start: number, end: number, line: number): number {
    const shape = this.frame.parse(buf, start, end);
    if (shape === FrameShape.none) return NO_FRAME;
    const { account } = this.writer;
    account.parsed++;
    if (shape === FrameShape.detail) return -1;
    if (shape === FrameShape.branches) {
      // `-F ip,brstack`: the line is the whole record.
      this.record.openUnnamed(line);
      this.record.addFrame(this.frames.intern(this.frame, buf), line);
      this.record.close();
      return -1;
    }
    // phys_addr and the like stand alone after the frames of a chain whose frames have symbols.
    if (shape === FrameShape.bare) {
      if (this.record.hasSymbols) return -1;
      // Addresses have no end: those above the leaf are kept only where chains are asked for.
      const isNeeded = this.record.folded !== null || !this.record.hasLeaf;
      this.record.addFrame(isNeeded ? this.frames.intern(this.frame, buf) : 0, line);
      return -1;
    }
    this.record.hasSymbols = true;
    const frame = this.frames.intern(this.frame, buf);
    this.record.addFrame(frame, line);
    return frame;
  }

  private takeEvent(buf: Uint8Array, start: number, end: number, line: number): void {
    const { line: at } = this;
    if (at.isSideRecord) {
      this.takeSideRecord(buf, at.payload, end, this.sideTime(), line);
      return;
    }
    this.hasTasks ||= at.hasIds;
    const comm = at.commEnd > at.commStart ? this.writer.internComm(at.tid, buf, at.commStart, at.commEnd) : -1;
    const event = at.nameEnd > at.nameStart ? this.events.get(buf, at.nameStart, at.nameEnd) : this.unnamed;
    if (at.hasTime && event !== this.unnamed) this.kernel?.learn(at, buf, start, comm, event);
    if (event.name.endsWith('sched_switch')) this.hasSchedSwitch = true;
    const atNs = at.hasTime ? this.clock.take(at) : Number.NaN;
    this.takeKnownEvent(event, comm, atNs, buf, start, end, line);
  }

  private takeKnownEvent(
    event: PerfEvent,
    comm: number,
    atNs: number,
    buf: Uint8Array,
    start: number,
    end: number,
    line: number,
  ): void {
    const { line: at, writer, record } = this;
    if (this.torn.isHolding) this.torn.settle();
    record.close();
    if (event.class === 'undecided') {
      const isBare = at.payload >= end || isWideAddress(buf, at.nameEnd + 1, at.payload, end);
      event.class = isBare ? 'sampling' : 'trace';
    }
    if (event.class === 'sampling') {
      writer.account.parsed++;
      writer.report.events++;
      writer.countName(event.nameId);
      record.open(RecordKind.sample, event, comm, at.cpu, at.period, line);
      if (
        at.payload < end &&
        readInlineFrame(this.frame, buf, at.nameEnd > at.nameStart ? at.nameEnd + 1 : at.payload, end)
      ) {
        record.addFrame(this.frames.intern(this.frame, buf), line);
      }
      return;
    }
    record.open(RecordKind.trace, event, comm, at.cpu, at.period, line);
    this.decodePayload(event, buf, start, end, atNs, comm, line);
  }

  private decodePayload(
    event: PerfEvent,
    buf: Uint8Array,
    start: number,
    end: number,
    atNs: number,
    comm: number,
    line: number,
  ): void {
    const { line: at, head, writer, record, decoder, clock } = this;
    head.atNs = atNs;
    head.cpu = at.cpu;
    head.tid = at.tid;
    head.comm = comm;
    head.line = line;
    clock.beforeRows();
    const firstRow = writer.batch.length;
    const outcome = decoder.decode(event.entry, buf, at.payload, trimEnd(buf, at.payload, end));
    clock.afterRows(firstRow);
    if (outcome === Outcome.used) {
      writer.account.parsed++;
      record.isUsed = true;
    } else if (outcome === Outcome.malformed) {
      // `-F` without `trace` prints the name alone: the event is there, its fields are not.
      if (at.payload >= end) writer.account.unused++;
      else if (this.feed.splitter.isCutTail) this.stray.takeCutTail(line);
      else this.torn.hold(event.entry, buf, start, at.payload, end, line);
    } else writer.account.unused++;
  }

  /** Synthesized records carry time 0: they say nothing about when. */
  private sideTime(): number {
    const at = this.line;
    return at.timeHigh === 0 && at.timeLow === 0 ? Number.NaN : this.clock.take(at);
  }

  private takeSideRecord(buf: Uint8Array, at: number, end: number, atNs: number, line: number): void {
    const { writer, record } = this;
    const side = readSideRecord(buf, at, end);
    this.torn.settle();
    record.close();
    record.open(RecordKind.side, this.unnamed, -1, -1, Number.NaN, line);
    writer.countName(writer.context.strings.intern(side.type));
    if (side.type.startsWith('PERF_RECORD_SWITCH') && this.takeSwitchRecord(buf, at, end, atNs, line)) return;
    if (!side.isLoss) {
      writer.account.unused++;
      return;
    }
    writer.account.parsed++;
    record.isUsed = true;
    writer.addLost(side.type, -1, side.lost, atNs, line);
  }

  /** record --switch-events: who left the CPU and who got it. sched_switch says the same and more, where it is recorded. */
  private takeSwitchRecord(buf: Uint8Array, at: number, end: number, atNs: number, line: number): boolean {
    const { line: head, writer, clock } = this;
    const found = Number.isNaN(atNs) || !head.hasIds ? null : readSwitchRecord(buf, at, end);
    if (found === null || this.hasSchedSwitch) return false;
    clock.beforeRows();
    const firstRow = writer.batch.length;
    const kind = found.isOut ? Kind.switchOut : Kind.switchIn;
    const row = writer.addRow(kind, Source.tracepoint, Edge.point, atNs, head.cpu, head.tid, line);
    const { batch } = writer;
    batch.comm[row] =
      head.commEnd > head.commStart ? writer.internComm(head.tid, buf, head.commStart, head.commEnd) : -1;
    batch.probe[row] = writer.context.strings.intern('sched_switch');
    if (found.isPreempted) batch.arg0[row] = TaskState.running;
    batch.arg1[row] = found.otherTid;
    clock.afterRows(firstRow);
    writer.account.parsed++;
    writer.report.events++;
    this.record.isUsed = true;
    return true;
  }
  private hasSchedSwitch = false;
  private hasTasks = false;

  end(): ReadResult {
    this.feed.end();
    this.torn.settle();
    const { writer, record, frames } = this;
    record.close();
    this.clock.end();
    this.kernel?.drain();
    const { report, context } = writer;
    const { strings } = context;
    report.bytes = this.feed.bytes;
    report.account.lines = this.feed.splitter.lines;
    report.samples = record.samples;
    if (!this.hasTasks && writer.rows > 0) {
      const text = 'printed without tid: calls of several threads cannot be told apart; add tid to -F';
      context.diagnostics.count('no-task', { file: context.fileName, text, reason: 'no-tid' });
    }
    if (this.header.clockName !== '') report.notes.push(`clock of the capture: ${this.header.clockName}`);
    const names = {
      symbolOf: (frame: number) => frames.symbolOf(frame),
      dsoOf: (frame: number) => frames.dsoOf(frame),
      taskOf: (task: number) => strings.textOf(task),
      eventOf: (event: number) => this.events.all[event].name,
    };
    const profiles = record.profile.toTables(context.fileName, names, () => '');
    const folded = record.folded === null ? null : record.folded.build(names, names.taskOf);
    const result = writer.finish({ profiles, folded });
    this.clock.correctSpan();
    this.feed.giveBack();
    return result;
  }
}

/** readLine's answer when a line was no frame. */
const NO_FRAME = -2;

/** An address as %16lx prints it: sixteen columns with the blanks before it. */
function isWideAddress(buf: Uint8Array, fieldStart: number, start: number, end: number): boolean {
  let p = start;
  while (p < end && hexDigitOf(buf[p]) >= 0) p++;
  return p > start && p - fieldStart >= 16 && (p === end || isBlank(buf[p]));
}

/** `^HEX{8,16} SP`: a frame whose indentation was lost. */
function isAddress(buf: Uint8Array, start: number, end: number): boolean {
  let p = start;
  while (p < end && hexDigitOf(buf[p]) >= 0) p++;
  return p - start >= 8 && p - start <= 16 && (p === end || buf[p] === 32);
}

function isEventName(buf: Uint8Array, start: number, end: number): boolean {
  return end - start <= 256 && looksLikeEventName(textOf(buf, start, end));
}
