import { regularizedBeta } from './incomplete-beta.ts';
import { logChoose } from './log-gamma.ts';

/** P(K ≤ k), K binomial(n, p), by the incomplete beta. k < 0 gives 0, k ≥ n gives 1. `pbinom` in R. */
export function binomialCdf(k: number, n: number, p: number): number {
  const whole = Math.floor(k);
  if (whole < 0) return 0;
  if (whole >= n) return 1;
  if (p <= 0) return 1;
  if (p >= 1) return 0;
  return regularizedBeta(1 - p, n - whole, whole + 1);
}

/** P(K = k). */
export function binomialPmf(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0;
  if (p <= 0) return k === 0 ? 1 : 0;
  if (p >= 1) return k === n ? 1 : 0;
  return Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** Smallest k with P(K ≤ k) ≥ q. `qbinom` in R. */
export function binomialQuantile(q: number, n: number, p: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (binomialCdf(middle, n, p) >= q) high = middle;
    else low = middle + 1;
  }
  return low;
}
