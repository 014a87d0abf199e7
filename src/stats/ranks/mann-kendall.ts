import { assertNoNaN, sortedCopy } from '../check.ts';
import type { TestResult } from '../estimate.ts';
import { normalCdf } from '../laws/normal.ts';

const METHOD = 'Mann–Kendall trend test';
const SOURCE = 'Mann 1945; Kendall 1975 (variance with ties, continuity)';

/**
 * Does a series rise or fall? S = pairs in which the later value is larger − pairs in which it is smaller; z = (|S| − 1)/σ
 * with Kendall's variance corrected for ties. Values must be independent: give means of blocks, not calls.
 * `statistic` is Kendall's S. Fewer than 4 values: NaN. All equal: p = 1. NaN is rejected.
 */
export function mannKendall(values: Float64Array): TestResult {
  assertNoNaN(values, 'values');
  const n = values.length;
  const fixed = { n, method: METHOD, source: SOURCE };
  if (n < 4) return { ...fixed, statistic: Number.NaN, pValue: Number.NaN };
  let s = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign(values[j] - values[i]);
  const sorted = sortedCopy(values);
  let ties = 0;
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && sorted[end] === sorted[start]) end++;
    const t = end - start;
    ties += t * (t - 1) * (2 * t + 5);
    start = end;
  }
  const variance = (n * (n - 1) * (2 * n + 5) - ties) / 18;
  const z = variance > 0 ? Math.max(0, Math.abs(s) - 1) / Math.sqrt(variance) : 0;
  return { ...fixed, statistic: s, pValue: Math.min(1, 2 * normalCdf(-z)) };
}
