/**
 * k-th smallest (1-based) of all n·m differences after[j] − before[i], without making them: the number of differences
 * ≤ v is counted with two pointers in O(n + m), and v is found by bisection over the doubles themselves, at most 64 steps.
 * Exact for any size (the idea is Monahan's, 1984; bisection instead of his random pivots keeps it deterministic).
 * Both arrays ascending and finite. Mirror: kth(a, b, k) = −kth(b, a, nm + 1 − k) to the last bit.
 */
export function kthDifference(before: Float64Array, after: Float64Array, k: number): number {
  const m = before.length;
  const n = after.length;
  if (!(k >= 1 && k <= m * n)) throw new RangeError(`kthDifference: k = ${k} of ${m * n}`);
  let low = toOrdinal(after[0] - before[m - 1]);
  let high = toOrdinal(after[n - 1] - before[0]);
  while (low < high) {
    const middle = low + (high - low) / 2n;
    if (countUpToDifference(before, after, fromOrdinal(middle)) >= k) high = middle;
    else low = middle + 1n;
  }
  const value = fromOrdinal(low);
  return value === 0 ? 0 : value;
}

function countUpToDifference(before: Float64Array, after: Float64Array, limit: number): number {
  // Rows: `after` ascending; for a larger after[j] fewer of the small before[i] qualify, so the pointer only moves right.
  const m = before.length;
  let count = 0;
  let first = 0;
  for (let j = 0; j < after.length; j++) {
    while (first < m && after[j] - before[first] > limit) first++;
    if (first === m) break;
    count += m - first;
  }
  return count;
}

const scratch = new DataView(new ArrayBuffer(8));

/** Doubles in their numerical order as integers. */
export function toOrdinal(value: number): bigint {
  scratch.setFloat64(0, value === 0 ? 0 : value);
  const bits = scratch.getBigInt64(0);
  return bits >= 0n ? bits : -(bits & 0x7fffffffffffffffn);
}

export function fromOrdinal(ordinal: bigint): number {
  scratch.setBigInt64(0, ordinal >= 0n ? ordinal : -ordinal | -0x8000000000000000n);
  return scratch.getFloat64(0);
}

/** Median of all pairwise differences: the mean of the two middle ones when their number is even. */
export function medianDifference(before: Float64Array, after: Float64Array): number {
  const pairs = before.length * after.length;
  const lower = kthDifference(before, after, Math.floor((pairs + 1) / 2));
  if (pairs % 2 === 1) return lower;
  return (lower + kthDifference(before, after, pairs / 2 + 1)) / 2;
}
