import type { FormatReader, ReadContext, ReadResult } from '../../contract.ts';
import { EventWriter } from '../../events/writer.ts';
import { type LineHead, Outcome, PayloadDecoder } from '../../payload/decoder.ts';
import { TornPayload } from '../../payload/torn.ts';
import { bytesOf, isBlank, skipBlanks, startsWith, textOf, trimEnd } from '../../text/scan.ts';
import { LineScanner } from '../../wasm/line-scanner.ts';
import { PerfClock } from './clock.ts';
import { EventLine } from './event-line.ts';
import { isAddress, isHeadOfNumbers, isWideAddress } from './event-parts.ts';
import { EventNames, isEventName, type PerfEvent } from './events.ts';
import { type FeedTarget, PerfScriptFeed } from './feed.ts';
import { FrameLines, NO_FRAME } from './frame/lines.ts';
import { FrameTable } from './frame/table.ts';
import { FreeChains } from './free-chains.ts';
import { toFtraceWords } from './ftrace-words.ts';
import { HeaderBlock } from './header.ts';
import { MissingFields } from './missing-fields.ts';
import { PrintedIds } from './printed-ids.ts';
import { PerfRecord, RecordKind } from './record.ts';
import { SideRecords } from './side-records.ts';
import { StrayLines } from './stray-lines.ts';
import { PerfTeacher } from './teacher.ts';

const PERF_RECORD = bytesOf('PERF_RECORD_');
/** Chains begin with a TAB, records are set off by empty lines. */
const NOT_FLAT = /\n[ \r]*[\t\n]/;

/** Reads `perf script` text (2.6.31 `perf trace` to 6.x), simpleperf's and hand-made relatives. */
export class PerfScriptReader implements FormatReader, FeedTarget {
  readonly head: LineHead;
  private readonly writer: EventWriter;
  private readonly freeChains: FreeChains;
  private readonly decoder: PayloadDecoder;
  private readonly feed: PerfScriptFeed;
  private readonly clock: PerfClock;
  private readonly header: HeaderBlock;
  private readonly events: EventNames;
  private readonly unnamed: PerfEvent;
  private readonly frames = new FrameTable();
  private readonly record: PerfRecord;
  private readonly line = new EventLine();
  private readonly frameLines: FrameLines;
  private readonly side: SideRecords;
  private readonly teacher: PerfTeacher | null;
  private readonly stray: StrayLines;
  private readonly torn: TornPayload;
  /** No chains, no line between the records. */
  private isFlat = false;
  private readonly ids = new PrintedIds();
  private readonly missing = new MissingFields();

  constructor(context: ReadContext) {
    const scanner = LineScanner.for(context);
    this.writer = new EventWriter(context, 'perf-script', scanner?.batch);
    const threads = scanner?.makeThreadStates(this.writer);
    this.decoder = new PayloadDecoder(this.writer, threads);
    this.head = this.decoder.head;
    this.torn = new TornPayload(this.writer, this.decoder, 'payload');
    this.clock = new PerfClock(this.writer);
    this.header = new HeaderBlock(this.writer);
    this.events = new EventNames(context.vocabulary, context.strings, this.decoder);
    this.unnamed = this.events.make('');
    this.record = new PerfRecord(this.writer.report, context.wantFolded, this.unnamed);
    this.freeChains = new FreeChains(this.writer, this.frames);
    this.frameLines = new FrameLines(this.writer, this.record, this.frames);
    this.side = new SideRecords(this.writer, this.record, this.clock, this.unnamed);
    this.stray = new StrayLines(this.writer, this.record, this.frames, this.unnamed, this.missing);
    this.teacher = scanner === null ? null : new PerfTeacher(scanner, this.writer, this.decoder);
    this.feed = new PerfScriptFeed(this.writer, this, scanner);
  }

  push(chunk: Uint8Array): void {
    this.feed.push(chunk);
  }

  readHead(buf: Uint8Array, start: number, end: number): void {
    this.ids.learn(buf, start, end);
    this.isFlat = !NOT_FLAT.test(textOf(buf, start, end));
    const words = toFtraceWords(buf, start, end);
    this.decoder.learn(words, 0, words.length);
  }

  isScannerReady(): boolean {
    return !this.torn.isHolding && this.ids.areThreads && this.teacher!.isReady(this.clock.fixedDigits);
  }

  /** Records of the scanner have no frames: the last of them is open now. */
  takeHits(): void {
    const { teacher, record, events } = this;
    record.close();
    const { event, comm, cpu, period, line, isUsed } = teacher!.readLast();
    record.open(RecordKind.trace, events.all[event], line);
    record.noteOrigin(comm, cpu, period);
    record.isUsed = isUsed;
  }

  takeHead(): void {
    const { teacher, line: at } = this;
    const { buf, start, end } = teacher!.readHead(at);
    const event = this.events.all[teacher!.event];
    this.takeHeadOf(teacher!.atNs, teacher!.comm, this.feed.splitter.lines);
    this.takeKnownEvent(event, buf, start, end);
    teacher!.learnFromPayload(at, event);
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

  readonly onLine = (buf: Uint8Array, start: number, end: number, line: number): void => {
    this.readLine(buf, start, end, line);
  };

  readLine(buf: Uint8Array, start: number, end: number, line: number): number {
    const offered = this.record.offeredLine;
    const frame = this.readAnyLine(buf, start, end, line);
    // What was no frame did not take the head that was offered before it.
    if (offered > 0 && this.record.offeredLine === offered) this.record.dropOffer();
    return frame;
  }

  private readAnyLine(buf: Uint8Array, start: number, end: number, line: number): number {
    const { account } = this.writer;
    const first = start < end ? buf[start] : 32;
    if (isBlank(first)) {
      if (skipBlanks(buf, start, end) === end) {
        this.takeBlank();
        return -1;
      }
      // A TAB begins a frame far more often than an event.
      if (first !== 9 && this.tryTimed(buf, start, end, line)) return -1;
      if (this.isFlat && this.record.isOpen && !this.record.hasLeaf) this.isFlat = false;
      if (this.isFlat && (this.tryUntimed(buf, start, end, line) || this.stray.tryFlat(buf, start, end, line)))
        return -1;
      if (first !== 9 && !this.record.isOpen && this.tryHead(buf, start, end, line)) return -1;
      const frame = this.frameLines.tryLine(buf, start, end, line);
      if (frame !== NO_FRAME) return frame;
      if (first === 9 && this.tryTimed(buf, start, end, line)) return -1;
      if (this.tryUntimed(buf, start, end, line)) return -1;
    } else if (first === 35) {
      if (this.header.isOpen || !this.line.parseTimed(buf, start, end) || !this.line.hasIds) {
        account.comment++;
        this.header.take(buf, start, end, line);
        return -1;
      }
      this.takeEvent(buf, start, end, line);
      return -1;
    } else {
      if (this.tryTimed(buf, start, end, line)) return -1;
      if (startsWith(buf, start, end, PERF_RECORD)) {
        this.torn.settle();
        if (this.side.take(null, buf, start, end, line)) this.ids.forget();
        return -1;
      }
      if (this.record.isOpen && isAddress(buf, start, end)) {
        const frame = this.frameLines.tryLine(buf, start, end, line);
        if (frame !== NO_FRAME) return frame;
      }
      if (this.tryUntimed(buf, start, end, line)) return -1;
      if (this.isFlat && this.stray.tryFlat(buf, start, end, line)) return -1;
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

  private tryTimed(buf: Uint8Array, start: number, end: number, line: number): boolean {
    if (!this.line.parseTimed(buf, start, end)) return false;
    this.takeEvent(buf, start, end, line);
    return true;
  }

  private tryUntimed(buf: Uint8Array, start: number, end: number, line: number): boolean {
    if (!this.line.parseUntimed(buf, start, end, isEventName)) return false;
    this.takeEvent(buf, start, end, line);
    return true;
  }

  /** What begins with blanks and would pass for a frame: ` 7478 cpu-clock: `, ` 7478 [000] `. */
  private tryHead(buf: Uint8Array, start: number, end: number, line: number): boolean {
    if (this.tryUntimed(buf, start, end, line)) return true;
    return isHeadOfNumbers(buf, start, end) && this.stray.tryBareHead(buf, start, end, line);
  }

  private takeEvent(buf: Uint8Array, start: number, end: number, line: number): void {
    const { line: at } = this;
    if (at.isSideRecord) {
      this.torn.settle();
      if (this.side.take(at, buf, at.payload, end, line)) this.ids.forget();
      return;
    }
    if (at.pid >= 0 && at.tid >= 0) this.writer.stream.tgids.set(at.tid, at.pid);
    const comm = at.commEnd > at.commStart ? this.writer.internComm(at.tid, buf, at.commStart, at.commEnd) : -1;
    const event = at.nameEnd > at.nameStart ? this.events.get(buf, at.nameStart, at.nameEnd) : this.unnamed;
    const isKnown = at.hasTime && event !== this.unnamed && (event.class !== 'trace' || at.payload < end);
    if (isKnown) this.teacher?.learn(at, buf, start, comm, event);
    if (event.name.endsWith('sched_switch')) this.side.hasSchedSwitch = true;
    const atNs = at.hasTime ? this.clock.take(at) : Number.NaN;
    this.takeHeadOf(atNs, comm, line);
    if (!this.ids.areThreads) this.head.tid = this.ids.threadOf(at, comm, event.entry.syscall !== null);
    if (event.class === 'trace') this.missing.take(at, buf, event, this.head, this.ids.areThreads);
    else if (event === this.unnamed && at.payload >= end) this.missing.takeHeadAlone(line);
    this.takeKnownEvent(event, buf, start, end);
  }

  private takeHeadOf(atNs: number, comm: number, line: number): void {
    const { head, line: at } = this;
    head.atNs = atNs;
    head.cpu = at.cpu;
    head.tid = at.tid;
    head.comm = comm;
    head.line = line;
  }

  /** An event whose head is read. */
  private takeKnownEvent(event: PerfEvent, buf: Uint8Array, start: number, end: number): void {
    const { line: at, writer, record } = this;
    const { comm, line } = this.head;
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
      record.open(RecordKind.sample, event, line);
      record.noteOrigin(comm, at.cpu, at.period);
      const colon = at.nameEnd > at.nameStart ? at.nameEnd + 1 : at.payload;
      if (at.payload < end) this.frameLines.takeInline(buf, colon, end, line);
      return;
    }
    record.open(RecordKind.trace, event, line);
    record.noteOrigin(comm, at.cpu, at.period);
    this.decodePayload(event, buf, start, end);
  }

  private decodePayload(event: PerfEvent, buf: Uint8Array, start: number, end: number): void {
    const { line: at, writer, record, decoder, clock } = this;
    const { line } = this.head;
    if (this.missing.isBare(event.entry, at, end, line)) {
      writer.countName(event.entry.countId);
      writer.report.events++;
      writer.account.unused++;
      return;
    }
    clock.beforeRows();
    const firstRow = writer.batch.length;
    const outcome = decoder.decode(event.entry, buf, at.payload, trimEnd(buf, at.payload, end));
    if (outcome === Outcome.used) this.ids.noteRows(this.head, event.shortName === 'sched_switch');
    clock.afterRows(firstRow);

    if (outcome === Outcome.used) {
      writer.account.parsed++;
      record.isUsed = true;
      if (this.freeChains.open()) record.lendChain(this.freeChains);
    } else if (outcome === Outcome.damaged) {
      if (this.feed.splitter.isCutTail) this.stray.takeCutTail(line);
      else writer.addMalformed(buf, start, end, line, 'bad-field');
      record.isUsed = true;
    } else if (outcome === Outcome.malformed) {
      if (this.feed.splitter.isCutTail) this.stray.takeCutTail(line);
      else this.torn.hold(event.entry, buf.subarray(start, end), at.payload - start, line);
    } else writer.account.unused++;
  }

  end(): ReadResult {
    this.feed.end();
    this.torn.settle();
    const { writer, record, frames } = this;
    record.dropOffer();
    record.close();
    this.clock.end();
    this.teacher?.drain();
    const { report, context } = writer;
    report.bytes = this.feed.bytes;
    report.account.lines = this.feed.splitter.lines;
    report.samples = record.samples;
    this.missing.report(context, writer.rows, frames.size > 0);
    if (this.header.clockName !== '') report.notes.push(`clock of the capture: ${this.header.clockName}`);
    const { profiles, folded } = record.toTables(context, frames, this.events);
    const result = writer.finish({ profiles, folded });
    this.clock.correctSpan();
    this.feed.giveBack();
    return result;
  }
}
