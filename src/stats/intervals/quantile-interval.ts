import { assertLevel, assertNoNaN, sortedCopy } from '../check.ts';
import { DEFAULT_LEVEL, type Estimate, unknownEstimate } from '../estimate.ts';
import { binomialCdf, binomialQuantile } from '../laws/binomial.ts';
import { quantileOfSorted } from '../quantile.ts';

const METHOD = 'quantile type 7, interval from order statistics';
const SOURCE = 'Hyndman & Fan 1996; Thompson 1936, Conover 1999 §3.2';

/**
 * Distribution-free interval of a quantile: the number of values below the true quantile is binomial(n, p), so
 * [x(r), x(s)] covers it with P(r ≤ B < s). r and s cut at most (1 − level)/2 off each tail; an end whose tail cannot be
 * cut that finely (n too small, p extreme) is NaN: no such interval exists without assumptions.
 * Values must be independent; for calls of one run use the block bootstrap or `n` thinned to the number of blocks.
 * All equal: the interval is that value. n = 0: NaN. NaN values are rejected.
 */
export function quantileInterval(values: Float64Array, p: number, level: number = DEFAULT_LEVEL): Estimate {
  assertNoNaN(values, 'values');
  return quantileIntervalOfSorted(sortedCopy(values), p, level);
}

export function quantileIntervalOfSorted(sorted: Float64Array, p: number, level: number = DEFAULT_LEVEL): Estimate {
  assertLevel(level);
  const n = sorted.length;
  if (n === 0) return unknownEstimate(0, level, METHOD, SOURCE);
  const { low, high } = quantileRanks(n, p, level);
  return {
    estimate: quantileOfSorted(sorted, p),
    low: low < 1 ? Number.NaN : sorted[low - 1],
    high: high > n ? Number.NaN : sorted[high - 1],
    level,
    n,
    method: METHOD,
    source: SOURCE,
  };
}

/**
 * 1-based ranks of the interval's ends; 0 and n + 1 mean "no such end". P(B ≤ r − 1) ≤ α/2 for the largest such r, and
 * P(B ≥ s) ≤ α/2 for the smallest such s.
 */
export function quantileRanks(n: number, p: number, level: number): { low: number; high: number } {
  const tail = (1 - level) / 2;
  // binomialQuantile gives the smallest k with P(B ≤ k) ≥ tail, hence P(B ≤ k − 1) < tail: r = k.
  let low = binomialQuantile(tail, n, p);
  if (binomialCdf(low, n, p) <= tail) low++;
  const high = binomialQuantile(1 - tail, n, p) + 1;
  return { low, high };
}
