import { type FileReport, type LineAccount, makeFileReport } from '../../src/model/diagnostics/accounting.ts';
import { MAX_EXAMPLES, printable } from '../../src/model/diagnostics/index.ts';
import type { Fact } from '../../src/model/environment.ts';
import {
  BATCH_ROWS,
  CONTEXT_UNKNOWN,
  Edge,
  EventBatch,
  type EventKind,
  type EventStream,
  Kind,
  Source,
} from '../../src/model/events.ts';
import type { StringId } from '../../src/model/units.ts';
import type { ReadContext, ReadResult } from '../contract.ts';
import { textOf } from '../text/scan.ts';
import { StreamClock } from './clock.ts';
import { CommCache } from './comms.ts';
import { IdCounts } from './id-counts.ts';

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

  readonly clock: StreamClock;
  private readonly names = new IdCounts();
  private readonly comms = new IdCounts();
  private readonly lineComms = new CommCache();
  private readonly fieldComms = new CommCache();

  /** `batch`: where the rows go, of a reader whose WASM scanner writes some of them. */
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
      tgids: new Map(),
      facts: context.facts,
    };
    this.clock = new StreamClock(context, this.report, this.stream);
  }

  /**
   * Appends a row with every optional column absent, CPU and thread too, after handing over a full page. Write further
   * columns through `batch`.
   */
  addRow(kind: EventKind, source: number, edge: number, atNs: number, line: number): number {
    const { batch } = this;
    if (batch.length === BATCH_ROWS) this.flush();
    const row = batch.length++;
    batch.kind[row] = kind;
    batch.source[row] = source;
    batch.edge[row] = edge;
    batch.atNs[row] = atNs;
    batch.cpu[row] = -1;
    batch.tid[row] = -1;
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
    this.comms.add(id, 1);
    return id;
  }

  /** Task name inside a payload (prev_comm=, next_comm=): not counted as a line of that task. */
  fieldComm(tid: number, buf: Uint8Array, start: number, end: number): StringId {
    return this.fieldComms.idOf(this.context.strings, tid, buf, start, end);
  }

  /** More lines of a task whose id is known. */
  countComm(id: StringId, lines = 1): void {
    if (id >= 0) this.comms.add(id, lines);
  }

  /** More events or functions of this (interned) name. */
  countName(id: StringId, events = 1): void {
    this.names.add(id, events);
  }

  /** A line longer than --max-line-bytes: counted, never held. */
  addLongLine(line: number): void {
    this.account.malformed++;
    const example = { file: this.context.fileName, line, text: '', reason: 'too-long' };
    this.context.diagnostics.count('long-line', example);
    if (this.report.malformedExamples.length < MAX_EXAMPLES) this.report.malformedExamples.push(example);
  }

  /** Counts a line that is not of this format; the first few are kept. */
  addUnknown(buf: Uint8Array, start: number, end: number, line: number): void {
    this.account.unknown++;
    const text = this.unknownExamples < MAX_EXAMPLES ? textOf(buf, start, Math.min(end, start + 400)) : '';
    this.unknownExamples++;
    this.context.diagnostics.count('unknown-line', { file: this.context.fileName, line, text });
  }
  private unknownExamples = 0;

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
    const row = this.addRow(Kind.lost, Source.marker, Edge.point, atNs, line);
    this.batch.cpu[row] = cpu;
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
    this.names.fill(report.eventNames, strings);
    this.comms.fill(report.tasks, strings);
    this.clock.end();
    return {
      report,
      stream: extra.stream === undefined ? this.stream : extra.stream,
      profiles: extra.profiles ?? [],
      facts: this.facts,
      folded: extra.folded ?? null,
    };
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
