import { assertNoNaN, sortedCopy } from '../check.ts';
import { quantileOfSorted } from '../quantile.ts';
import { safeBlockLength } from './length.ts';
import { serialMean } from './variance.ts';

export interface SerialMedian {
  median: number;
  /** Standard error of the median under the serial dependence seen. */
  standardError: number;
  degreesOfFreedom: number;
  n: number;
}

/**
 * Median of a series in time order with its standard error by Woodruff's method (1952): the error e of the share of values
 * at or below the median is that of a mean of 0s and 1s, autocorrelation included (serialMean); half the distance between
 * the quantiles at ½ − e and ½ + e is the error of the median. Ties make the share of a single value large: values equal to
 * the median count half. n < 2: NaN error. All equal: 0. NaN is rejected.
 */
export function medianWithError(values: Float64Array): SerialMedian {
  assertNoNaN(values, 'values');
  const sorted = sortedCopy(values);
  const n = values.length;
  const median = quantileOfSorted(sorted, 0.5);
  if (n < 2) return { median, standardError: Number.NaN, degreesOfFreedom: 0, n };
  const below = values.map((value) => (value < median ? 1 : value === median ? 0.5 : 0));
  const { standardError, degreesOfFreedom } = serialMean(below, safeBlockLength(below));
  // n values cannot place a share better than half a rank.
  const share = Math.min(0.5, Math.max(standardError, 0.5 / n));
  const low = quantileOfSorted(sorted, 0.5 - share);
  const high = quantileOfSorted(sorted, 0.5 + share);
  return { median, standardError: (high - low) / 2, degreesOfFreedom, n };
}
