/** What every estimator returns: never a bare number. NaN = not defined for these data (too few values, no such level). */
export interface Estimate {
  estimate: number;
  /** Ends of the interval; NaN when no interval of that level exists for so few values. */
  low: number;
  high: number;
  /** Nominal level, 0.95. */
  level: number;
  n: number;
  method: string;
  /** Author, year. */
  source: string;
}

/** What every test returns. */
export interface TestResult {
  statistic: number;
  /** Two-sided. NaN when there is nothing to test (an empty side). */
  pValue: number;
  n: number;
  method: string;
  source: string;
}

export const DEFAULT_LEVEL = 0.95;

/** An estimate that could not be made. */
export function unknownEstimate(n: number, level: number, method: string, source: string): Estimate {
  return { estimate: Number.NaN, low: Number.NaN, high: Number.NaN, level, n, method, source };
}
