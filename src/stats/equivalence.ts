/**
 * Two one-sided tests in the form of an interval (Schuirmann 1987; Westlake 1976): the difference is smaller than `bound`
 * when the whole interval lies inside (−bound, bound). A 90 % interval gives a test of size 5 %, a 95 % one of 2.5 %.
 * Unknown ends prove nothing: false.
 */
export function isEquivalent(interval: { low: number; high: number }, bound: number): boolean {
  return interval.low > -bound && interval.high < bound;
}

/** The smallest bound for which equivalence would be claimed: "no difference larger than x". NaN when unknown. */
export function smallestEquivalenceBound(interval: { low: number; high: number }): number {
  return Math.max(Math.abs(interval.low), Math.abs(interval.high));
}
