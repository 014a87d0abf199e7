import { assertNoNaN, sortedCopy } from '../check.ts';
import { DEFAULT_LEVEL, type Estimate } from '../estimate.ts';
import { normalQuantile } from '../laws/normal.ts';
import { median } from '../median.ts';
import { quantileOfSorted } from '../quantile.ts';
import { type Random, randomBelow } from '../random.ts';

export interface LineFit {
  slope: Estimate;
  /** median(y) − slope · median(x) (Conover 1980). */
  intercept: number;
  /** x at which the fit is supported. */
  fromX: number;
  toX: number;
}

const SOURCE = 'Theil 1950; Sen 1968; Conover 1980 (intercept)';

/**
 * Theil–Sen line: the median of the slopes of all pairs with different x, so up to 29 % of wild values do not matter.
 * Interval by Sen's inversion of Kendall's S with ties. `scipy.stats.theilslopes`. More than `maxPairs` pairs: that many
 * random pairs (seeded); then the ranks of the interval are scaled to the sample. Values must be independent; for calls of
 * one run bootstrap the fit in blocks. Fewer than two different x: NaN. NaN is rejected.
 */
export function fitTheilSen(
  x: Float64Array,
  y: Float64Array,
  options: { random: Random; level?: number; maxPairs?: number },
): LineFit {
  assertNoNaN(x, 'x');
  assertNoNaN(y, 'y');
  if (x.length !== y.length) throw new RangeError(`x has ${x.length} values, y has ${y.length}`);
  const { random, level = DEFAULT_LEVEL, maxPairs = 500_000 } = options;
  const n = x.length;
  const sampled = (n * (n - 1)) / 2 > maxPairs;
  const slopes = sampled ? samplePairSlopes(x, y, maxPairs, random) : allPairSlopes(x, y);
  const sortedX = sortedCopy(x);
  const method = sampled ? `Theil–Sen, ${maxPairs} random pairs` : 'Theil–Sen, all pairs';
  const estimate = quantileOfSorted(slopes, 0.5);
  const ends = slopeEnds(slopes, sortedX, y, level, sampled);
  return {
    slope: { estimate, ...ends, level, n, method, source: SOURCE },
    intercept: n === 0 ? Number.NaN : median(y) - estimate * median(x),
    fromX: n === 0 ? Number.NaN : sortedX[0],
    toX: n === 0 ? Number.NaN : sortedX[n - 1],
  };
}

/** Point estimate only: for use inside a bootstrap. */
export function theilSenLine(x: Float64Array, y: Float64Array): { slope: number; intercept: number } {
  const slope = quantileOfSorted(allPairSlopes(x, y), 0.5);
  return { slope, intercept: median(y) - slope * median(x) };
}

function allPairSlopes(x: Float64Array, y: Float64Array): Float64Array {
  const slopes = new Float64Array((x.length * (x.length - 1)) / 2);
  let count = 0;
  for (let i = 0; i < x.length; i++)
    for (let j = i + 1; j < x.length; j++) if (x[i] !== x[j]) slopes[count++] = (y[j] - y[i]) / (x[j] - x[i]);
  return slopes.subarray(0, count).sort();
}

function samplePairSlopes(x: Float64Array, y: Float64Array, pairs: number, random: Random): Float64Array {
  const slopes = new Float64Array(pairs);
  let count = 0;
  for (let tries = 0; count < pairs && tries < 4 * pairs; tries++) {
    const i = randomBelow(random, x.length);
    const j = randomBelow(random, x.length);
    if (x[i] !== x[j]) slopes[count++] = (y[j] - y[i]) / (x[j] - x[i]);
  }
  return slopes.subarray(0, count).sort();
}

/** Sen's ranks: (N − C)/2 and (N + C)/2 with C = z σ, σ² of Kendall's S corrected for ties in x and y. */
function slopeEnds(
  slopes: Float64Array,
  sortedX: Float64Array,
  y: Float64Array,
  level: number,
  sampled: boolean,
): { low: number; high: number } {
  const n = sortedX.length;
  const count = slopes.length;
  if (count === 0 || n < 3) return { low: Number.NaN, high: Number.NaN };
  const tieTerm = (sorted: Float64Array): number => {
    let sum = 0;
    for (let start = 0; start < n; ) {
      let end = start + 1;
      while (end < n && sorted[end] === sorted[start]) end++;
      const t = end - start;
      sum += t * (t - 1) * (2 * t + 5);
      start = end;
    }
    return sum;
  };
  const variance = (n * (n - 1) * (2 * n + 5) - tieTerm(sortedX) - tieTerm(sortedCopy(y))) / 18;
  let half = -normalQuantile((1 - level) / 2) * Math.sqrt(Math.max(0, variance));
  // A random sample of pairs: the same share of the slopes lies between the ends.
  if (sampled) half *= count / ((n * (n - 1)) / 2);
  const low = Math.round((count - half) / 2) - 1;
  const high = Math.round((count + half) / 2);
  return {
    low: low < 0 ? Number.NaN : slopes[low],
    high: high > count - 1 ? Number.NaN : slopes[high],
  };
}
