import { assertLevel, assertNoNaN } from '../check.ts';
import { DEFAULT_LEVEL, type Estimate, type TestResult, unknownEstimate } from '../estimate.ts';
import { studentQuantile, studentTwoSidedP } from '../laws/student-t.ts';
import { mean, sampleVariance } from '../simple.ts';

/** Mean ± t(n − 1) s/√n (Student 1908). For means of runs, not for raw call times (skewed). n = 1: NaN ends. */
export function tInterval(values: Float64Array, level: number = DEFAULT_LEVEL): Estimate {
  assertLevel(level);
  assertNoNaN(values, 'values');
  const n = values.length;
  const method = 'mean, Student interval';
  if (n === 0) return unknownEstimate(0, level, method, 'Student 1908');
  const estimate = mean(values);
  const half = n < 2 ? Number.NaN : studentQuantile((1 + level) / 2, n - 1) * Math.sqrt(sampleVariance(values) / n);
  return { estimate, low: estimate - half, high: estimate + half, level, n, method, source: 'Student 1908' };
}

/**
 * Difference of two means, after − before, with pooled variance and n + m − 2 degrees of freedom: one side may have a
 * single value (a new run against several old ones). `t.test(var.equal = TRUE)` in R, `scipy.stats.ttest_ind`.
 * Fewer than three values in all, or no scatter at all: NaN ends and p.
 */
export function pooledTDifference(
  before: Float64Array,
  after: Float64Array,
  level: number = DEFAULT_LEVEL,
): Estimate & TestResult {
  assertNoNaN(before, 'before');
  assertNoNaN(after, 'after');
  const m = before.length;
  const n = after.length;
  const df = m + n - 2;
  const fixed = { level, n: m + n, method: 'difference of means, pooled Student t', source: 'Student 1908' };
  const estimate = mean(after) - mean(before);
  const squares = (values: Float64Array): number =>
    values.length < 2 ? 0 : sampleVariance(values) * (values.length - 1);
  const variance = (squares(before) + squares(after)) / df;
  if (m === 0 || n === 0 || df < 1 || !(variance > 0))
    return { ...fixed, estimate, low: Number.NaN, high: Number.NaN, statistic: Number.NaN, pValue: Number.NaN };
  const error = Math.sqrt(variance * (1 / m + 1 / n));
  const half = studentQuantile((1 + level) / 2, df) * error;
  const statistic = estimate / error;
  return {
    ...fixed,
    estimate,
    low: estimate - half,
    high: estimate + half,
    statistic,
    pValue: studentTwoSidedP(statistic, df),
  };
}
