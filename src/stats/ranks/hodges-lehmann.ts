import { assertLevel, assertNoNaN, sortedCopy } from '../check.ts';
import { DEFAULT_LEVEL, type Estimate, unknownEstimate } from '../estimate.ts';
import { normalQuantile } from '../laws/normal.ts';
import { exactUCdf } from './mann-whitney.ts';
import { kthDifference, medianDifference } from './pair-differences.ts';
import { midranks } from './ranks.ts';

const SOURCE = 'Hodges & Lehmann 1963; Hollander & Wolfe 1999 §4.3';
/** As in mannWhitney: up to so many values the null distribution is exact. */
const EXACT_LIMIT = 60;

/**
 * Hodges–Lehmann shift of two independent samples: the median of all differences after − before, with the interval that
 * inverts Mann–Whitney: [D(k), D(nm + 1 − k)] where k is the largest rank with 2 P(U ≤ k − 1) ≤ 1 − level. Exact for up to
 * 60 values in all, else k from the normal approximation with tie-corrected variance. `wilcox.test(conf.int = TRUE)` in R.
 * Too few values for the level (3 against 3 at 95 %): ends are NaN. An empty side: NaN. All equal: 0 [0, 0].
 * Swapping the sides mirrors all three numbers exactly. NaN and infinite values are rejected.
 */
export function hodgesLehmannShift(before: Float64Array, after: Float64Array, level: number = DEFAULT_LEVEL): Estimate {
  assertLevel(level);
  assertNoNaN(before, 'before');
  assertNoNaN(after, 'after');
  const m = before.length;
  const n = after.length;
  const method = 'Hodges–Lehmann shift, interval by inverting Mann–Whitney';
  if (m === 0 || n === 0) return unknownEstimate(m + n, level, method, SOURCE);
  const x = sortedCopy(before);
  const y = sortedCopy(after);
  return { ...shiftOfSorted(x, y, criticalRank(x, y, level)), level, n: m + n, method, source: SOURCE };
}

/** Shift and the interval [D(k), D(nm + 1 − k)] for a rank chosen by the caller; k < 1: no interval. */
export function shiftOfSorted(
  before: Float64Array,
  after: Float64Array,
  k: number,
): { estimate: number; low: number; high: number } {
  const pairs = before.length * after.length;
  const estimate = medianDifference(before, after);
  if (k < 1) return { estimate, low: Number.NaN, high: Number.NaN };
  const rank = Math.min(k, Math.floor((pairs + 1) / 2));
  return {
    estimate,
    low: kthDifference(before, after, rank),
    high: kthDifference(before, after, pairs + 1 - rank),
  };
}

function criticalRank(before: Float64Array, after: Float64Array, level: number): number {
  const m = before.length;
  const n = after.length;
  const tail = (1 - level) / 2;
  if (m + n <= EXACT_LIMIT) {
    const cdf = exactUCdf(m, n);
    let k = 0;
    while (k < cdf.length && cdf[k] <= tail) k++;
    return k;
  }
  const all = new Float64Array(m + n);
  all.set(before);
  all.set(after, m);
  const { tieSum } = midranks(all);
  const total = m + n;
  const deviation = Math.sqrt(Math.max(0, ((m * n) / 12) * (total + 1 - tieSum / (total * (total - 1)))));
  // Largest k with P(U ≤ k − 1) ≤ tail, continuity corrected.
  return Math.floor((m * n) / 2 + 0.5 + normalQuantile(tail) * deviation);
}

/**
 * Hodges–Lehmann ratio after/before: the shift on the log scale, exponentiated (the median of all quotients). For positive
 * values only; any value ≤ 0 makes it undefined (NaN), as the logarithm is. Equal on both sides: 1 [1, 1].
 */
export function hodgesLehmannRatio(before: Float64Array, after: Float64Array, level: number = DEFAULT_LEVEL): Estimate {
  assertNoNaN(before, 'before');
  assertNoNaN(after, 'after');
  const method = 'Hodges–Lehmann ratio (shift of logarithms), interval by inverting Mann–Whitney';
  const positive = before.every((value) => value > 0) && after.every((value) => value > 0);
  if (!positive) return unknownEstimate(before.length + after.length, level, method, SOURCE);
  const shift = hodgesLehmannShift(before.map(Math.log), after.map(Math.log), level);
  return {
    ...shift,
    estimate: Math.exp(shift.estimate),
    low: Math.exp(shift.low),
    high: Math.exp(shift.high),
    method,
  };
}
