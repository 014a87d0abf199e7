import { assertNoNaN, sortedCopy } from './check.ts';

/**
 * Sample quantile, definition 7 of Hyndman & Fan (1996): the default of R and numpy. With h = (n − 1) p the value is
 * x[⌊h⌋] + (h − ⌊h⌋)(x[⌊h⌋+1] − x[⌊h⌋]). No values: NaN. One value: that value. NaN is rejected.
 */
export function quantile(values: Float64Array, p: number): number {
  assertNoNaN(values, 'values');
  return quantileOfSorted(sortedCopy(values), p);
}

/** The same for values already in ascending order. */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`quantile: p = ${p}`);
  const n = sorted.length;
  if (n === 0) return Number.NaN;
  const h = (n - 1) * p;
  const below = Math.floor(h);
  const above = Math.min(below + 1, n - 1);
  const fraction = h - below;
  return fraction === 0 ? sorted[below] : sorted[below] + fraction * (sorted[above] - sorted[below]);
}
