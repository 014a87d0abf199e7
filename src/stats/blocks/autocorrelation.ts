import { assertNoNaN } from '../check.ts';

/**
 * Autocovariances R(0) … R(maxLag) of a series in time order, divisor n (Box & Jenkins 1970), so that the sequence is
 * positive semidefinite. n = 0: NaN; n = 1: R(0) = 0.
 */
export function autocovariances(values: Float64Array, maxLag: number): Float64Array {
  assertNoNaN(values, 'values');
  const n = values.length;
  const out = new Float64Array(maxLag + 1);
  let mean = 0;
  for (const value of values) mean += value;
  mean /= n;
  for (let lag = 0; lag <= maxLag; lag++) {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (values[i] - mean) * (values[i - lag] - mean);
    out[lag] = sum / n;
  }
  return out;
}

/** Autocorrelation at one lag; 0 for a constant series. */
export function autocorrelation(values: Float64Array, lag: number): number {
  const covariances = autocovariances(values, lag);
  return covariances[0] > 0 ? covariances[lag] / covariances[0] : 0;
}
