import { BATCH_ROWS } from '../../../src/model/events.ts';
import type { EventWriter } from '../../events/writer.ts';
import { cursor } from '../../text/numbers.ts';
import type { EventLine } from './event-line.ts';

/** Rows one line can add; the page is settled before it could be handed over in the middle of a line. */
const ROWS_PER_LINE = 16;

/**
 * Which clock the printed times are on. A first time of exactly 0 means --reltime or --deltatime; only differences step
 * backwards (perf prints in time order), which is known after some lines, so the first page of rows is held until then.
 * Differences of 9 digits add up exactly. Those of 6 digits were cut to whole microseconds each: their sum is low by half
 * a microsecond per line, more than many phases last, so such a capture is read as one without a clock.
 */
export class PerfClock {
  private mode: 'unknown' | 'watching' | 'absolute' | 'summed' | 'unusable' = 'unknown';
  private isAbsolute = false;
  private digits = -2;
  private sumHigh = 0;
  private sumLow = 0;
  private lastAt = -1;
  private timed = 0;
  private backward = 0;
  private rowSums: Float64Array | null = null;
  private isRelative = false;
  private readonly writer: EventWriter;

  constructor(writer: EventWriter) {
    this.writer = writer;
  }

  /** Fractional digits of all times, once it is certain that they are absolute; -1 before. */
  get fixedDigits(): number {
    return this.isAbsolute ? this.digits : -1;
  }

  /** Time of the line for its rows. */
  take(line: EventLine): number {
    if (this.isAbsolute && line.timeDigits === this.digits)
      return this.writer.clock.relativeNs(line.timeHigh, line.timeLow);
    cursor.high = line.timeHigh;
    cursor.low = line.timeLow;
    cursor.digits = line.timeDigits;
    this.digits = line.timeDigits;
    if (this.mode === 'absolute') {
      this.isAbsolute = true;
      return this.writer.clock.takeTime();
    }
    if (this.mode === 'unknown') {
      this.isRelative = line.timeHigh === 0 && line.timeLow === 0;
      this.mode = this.isRelative ? 'watching' : 'absolute';
      if (this.isRelative) this.rowSums = new Float64Array(BATCH_ROWS);
    }
    const at = this.writer.clock.takeTime();
    if (this.mode === 'absolute') return at;
    this.addDifference(line.timeHigh, line.timeLow);
    if (this.mode === 'summed') return this.sumHigh * 1e9 + this.sumLow;
    if (this.mode === 'unusable') return Number.NaN;
    if (at < this.lastAt) this.backward++;
    this.lastAt = at;
    this.timed++;
    return at;
  }

  private addDifference(high: number, low: number): void {
    this.sumHigh += high;
    this.sumLow += low;
    if (this.sumLow >= 1e9) {
      this.sumLow -= 1e9;
      this.sumHigh++;
    }
  }

  /** Called before a payload is decoded: the page must not be handed over while its times are in doubt. */
  beforeRows(): void {
    if (this.mode === 'watching' && this.writer.batch.length > BATCH_ROWS - ROWS_PER_LINE) this.settle();
  }

  /** Rows from `first` on belong to the line whose time was taken last. */
  afterRows(first: number): void {
    if (this.mode !== 'watching') return;
    const sum = this.sumHigh * 1e9 + this.sumLow;
    for (let row = first; row < this.writer.batch.length; row++) this.rowSums![row] = sum;
  }

  private settle(): void {
    const isDelta = this.backward > 0 && this.backward * 50 >= this.timed;
    const batch = this.writer.batch;
    if (isDelta) {
      this.mode = this.writer.report.clock.resolutionNs === 1 ? 'summed' : 'unusable';
      for (let row = 0; row < batch.length; row++) {
        batch.atNs[row] = this.mode === 'summed' ? this.rowSums![row] : Number.NaN;
      }
    } else this.mode = 'absolute';
    this.rowSums = null;
  }

  /** Before the writer hands over its last page. */
  end(): void {
    if (this.mode === 'watching') this.settle();
    const { report } = this.writer;
    if (!this.isRelative) return;
    if (this.mode === 'absolute') {
      report.clock.kind = 'relative';
      report.notes.push('times are relative to the first event (--reltime)');
    } else if (this.mode === 'summed') {
      report.clock.kind = 'relative';
      report.notes.push('times are differences from line to line (--deltatime), added up to the nanosecond');
    } else {
      report.clock.kind = 'none';
      report.notes.push(
        'times are differences cut to microseconds (--deltatime): they do not add up and were not used',
      );
      this.writer.context.diagnostics.count('no-clock', { file: report.file, reason: 'deltatime' });
    }
  }

  /** After the writer has closed the report: the span of summed differences. */
  correctSpan(): void {
    const { report } = this.writer;
    if (this.mode === 'summed') report.lastNs = BigInt(this.sumHigh) * 1_000_000_000n + BigInt(this.sumLow);
    else if (this.mode === 'unusable') {
      report.firstNs = null;
      report.lastNs = null;
    }
  }
}
