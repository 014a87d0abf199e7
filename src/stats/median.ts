import { DEFAULT_LEVEL, type Estimate } from './estimate.ts';
import { quantileInterval } from './intervals/quantile-interval.ts';
import { quantile } from './quantile.ts';

/** Middle value, mean of the two middle ones for even n (= quantile type 7 at 1/2). n = 0: NaN; NaN is rejected. */
export function median(values: Float64Array): number {
  return quantile(values, 0.5);
}

/** Median with the sign-test interval (Thompson 1936): needs n ≥ 6 for 95 %. */
export function medianInterval(values: Float64Array, level: number = DEFAULT_LEVEL): Estimate {
  return { ...quantileInterval(values, 0.5, level), method: 'median, interval from order statistics' };
}
