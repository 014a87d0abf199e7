/** What a test of one metric found, before the family of all rows is looked at. */
export interface RowTest {
  before: number;
  after: number;
  difference: Interval;
  /** In %; NaN when the before value is 0 or the metric is a share (its difference is in points). */
  differencePct: Interval;
  pValue: number;
  /** Smallest true change, in % of before (points for shares), found with 80 % chance at this n; NaN unknown. */
  detectablePct: number;
  nBefore: number;
  nAfter: number;
  method: string;
}

export interface Interval {
  estimate: number;
  low: number;
  high: number;
}

export const NO_INTERVAL: Interval = { estimate: Number.NaN, low: Number.NaN, high: Number.NaN };

export function pointOnly(estimate: number): Interval {
  return { estimate, low: Number.NaN, high: Number.NaN };
}

/** after/before as a change in %. */
export function toPct(ratio: Interval): Interval {
  return { estimate: 100 * (ratio.estimate - 1), low: 100 * (ratio.low - 1), high: 100 * (ratio.high - 1) };
}

/** Two figures and nothing to judge them by. */
export function untested(before: number, after: number, nBefore: number, nAfter: number, method: string): RowTest {
  const difference = after - before;
  return {
    before,
    after,
    difference: pointOnly(difference),
    differencePct: before > 0 ? pointOnly((100 * difference) / before) : NO_INTERVAL,
    pValue: Number.NaN,
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
    difference: zero,
    differencePct: value > 0 ? zero : NO_INTERVAL,
    pValue: 1,
    detectablePct: Number.NaN,
    nBefore,
    nAfter,
    method: 'both sides are the same values',
  };
}

/** Nothing of it on either side: no difference, and nothing was tested. */
export function isZeroOnBothSides(test: RowTest): boolean {
  return test.before === 0 && test.after === 0 && test.difference.low === 0 && test.difference.high === 0;
}
