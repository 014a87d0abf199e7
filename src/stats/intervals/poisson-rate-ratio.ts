import { DEFAULT_LEVEL, type Estimate } from '../estimate.ts';
import { betaQuantile, regularizedBeta } from '../laws/incomplete-beta.ts';

export interface RateRatio extends Estimate {
  pValue: number;
}

const SOURCE = 'Przyborowski & Wilenski 1940; Clopper & Pearson 1934';

/**
 * Ratio of two Poisson rates, after/before, with exposures (bytes, seconds): given the total, the count of `after` is
 * binomial with share π = exposureAfter · r / (exposureBefore + exposureAfter · r); the Clopper–Pearson interval of π is
 * turned into one of r. p: exact binomial test of r = 1, doubling the smaller tail (so that p and interval agree).
 * `poisson.test` in R (its interval; its p sums smaller probabilities). Both counts 0: estimate NaN, p 1.
 * Only for counts of independent events: bursts need `dispersion` (see dispersedRateRatio).
 */
export function poissonRateRatio(
  countBefore: number,
  exposureBefore: number,
  countAfter: number,
  exposureAfter: number,
  level: number = DEFAULT_LEVEL,
): RateRatio {
  const method = 'Poisson rate ratio, exact given the total';
  const total = countBefore + countAfter;
  const fixed = { level, n: total, method, source: SOURCE };
  if (!(exposureBefore > 0 && exposureAfter > 0) || !(total > 0))
    return { ...fixed, estimate: Number.NaN, low: Number.NaN, high: Number.NaN, pValue: total === 0 ? 1 : Number.NaN };
  const tail = (1 - level) / 2;
  const scale = exposureBefore / exposureAfter;
  const lowShare = countAfter === 0 ? 0 : betaQuantile(tail, countAfter, countBefore + 1);
  // 1 − the upper share, found as a lower one: no digits are lost near 1, and swapping the sides inverts the interval.
  const highRest = countBefore === 0 ? 0 : betaQuantile(tail, countBefore, countAfter + 1);
  const share = exposureAfter / (exposureBefore + exposureAfter);
  // Binomial tails as incomplete betas: also for the fractional counts that dispersion leaves.
  const upTo = countBefore === 0 ? 1 : regularizedBeta(1 - share, countBefore, countAfter + 1);
  const from = countAfter === 0 ? 1 : regularizedBeta(share, countAfter, countBefore + 1);
  return {
    ...fixed,
    estimate:
      countBefore === 0 ? Number.POSITIVE_INFINITY : countAfter / exposureAfter / (countBefore / exposureBefore),
    low: (lowShare / (1 - lowShare)) * scale,
    high: highRest === 0 ? Number.POSITIVE_INFINITY : ((1 - highRest) / highRest) * scale,
    pValue: Math.min(1, 2 * Math.min(upTo, from)),
  };
}

/** So many events in so much exposure (bytes, seconds). */
export interface Exposed {
  count: number;
  exposure: number;
}

/**
 * The same for counts more scattered than Poisson: counts and exposures are divided by the index of dispersion φ =
 * variance/mean first (quasi-Poisson; McCullagh & Nelder 1989 §6.2), which leaves the ratio and widens the interval by √φ.
 * φ < 1 is taken as 1: counts are never credited with less scatter than Poisson.
 */
export function dispersedRateRatio(
  before: Exposed,
  after: Exposed,
  dispersion: number,
  level: number = DEFAULT_LEVEL,
): RateRatio {
  const phi = Math.max(1, dispersion);
  const [b, a] = [before, after].map(({ count, exposure }) => ({ count: count / phi, exposure: exposure / phi }));
  const ratio = poissonRateRatio(b.count, b.exposure, a.count, a.exposure, level);
  const method = phi === 1 ? ratio.method : `Poisson rate ratio, dispersion ${phi.toFixed(1)}`;
  return { ...ratio, n: before.count + after.count, method, source: `${SOURCE}; McCullagh & Nelder 1989` };
}
