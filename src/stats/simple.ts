import * as simple from 'simple-statistics';

/**
 * The one place where simple-statistics comes in, for what it does well: compensated sums (Kahan–Babuška 1970s), means,
 * sample moments, least squares. Its declarations ask for number[]; the functions only index and iterate.
 * Not taken from it: quantiles (no interval), rank tests (no p), erf (1e-7), median (silent about NaN).
 */
const asArray = (values: Float64Array): number[] => values as unknown as number[];

/** Compensated sum; 0 for no values. */
export function sumValues(values: Float64Array): number {
  return values.length === 0 ? 0 : simple.sum(asArray(values));
}

/** NaN for no values. */
export function mean(values: Float64Array): number {
  return values.length === 0 ? Number.NaN : simple.mean(asArray(values));
}

/** Divisor n − 1; NaN below two values. */
export function sampleVariance(values: Float64Array): number {
  return values.length < 2 ? Number.NaN : simple.sampleVariance(asArray(values));
}

export function sampleStandardDeviation(values: Float64Array): number {
  return values.length < 2 ? Number.NaN : simple.sampleStandardDeviation(asArray(values));
}

/** Ordinary least squares (Legendre 1805): for reference beside Theil–Sen, never instead of it. */
export function fitLeastSquares(x: Float64Array, y: Float64Array): { slope: number; intercept: number } {
  if (x.length < 2) return { slope: Number.NaN, intercept: Number.NaN };
  const line = simple.linearRegression(Array.from(x, (value, i) => [value, y[i]]));
  return { slope: line.m, intercept: line.b };
}
