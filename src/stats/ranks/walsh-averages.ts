import { fromOrdinal, toOrdinal } from './pair-differences.ts';

/**
 * k-th smallest (1-based) of the n(n + 1)/2 Walsh averages (x[i] + x[j])/2, i ≤ j, without making them: those ≤ v are counted with
 * two pointers in O(n), and v is found by bisection over the doubles, at most 64 steps. Exact for any size; `sorted` ascending
 * and finite. Mirror: kth(−x, k) = −kth(x, n(n + 1)/2 + 1 − k).
 */
export function kthWalshAverage(sorted: Float64Array, k: number): number {
  const n = sorted.length;
  const pairs = countWalshAverages(n);
  if (!(k >= 1 && k <= pairs)) throw new RangeError(`kthWalshAverage: k = ${k} of ${pairs}`);
  let low = toOrdinal(sorted[0]);
  let high = toOrdinal(sorted[n - 1]);
  while (low < high) {
    const middle = low + (high - low) / 2n;
    if (countUpTo(sorted, fromOrdinal(middle)) >= k) high = middle;
    else low = middle + 1n;
  }
  const value = fromOrdinal(low);
  return value === 0 ? 0 : value;
}

export const countWalshAverages = (n: number): number => (n * (n + 1)) / 2;

function countUpTo(sorted: Float64Array, limit: number): number {
  // For a larger x[i] fewer x[j] qualify, so the right pointer only moves left.
  let count = 0;
  let last = sorted.length - 1;
  for (let i = 0; i < sorted.length; i++) {
    while (last >= i && (sorted[i] + sorted[last]) / 2 > limit) last--;
    if (last < i) break;
    count += last - i + 1;
  }
  return count;
}

/** Median of all Walsh averages: the mean of the two middle ones when their number is even. */
export function medianWalshAverage(sorted: Float64Array): number {
  const pairs = countWalshAverages(sorted.length);
  const lower = kthWalshAverage(sorted, Math.floor((pairs + 1) / 2));
  return pairs % 2 === 1 ? lower : (lower + kthWalshAverage(sorted, pairs / 2 + 1)) / 2;
}
