import { assertNoNaN } from '../check.ts';

/**
 * Midranks (1-based; equal values share the mean of their ranks) and Σ(t³ − t) over ties (Kruskal & Wallis 1952).
 * `rank()` in R, `scipy.stats.rankdata`.
 */
export function midranks(values: Float64Array): { ranks: Float64Array; tieSum: number } {
  assertNoNaN(values, 'values');
  const n = values.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(n);
  let tieSum = 0;
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && values[order[end]] === values[order[start]]) end++;
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) ranks[order[i]] = rank;
    const ties = end - start;
    tieSum += ties * ties * ties - ties;
    start = end;
  }
  return { ranks, tieSum };
}

/**
 * Placements: for each value of `of`, the share of `among` below it, equal ones counted half. Their mean is
 * P(among < of) + ½ P(among = of), the "probability of superiority" behind Mann–Whitney and Cliff.
 */
export function placements(of: Float64Array, among: Float64Array): Float64Array {
  assertNoNaN(of, 'of');
  assertNoNaN(among, 'among');
  const sorted = Float64Array.from(among).sort();
  return Float64Array.from(of, (value) => (countBelow(sorted, value) + countUpTo(sorted, value)) / (2 * sorted.length));
}

/** How many values of an ascending array are < value. */
export function countBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many values of an ascending array are ≤ value. */
export function countUpTo(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
