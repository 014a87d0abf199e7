import type { FileReport } from '../../src/model/diagnostics/accounting.ts';
import type { EventStream } from '../../src/model/events.ts';
import type { ReadContext } from '../contract.ts';
import { cursor } from '../text/numbers.ts';

/** The time base of one stream: what was printed, as exact ns relative to stream.baseNs; what the clock is; first and last. */
export class StreamClock {
  private readonly context: ReadContext;
  private readonly report: FileReport;
  private readonly stream: EventStream;
  private baseHigh = 0;
  private hasBase = false;
  private minNs = Number.POSITIVE_INFINITY;
  private maxNs = Number.NEGATIVE_INFINITY;
  private lastDigits = -2;

  constructor(context: ReadContext, report: FileReport, stream: EventStream) {
    this.context = context;
    this.report = report;
    this.stream = stream;
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

  /** First and last time into the report. */
  end(): void {
    if (!(this.minNs <= this.maxNs)) return;
    this.report.firstNs = this.stream.baseNs + BigInt(this.minNs);
    this.report.lastNs = this.stream.baseNs + BigInt(this.maxNs);
  }
}
