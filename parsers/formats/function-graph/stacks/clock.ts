import type { ReadContext } from '../../../contract.ts';

const FIRST_CPUS = 64;
/** Calls that ended inside one time stamp though they took this long: stamps are in µs, so a few µs are rounding. */
const STANDSTILL_NS = 5_000;

/** Its numbers in the memory of a WASM scanner (parsers/wasm), which takes the usual line itself. */
export interface SharedClock {
  lastAt: Float64Array;
  lastLeafNs: Float64Array;
  stamp: Float64Array;
  /** There are more CPUs than places. */
  onOutgrown: () => void;
}

/**
 * Watches the time column: a clock that steps back or stands still makes every interval taken from it wrong.
 * trace_clock=global never goes back, so where the clocks of two CPUs disagree it stops until the other has caught up.
 */
export class GraphClock {
  private readonly context: ReadContext;
  private readonly shared: SharedClock | null;
  private lastAt: Float64Array;
  private lastLeafNs: Float64Array;
  /** The stamp of the last line and what calls inside it took. */
  private readonly stamp: Float64Array;

  constructor(context: ReadContext, shared: SharedClock | null = null) {
    this.context = context;
    this.shared = shared;
    this.lastAt = shared?.lastAt ?? new Float64Array(FIRST_CPUS);
    this.lastLeafNs = shared?.lastLeafNs ?? new Float64Array(FIRST_CPUS);
    this.stamp = shared?.stamp ?? new Float64Array(2);
    this.lastAt.fill(Number.NEGATIVE_INFINITY);
    this.stampNs = Number.NaN;
    this.hiddenNs = 0;
  }

  private get stampNs(): number {
    return this.stamp[0];
  }
  private set stampNs(ns: number) {
    this.stamp[0] = ns;
  }
  private get hiddenNs(): number {
    return this.stamp[1];
  }
  private set hiddenNs(ns: number) {
    this.stamp[1] = ns;
  }

  /**
   * One line. A leaf stands at its entry, so the next line of its CPU comes at least its duration later; `leafNs` is 0
   * for other lines.
   */
  take(atNs: number, cpu: number, leafNs: number, line: number): void {
    if (atNs !== this.stampNs) {
      if (this.hiddenNs >= STANDSTILL_NS) this.countStandstill(line);
      this.hiddenNs = 0;
      this.stampNs = atNs;
    }
    if (cpu >= this.lastAt.length) this.reserve(cpu);
    const last = this.lastAt[cpu];
    if (last === atNs) this.hiddenNs += this.lastLeafNs[cpu];
    else if (last > atNs) {
      const { diagnostics, fileName } = this.context;
      diagnostics.count('clock-backwards', { file: fileName, line, reason: 'cpu-clock' });
    }
    this.lastAt[cpu] = atNs;
    this.lastLeafNs[cpu] = leafNs;
  }

  /** A gap in the text: the times after it have nothing to do with those before. */
  forget(): void {
    this.lastAt.fill(Number.NEGATIVE_INFINITY);
  }

  end(lines: number): void {
    if (this.hiddenNs >= STANDSTILL_NS) this.countStandstill(lines + 1);
  }

  private countStandstill(line: number): void {
    const text = `${Math.round(this.hiddenNs / 1000)} us of calls in one time stamp`;
    const { diagnostics, fileName } = this.context;
    diagnostics.count('clock-stands-still', { file: fileName, line: line - 1, text, reason: 'one-stamp' });
  }

  private reserve(cpu: number): void {
    this.shared?.onOutgrown();
    const size = Math.max(this.lastAt.length * 2, cpu + 1);
    const lastAt = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    const lastLeafNs = new Float64Array(size);
    lastAt.set(this.lastAt);
    lastLeafNs.set(this.lastLeafNs);
    this.lastAt = lastAt;
    this.lastLeafNs = lastLeafNs;
  }
}
