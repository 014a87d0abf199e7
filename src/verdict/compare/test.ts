import { minimumDetectableEffect, studentQuantile, studentTwoSidedP } from '../../stats/index.ts';

/** What a test of one metric found, before the family of all rows is looked at. */
export interface RowTest {
  /** Of one estimator: after ÷ before (or after − before) is the estimate of `at`. */
  before: number;
  after: number;
  pValue: number;
  /** p of the interval's own test where `pValue` comes from a permutation. */
  studentP?: number;
  /** Intervals of any level: shown is the one that matches the family-wise decision. */
  at: (level: number) => Change;
  /** Smallest true change, in % of before (points for shares), found with 80 % chance at this n; NaN unknown. */
  detectablePct: number;
  nBefore: number;
  nAfter: number;
  method: string;
}

export interface Change {
  difference: Interval;
  /** In %; NaN when a value is 0 or the metric is a share (its difference is in points). */
  differencePct: Interval;
}

export interface Interval {
  estimate: number;
  low: number;
  high: number;
}

export const NO_INTERVAL: Interval = { estimate: Number.NaN, low: Number.NaN, high: Number.NaN };
export const NO_CHANGE_KNOWN: Change = { difference: NO_INTERVAL, differencePct: NO_INTERVAL };

/** after/before as a change in %. */
export function toPct(ratio: Interval): Interval {
  return { estimate: 100 * (ratio.estimate - 1), low: 100 * (ratio.low - 1), high: 100 * (ratio.high - 1) };
}

export interface StudentEstimate {
  before: number;
  after: number;
  /** Standard error of log(after/before) (`onLogs`) or of after − before. */
  error: number;
  df: number;
  onLogs: boolean;
  isShare?: boolean;
  nBefore: number;
  nAfter: number;
  method: string;
}

/**
 * Student's t around one estimate. Ratios of positive quantities on the logarithmic scale, so that no change falls below
 * −100 %; the difference belonging to a log ratio L is 2 √(before · after) sinh(L/2), which is after − before at the estimate
 * and turns its sign when the sides are swapped.
 */
export function testByStudent(given: StudentEstimate): RowTest {
  const { before, after, error, df, onLogs, isShare = false, nBefore, nAfter, method } = given;
  const estimate = onLogs ? Math.log(after / before) : after - before;
  const middle = Math.sqrt(before * after);
  const change = (level: number): Change => {
    const half = studentQuantile((1 + level) / 2, df) * error;
    const ends = { estimate, low: estimate - half, high: estimate + half };
    if (!onLogs) return { difference: ends, differencePct: NO_INTERVAL };
    const map = (f: (x: number) => number): Interval => ({
      estimate: f(ends.estimate),
      low: f(ends.low),
      high: f(ends.high),
    });
    return {
      difference: { ...map((x) => 2 * middle * Math.sinh(x / 2)), estimate: after - before },
      differencePct: map((x) => 100 * Math.expm1(x)),
    };
  };
  const detectable = minimumDetectableEffect(error, df);
  return {
    before,
    after,
    pValue: error > 0 ? studentTwoSidedP(estimate / error, df) : estimate === 0 ? 1 : Number.NaN,
    at: change,
    detectablePct: onLogs ? 100 * Math.expm1(detectable) : isShare ? detectable : Number.NaN,
    nBefore,
    nAfter,
    method,
  };
}

/** Two figures and nothing to judge them by. */
export function untested(before: number, after: number, nBefore: number, nAfter: number, method: string): RowTest {
  const difference = { ...NO_INTERVAL, estimate: after - before };
  const differencePct = before > 0 ? { ...NO_INTERVAL, estimate: (100 * (after - before)) / before } : NO_INTERVAL;
  return {
    before,
    after,
    pValue: Number.NaN,
    at: () => ({ difference, differencePct }),
    detectablePct: Number.NaN,
    nBefore,
    nAfter,
    method,
  };
}

/** The same values on both sides: nothing differs, and no sample is needed to say so. */
export function identical(value: number, nBefore: number, nAfter: number): RowTest {
  const zero = { estimate: 0, low: 0, high: 0 };
  return {
    before: value,
    after: value,
    pValue: 1,
    at: () => ({ difference: zero, differencePct: value > 0 ? zero : NO_INTERVAL }),
    detectablePct: Number.NaN,
    nBefore,
    nAfter,
    method: 'both sides are the same values',
  };
}

/** Nothing of it on either side: no difference, and nothing was tested. */
export function isZeroOnBothSides(test: RowTest): boolean {
  if (test.before !== 0 || test.after !== 0) return false;
  const { difference } = test.at(0.95);
  return difference.low === 0 && difference.high === 0;
}
