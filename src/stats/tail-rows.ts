/**
 * Whether n values can tell quantile p: at least one of them must be expected beyond it on either side, n·min(p, 1 − p) ≥ 1. So
 * p95 needs 20 values, p99 100 and p99.9 1,000; with fewer the quantile is the largest value (or drawn towards it), which is
 * called that. The median of any number of values is told.
 */
export const canTellQuantile = (p: number, n: number): boolean =>
  n > 0 && (p === 0.5 || n * Math.min(p, 1 - p) >= 1 - 1e-9);
