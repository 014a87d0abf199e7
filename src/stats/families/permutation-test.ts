import { assertNoNaN } from '../check.ts';
import type { TestResult } from '../estimate.ts';
import { logChoose } from '../laws/log-gamma.ts';
import { type Random, randomBelow } from '../random.ts';

export interface PermutationOptions {
  random: Random;
  /** Larger |statistic| = further from the null. Default: difference of means. */
  statistic?: (before: Float64Array, after: Float64Array) => number;
  /** All splits are enumerated up to this many, else so many random ones are drawn. */
  maxSplits?: number;
  draws?: number;
}

const SOURCE = 'Fisher 1935; Phipson & Smyth 2010 for (b + 1)/(k + 1)';

/**
 * Two-sided permutation test of "both sides come from one population". Exact when there are few splits: p = share of all
 * splits with |T| ≥ |t|, the observed one among them. Else k random splits: p = (b + 1)/(k + 1), never 0, and valid for
 * every k. A relative tolerance of 1e-12 keeps splits that are equal on paper equal in floating point.
 * An empty side: NaN. All equal: 1. NaN is rejected.
 */
export function permutationTest(before: Float64Array, after: Float64Array, options: PermutationOptions): TestResult {
  assertNoNaN(before, 'before');
  assertNoNaN(after, 'after');
  const { random, statistic = differenceOfMeans, maxSplits = 20_000, draws = 9_999 } = options;
  const m = before.length;
  const n = after.length;
  if (m === 0 || n === 0)
    return { statistic: Number.NaN, pValue: Number.NaN, n: m + n, method: 'permutation test', source: SOURCE };
  const observed = statistic(before, after);
  const limit = Math.abs(observed) * (1 - 1e-12);
  const all = new Float64Array(m + n);
  all.set(before);
  all.set(after, m);
  const left = new Float64Array(m);
  const right = new Float64Array(n);
  let far = 0;
  let total = 0;
  const count = (chosen: Uint8Array): void => {
    let l = 0;
    let r = 0;
    for (let i = 0; i < all.length; i++) {
      if (chosen[i] === 1) left[l++] = all[i];
      else right[r++] = all[i];
    }
    total++;
    if (Math.abs(statistic(left, right)) >= limit) far++;
  };
  const exact = countSplits(m + n, m) <= maxSplits;
  if (exact) enumerateSplits(m + n, m, count);
  else drawSplits(m + n, m, draws, random, count);
  return {
    statistic: observed,
    pValue: exact ? far / total : (far + 1) / (total + 1),
    n: m + n,
    method: exact ? `permutation test, all ${total} splits` : `permutation test, ${draws} random splits`,
    source: SOURCE,
  };
}

/** Number of ways to choose `k` of `n`. */
export function countSplits(n: number, k: number): number {
  return Math.round(Math.exp(logChoose(n, k)));
}

/** Calls back with every 0/1 mask of length n that has k ones, in lexicographic order. The mask is reused. */
export function enumerateSplits(n: number, k: number, visit: (mask: Uint8Array) => void): void {
  const mask = new Uint8Array(n);
  const place = (from: number, left: number): void => {
    if (left === 0) {
      visit(mask);
      return;
    }
    for (let i = from; i <= n - left; i++) {
      mask[i] = 1;
      place(i + 1, left - 1);
      mask[i] = 0;
    }
  };
  place(0, k);
}

/** Calls back with `draws` random masks (partial Fisher–Yates). The mask is reused. */
export function drawSplits(
  n: number,
  k: number,
  draws: number,
  random: Random,
  visit: (mask: Uint8Array) => void,
): void {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const mask = new Uint8Array(n);
  for (let draw = 0; draw < draws; draw++) {
    mask.fill(0);
    for (let i = 0; i < k; i++) {
      const other = i + randomBelow(random, n - i);
      const kept = order[i];
      order[i] = order[other];
      order[other] = kept;
      mask[order[i]] = 1;
    }
    visit(mask);
  }
}

function differenceOfMeans(before: Float64Array, after: Float64Array): number {
  let a = 0;
  for (const value of before) a += value;
  let b = 0;
  for (const value of after) b += value;
  return b / after.length - a / before.length;
}
