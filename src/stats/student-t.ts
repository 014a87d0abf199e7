import { betaQuantile, regularizedBeta } from './incomplete-beta.ts';
import { normalQuantile, normalTwoSidedP } from './normal.ts';

/** Two-sided P(|T| ≥ |t|) with `df` degrees of freedom (Student 1908), by the incomplete beta. df may be fractional or ∞. */
export function studentTwoSidedP(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) throw new RangeError(`studentTwoSidedP(${t}, ${df})`);
  if (df === Number.POSITIVE_INFINITY) return normalTwoSidedP(t);
  if (!Number.isFinite(t)) return 0;
  return regularizedBeta(df / (df + t * t), df / 2, 0.5);
}

/** Quantile of Student's t. `qt` in R, `scipy.stats.t.ppf`. */
export function studentQuantile(p: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`studentQuantile: df = ${df}`);
  if (df === Number.POSITIVE_INFINITY || df > 1e7) return normalQuantile(p);
  if (p === 0.5) return 0;
  const tail = 2 * Math.min(p, 1 - p);
  if (tail === 0) return p < 0.5 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  // Near the centre x = df/(df+t²) is close to 1 and loses digits: solve for 1 − x there.
  let t: number;
  if (tail > 0.5) {
    const y = betaQuantile(1 - tail, 0.5, df / 2);
    t = Math.sqrt((df * y) / (1 - y));
  } else {
    const x = betaQuantile(tail, df / 2, 0.5);
    t = Math.sqrt((df * (1 - x)) / x);
  }
  return p < 0.5 ? -t : t;
}
