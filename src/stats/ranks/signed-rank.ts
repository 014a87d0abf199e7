import { assertLevel, assertNoNaN } from '../check.ts';
import { DEFAULT_LEVEL, type Estimate, type TestResult, unknownEstimate } from '../estimate.ts';
import { normalQuantile, normalTwoSidedP } from '../laws/normal.ts';
import { midranks } from './ranks.ts';
import { countWalshAverages, kthWalshAverage, medianWalshAverage } from './walsh-averages.ts';

const SOURCE = 'Wilcoxon 1945; Hollander & Wolfe 1999 §3.1–3.3';
/** Up to so many pairs the null distribution is exact. */
const EXACT_LIMIT = 50;

/**
 * Hodges–Lehmann centre of paired differences: the median of all Walsh averages, with the interval that inverts Wilcoxon's
 * signed-rank test: [W(k), W(M + 1 − k)], M = n(n + 1)/2, k the largest rank with 2 P(V ≤ k − 1) ≤ 1 − level. Exact for up to 50 pairs
 * (ties treated as none), else the normal approximation. `wilcox.test(x, conf.int = TRUE)` in R.
 * Too few pairs for the level (5 at 95 %): ends are NaN. None: NaN. NaN and infinite values are rejected.
 */
export function signedRankShift(differences: Float64Array, level: number = DEFAULT_LEVEL): Estimate {
  assertLevel(level);
  assertNoNaN(differences, 'differences');
  const n = differences.length;
  const method = 'Hodges–Lehmann centre of pairs, interval by inverting the signed-rank test';
  if (n === 0) return unknownEstimate(0, level, method, SOURCE);
  const sorted = Float64Array.from(differences).sort();
  const pairs = countWalshAverages(n);
  const estimate = medianWalshAverage(sorted);
  const k = Math.min(criticalRank(n, (1 - level) / 2), Math.floor((pairs + 1) / 2));
  const low = k < 1 ? Number.NaN : kthWalshAverage(sorted, k);
  const high = k < 1 ? Number.NaN : kthWalshAverage(sorted, pairs + 1 - k);
  return { estimate, low, high, level, n, method, source: SOURCE };
}

/**
 * Two-sided signed-rank test that pairs differ by nothing. Zeros are left out (Wilcoxon), ties share ranks; exact for up to 50 pairs
 * without ties, else normal with tie-corrected variance and continuity correction. All zero: 1. None: NaN.
 */
export function signedRankTest(differences: Float64Array): TestResult {
  assertNoNaN(differences, 'differences');
  const kept = differences.filter((value) => value !== 0);
  const n = kept.length;
  const method = 'Wilcoxon signed-rank test';
  if (differences.length === 0) return { statistic: Number.NaN, pValue: Number.NaN, n, method, source: SOURCE };
  if (n === 0) return { statistic: 0, pValue: 1, n, method, source: SOURCE };
  const { ranks, tieSum } = midranks(kept.map(Math.abs));
  let positive = 0;
  for (let i = 0; i < n; i++) if (kept[i] > 0) positive += ranks[i];
  const pValue = n <= EXACT_LIMIT && tieSum === 0 ? exactP(positive, n) : normalP(positive, n, tieSum);
  return { statistic: positive, pValue, n, method, source: SOURCE };
}

function exactP(positive: number, n: number): number {
  const cdf = signedRankCdf(n);
  const smaller = Math.min(positive, countWalshAverages(n) - positive);
  return Math.min(1, 2 * cdf[smaller]);
}

function normalP(positive: number, n: number, tieSum: number): number {
  const mean = countWalshAverages(n) / 2;
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tieSum / 48;
  if (variance === 0) return 1;
  const distance = Math.max(0, Math.abs(positive - mean) - 0.5);
  return Math.min(1, normalTwoSidedP(distance / Math.sqrt(variance)));
}

function criticalRank(n: number, tail: number): number {
  const pairs = countWalshAverages(n);
  if (n <= EXACT_LIMIT) {
    const cdf = signedRankCdf(n);
    let k = 0;
    while (k < cdf.length && cdf[k] <= tail) k++;
    return k;
  }
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
  return Math.floor(pairs / 2 + 0.5 + normalQuantile(tail) * deviation);
}

/** P(V ≤ v), v = 0 … n(n + 1)/2: each rank is in the sum or not, with one half each. */
export function signedRankCdf(n: number): Float64Array {
  const size = countWalshAverages(n) + 1;
  const chance = new Float64Array(size);
  chance[0] = 1;
  for (let rank = 1; rank <= n; rank++)
    for (let sum = size - 1; sum >= 0; sum--) chance[sum] = (chance[sum] + (sum >= rank ? chance[sum - rank] : 0)) / 2;
  for (let sum = 1; sum < size; sum++) chance[sum] += chance[sum - 1];
  return chance;
}
