import { type FileReport, type LineAccount, makeFileReport } from '../src/model/accounting.ts';
import { MAX_EXAMPLES, printable } from '../src/model/diagnostics.ts';
import type { Fact } from '../src/model/environment.ts';
import {
  BATCH_ROWS,
  CONTEXT_UNKNOWN,
  Edge,
  EventBatch,
  type EventKind,
  type EventStream,
  Kind,
  Source,
} from '../src/model/events.ts';
import type { StringTable } from '../src/model/string-table.ts';
import type { StringId } from '../src/model/units.ts';
import { copyBytes } from './bytes.ts';
import type { ReadContext, ReadResult } from './contract.ts';
import { cursor, textOf } from './scan.ts';

const COMM_SLOTS = 1024;

/**
 * What every event reader has in common: one reused page of rows, the time base, counts by name and task, the line
 * account, the report at the end. Methods called once per line make no object.
 */
export class EventWriter {
  readonly context: ReadContext;
  readonly batch: EventBatch;
  readonly stream: EventStream;
  readonly report: FileReport;
  readonly account: LineAccount;
  readonly facts: Fact[] = [];

  private baseHigh = 0;
  private hasBase = false;
  private minNs = Number.POSITIVE_INFINITY;
  private maxNs = Number.NEGATIVE_INFINITY;
  private nameCounts = new Float64Array(1024);
  private commCounts = new Float64Array(1024);
  private readonly lineComms = new CommCache();
  private readonly fieldComms = new CommCache();

  /** `batch`: where the rows go, of a reader whose kernel writes some of them. */
  constructor(context: ReadContext, format: string, batch: EventBatch = new EventBatch()) {
    this.context = context;
    this.batch = batch;
    clearColumns(batch, BATCH_ROWS);
    this.report = makeFileReport(context.fileName, format);
    this.account = this.report.account;
    this.stream = {
      file: context.file,
      fileName: context.fileName,
      baseNs: 0n,
      strings: context.strings,
      format,
      resolutionNs: Number.NaN,
      orderedPerCpuOnly: false,
    };
  }

  /** The time just read by scanTime, as exact integer ns relative to stream.baseNs. The first one sets the base. */
  takeTime(): number {
    const digits = cursor.digits;
    if (digits !== this.lastDigits) this.learnClock(digits);
    return this.relativeNs(cursor.high, cursor.low);
  }

  /**
   * A clock that does not count nanoseconds (counter, x86-tsc): the order is known, durations are not. Rows get NaN,
   * because ticks that look like nanoseconds would be wrong numbers.
   */
  takeTicks(): number {
    if (this.lastDigits !== -1) {
      this.lastDigits = -1;
      if (this.report.clock.kind === 'none') this.report.clock.kind = 'ticks';
      const { fileName: file, diagnostics } = this.context;
      diagnostics.count('no-clock', {
        file,
        reason: 'ticks',
        text: 'the clock of this trace does not count nanoseconds',
      });
    }
    return Number.NaN;
  }

  /** Whole microseconds: of a latency window (relative to its first entry) or absolute. */
  takeMicros(micros: number, isRelative: boolean): number {
    if (this.report.clock.kind !== 'relative') this.report.clock.kind = isRelative ? 'relative' : 'seconds';
    this.report.clock.resolutionNs = 1000;
    this.stream.resolutionNs = 1000;
    const seconds = Math.floor(micros / 1e6);
    return this.relativeNs(seconds, (micros - seconds * 1e6) * 1000);
  }

  /** high × 10^9 + low, relative to the base; keeps first and last. */
  relativeNs(high: number, low: number): number {
    if (!this.hasBase && Number.isSafeInteger(high)) {
      this.hasBase = true;
      this.baseHigh = high;
      this.stream.baseNs = BigInt(high) * 1_000_000_000n;
    }
    const at = (high - this.baseHigh) * 1e9 + low;
    // Digits run together in a damaged line: no clock shows such a time, so it is unknown.
    if (!Number.isSafeInteger(at)) {
      this.context.diagnostics.count('time-out-of-range', { file: this.context.fileName, reason: 'not-a-time' });
      return Number.NaN;
    }
    if (at < this.minNs) this.minNs = at;
    if (at > this.maxNs) this.maxNs = at;
    return at;
  }

  /** Whole seconds that relative times are counted from; NaN before the first time. */
  get baseSeconds(): number {
    return this.hasBase ? this.baseHigh : Number.NaN;
  }

  /** The span of times that were read without relativeNs. */
  noteSpan(minNs: number, maxNs: number): void {
    if (minNs < this.minNs) this.minNs = minNs;
    if (maxNs > this.maxNs) this.maxNs = maxNs;
  }

  private lastDigits = -2;
  private learnClock(digits: number): void {
    this.lastDigits = digits;
    const clock = this.report.clock;
    if (digits < 0) {
      if (clock.kind === 'none') clock.kind = 'ticks';
      return;
    }
    clock.kind = 'seconds';
    const step = digits >= 9 ? 1 : 10 ** (9 - digits);
    if (!(clock.resolutionNs <= step)) clock.resolutionNs = step;
    this.stream.resolutionNs = clock.resolutionNs;
  }

  /** Appends a row (see EventBatch.addRow), after handing over a full page. Write further columns through `batch`. */
  addRow(kind: EventKind, source: number, edge: number, atNs: number, cpu: number, tid: number, line: number): number {
    const { batch } = this;
    if (batch.length === BATCH_ROWS) this.flush();
    const row = batch.length++;
    batch.kind[row] = kind;
    batch.source[row] = source;
    batch.edge[row] = edge;
    batch.atNs[row] = atNs;
    batch.cpu[row] = cpu;
    batch.tid[row] = tid;
    batch.line[row] = line;
    return row;
  }

  /** Rows added so far. */
  get rows(): number {
    return this.flushedRows + this.batch.length;
  }
  private flushedRows = 0;

  flush(): void {
    if (this.batch.length === 0) return;
    this.flushedRows += this.batch.length;
    this.context.sink.onBatch(this.stream, this.batch);
    clearColumns(this.batch, this.batch.length);
    this.batch.length = 0;
  }

  intern(buf: Uint8Array, start: number, end: number): StringId {
    return this.context.strings.internBytes(buf, start, end);
  }

  /** Task name of a line, counted under `tasks`. The last name of each tid is remembered, so the usual cost is a compare. */
  internComm(tid: number, buf: Uint8Array, start: number, end: number): StringId {
    const id = this.lineComms.idOf(this.context.strings, tid, buf, start, end);
    if (id >= this.commCounts.length) this.commCounts = grown(this.commCounts, id);
    this.commCounts[id]++;
    return id;
  }

  /** Task name inside a payload (prev_comm=, next_comm=): not counted as a line of that task. */
  fieldComm(tid: number, buf: Uint8Array, start: number, end: number): StringId {
    return this.fieldComms.idOf(this.context.strings, tid, buf, start, end);
  }

  /** More lines of a task whose id is known. */
  countComm(id: StringId, lines = 1): void {
    if (id < 0) return;
    if (id >= this.commCounts.length) this.commCounts = grown(this.commCounts, id);
    this.commCounts[id] += lines;
  }

  /** More events or functions of this (interned) name. */
  countName(id: StringId, events = 1): void {
    if (id >= this.nameCounts.length) this.nameCounts = grown(this.nameCounts, id);
    this.nameCounts[id] += events;
  }

  /** A line longer than --max-line-bytes: counted, never held. */
  addLongLine(line: number): void {
    this.account.malformed++;
    const example = { file: this.context.fileName, line, text: '', reason: 'too-long' };
    this.context.diagnostics.count('long-line', example);
    if (this.report.malformedExamples.length < MAX_EXAMPLES) this.report.malformedExamples.push(example);
  }

  /** Counts a line that is of the format but cannot be read; the first few are kept with their reason. */
  addMalformed(buf: Uint8Array, start: number, end: number, line: number, reason: string): void {
    this.account.malformed++;
    const text =
      this.report.malformedExamples.length < MAX_EXAMPLES ? textOf(buf, start, Math.min(end, start + 400)) : '';
    const example = { file: this.context.fileName, line, text, reason };
    this.context.diagnostics.count('malformed-line', example);
    if (this.report.malformedExamples.length < MAX_EXAMPLES) {
      this.report.malformedExamples.push({ ...example, text: printable(text) });
    }
  }

  /** Events the producer says it lost: a row, a range of the report and a diagnostic. cpu -1 = the whole stream. */
  addLost(source: string, cpu: number, amount: number, atNs: number, line: number): void {
    this.noteLost(source, cpu, amount, line);
    const row = this.addRow(Kind.lost, Source.marker, Edge.point, atNs, cpu, -1, line);
    this.batch.arg0[row] = amount;
    this.batch.arg1[row] = cpu >= 0 ? 1 : 0;
  }

  /** The same without a row: losses that lie before the first line (overwritten entries of the header). */
  noteLost(source: string, cpu: number, amount: number, line: number): void {
    const report = this.report;
    if (report.lost.length < MAX_LOST_RANGES) report.lost.push({ source, cpu, amount, line });
    if (amount > 0) report.lostEvents += amount;
    const name = source === 'entries header' ? 'overwritten-events' : 'lost-events';
    const text = `${source}${cpu >= 0 ? ` cpu ${cpu}` : ''}: ${Number.isNaN(amount) ? 'amount unknown' : amount}`;
    this.context.diagnostics.count(name, { file: this.context.fileName, line, text, reason: source });
  }

  addFact(domain: Fact['domain'], key: string, text: string, line: number): void {
    const number = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    const file = this.context.fileName;
    this.facts.push({ domain, key, text, value: number, unit: '', moment: '', file, line, record: '' });
  }

  /** Hands over what is left and closes the report. `hasRows` false: the file held no event stream. */
  finish(extra: Partial<Pick<ReadResult, 'profiles' | 'folded' | 'stream'>> = {}): ReadResult {
    this.flush();
    const report = this.report;
    const strings = this.context.strings;
    fillCounts(report.eventNames, this.nameCounts, (id) => strings.textOf(id));
    fillCounts(report.tasks, this.commCounts, (id) => strings.textOf(id));
    if (this.minNs <= this.maxNs) {
      report.firstNs = this.stream.baseNs + BigInt(this.minNs);
      report.lastNs = this.stream.baseNs + BigInt(this.maxNs);
    }
    return {
      report,
      stream: extra.stream === undefined ? this.stream : extra.stream,
      profiles: extra.profiles ?? [],
      facts: this.facts,
      folded: extra.folded ?? null,
    };
  }
}

/** Last name seen of each thread. The idle task is why lines and payloads keep one each: `<idle>` here, `swapper/1` there. */
class CommCache {
  private readonly tids = new Int32Array(COMM_SLOTS).fill(-1);
  private readonly ids = new Int32Array(COMM_SLOTS).fill(-1);
  private readonly names: Uint8Array[] = new Array(COMM_SLOTS).fill(new Uint8Array(0));

  idOf(strings: StringTable, tid: number, buf: Uint8Array, start: number, end: number): StringId {
    const slot = tid & (COMM_SLOTS - 1);
    const length = end - start;
    const known = this.names[slot];
    if (this.tids[slot] === tid && known.length === length) {
      let i = 0;
      while (i < length && known[i] === buf[start + i]) i++;
      if (i === length) return this.ids[slot];
    }
    const id = strings.internBytes(buf, start, end);
    this.tids[slot] = tid;
    this.ids[slot] = id;
    this.names[slot] = copyBytes(buf, start, end);
    return id;
  }
}

/**
 * The optional columns read "absent" in every row not yet written: a dozen fills per page instead of a dozen stores per
 * row (EventBatch.addRow does the same row by row).
 */
function clearColumns(batch: EventBatch, rows: number): void {
  for (const column of [batch.comm, batch.probe, batch.parent, batch.depth, batch.sock, batch.aux])
    column.fill(-1, 0, rows);
  for (const column of [batch.durNs, batch.obj, batch.arg0, batch.arg1, batch.arg2, batch.arg3]) {
    column.fill(Number.NaN, 0, rows);
  }
  batch.context.fill(CONTEXT_UNKNOWN, 0, rows);
}

/** A trace_pipe under pressure prints a LOST line every few entries: ranges are kept up to here, amounts always add up. */
const MAX_LOST_RANGES = 10_000;

function grown(counts: Float64Array, id: number): Float64Array<ArrayBuffer> {
  if (id < counts.length) return counts as Float64Array<ArrayBuffer>;
  const larger = new Float64Array(Math.max(counts.length * 2, id + 1));
  larger.set(counts);
  return larger;
}

function fillCounts(into: Map<string, number>, counts: Float64Array, nameOf: (id: number) => string): void {
  const found: [string, number][] = [];
  for (let id = 0; id < counts.length; id++) if (counts[id] > 0) found.push([nameOf(id), counts[id]]);
  found.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  for (const [name, count] of found) into.set(name, (into.get(name) ?? 0) + count);
}
