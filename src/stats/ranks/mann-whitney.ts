import type { TestResult } from '../estimate.ts';
import { normalTwoSidedP } from '../laws/normal.ts';
import { midranks } from './ranks.ts';

/** Up to this many values in all the null distribution is counted exactly, ties included. */
const EXACT_LIMIT = 60;
const SOURCE = 'Mann & Whitney 1947; Streitberg & Röhmel 1986 (exact, ties); Lehmann 1975 §1.4 (continuity, ties)';

/**
 * Mann–Whitney U of `after` against `before`: number of pairs with after > before, ties ½. Two-sided p.
 * Exact up to 60 values: the distribution of the rank sum over all splits of the observed midranks, so ties need no
 * approximation; p = P(|W − E W| ≥ |w − E W|). Beyond: normal with continuity correction ½ and variance
 * nm/12 · (N + 1 − Σ(t³ − t)/(N(N − 1))). An empty side: NaN. All values equal: p = 1. NaN is rejected.
 */
export function mannWhitney(before: Float64Array, after: Float64Array): TestResult {
  const m = before.length;
  const n = after.length;
  if (m === 0 || n === 0)
    return { statistic: Number.NaN, pValue: Number.NaN, n: m + n, method: 'Mann–Whitney', source: SOURCE };
  const all = new Float64Array(m + n);
  all.set(before);
  all.set(after, m);
  const { ranks, tieSum } = midranks(all);
  let rankSum = 0;
  for (let i = m; i < m + n; i++) rankSum += ranks[i];
  const u = rankSum - (n * (n + 1)) / 2;
  if (m + n <= EXACT_LIMIT)
    return {
      statistic: u,
      pValue: exactRankSumP(ranks, n, rankSum),
      n: m + n,
      method: 'Mann–Whitney, exact',
      source: SOURCE,
    };
  return {
    statistic: u,
    pValue: mannWhitneyNormalP(u, m, n, tieSum),
    n: m + n,
    method: 'Mann–Whitney, normal approximation with continuity and ties',
    source: SOURCE,
  };
}

/** The approximation alone (also for reference tests). */
export function mannWhitneyNormalP(u: number, m: number, n: number, tieSum: number): number {
  const total = m + n;
  const variance = ((m * n) / 12) * (total + 1 - tieSum / (total * (total - 1)));
  if (!(variance > 0)) return 1;
  const distance = Math.max(0, Math.abs(u - (m * n) / 2) - 0.5);
  return normalTwoSidedP(distance / Math.sqrt(variance));
}

/** Share of all C(N, n) splits whose rank sum lies at least as far from its mean; doubled midranks are integers. */
function exactRankSumP(ranks: Float64Array, n: number, rankSum: number): number {
  const doubled = Array.from(ranks, (rank) => Math.round(2 * rank)).sort((a, b) => a - b);
  const counts = countSubsetSums(doubled, n);
  const centre = n * (ranks.length + 1);
  const distance = Math.abs(2 * rankSum - centre);
  let far = 0;
  let all = 0;
  for (let sum = 0; sum < counts.length; sum++) {
    all += counts[sum];
    if (Math.abs(sum - centre) >= distance) far += counts[sum];
  }
  return Math.min(1, far / all);
}

/** counts[s] = number of n-element subsets of `scores` with sum s (shift algorithm). */
function countSubsetSums(scores: number[], n: number): Float64Array {
  let largest = 0;
  for (let i = scores.length - n; i < scores.length; i++) largest += scores[i];
  const width = largest + 1;
  const table = Array.from({ length: n + 1 }, () => new Float64Array(width));
  table[0][0] = 1;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i];
    for (let k = Math.min(i + 1, n); k >= 1; k--) {
      const from = table[k - 1];
      const to = table[k];
      for (let sum = width - 1; sum >= score; sum--) to[sum] += from[sum - score];
    }
  }
  return table[n];
}

/** P(U ≤ u) for sample sizes m, n without ties; index = u. Used for the exact Hodges–Lehmann interval. */
export function exactUCdf(m: number, n: number): Float64Array {
  const scores = Array.from({ length: m + n }, (_, i) => i + 1);
  const counts = countSubsetSums(scores, n);
  const offset = (n * (n + 1)) / 2;
  const cdf = new Float64Array(m * n + 1);
  let sum = 0;
  for (let u = 0; u <= m * n; u++) {
    sum += counts[u + offset];
    cdf[u] = sum;
  }
  for (let u = 0; u <= m * n; u++) cdf[u] /= sum;
  return cdf;
}
