import { median } from './median.ts';

/** 1/Φ⁻¹(3/4): makes the median absolute deviation of normal values their standard deviation. */
const TO_SIGMA = 1.482602218505602;

/** Centre and spread that a twentieth of outliers does not move: median and 1.4826 · MAD (Hampel 1974). None: NaN. */
export function robustSpread(values: Float64Array): { centre: number; sigma: number } {
  const centre = median(values);
  return { centre, sigma: TO_SIGMA * median(values.map((value) => Math.abs(value - centre))) };
}
