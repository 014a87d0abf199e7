import { betaQuantile, regularizedBeta } from './incomplete-beta.ts';
import { logGamma } from './log-gamma.ts';
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
  const t = tail > 0.5 ? centralQuantile(tail, df) : tailQuantile(tail, df);
  return p < 0.5 ? -t : t;
}

/** Near the centre x = df/(df + t²) is close to 1 and loses digits: solved for 1 − x. */
function centralQuantile(tail: number, df: number): number {
  const y = betaQuantile(1 - tail, 0.5, df / 2);
  return Math.sqrt((df * y) / (1 - y));
}

/** Newton's method for ln P(|T| ≥ t) as a function of ln t, from the normal quantile: five steps or so. */
function tailQuantile(tail: number, df: number): number {
  const logConstant = logGamma((df + 1) / 2) - logGamma(df / 2) - 0.5 * Math.log(df * Math.PI);
  let t = normalQuantile(1 - tail / 2);
  for (let i = 0; i < 100; i++) {
    const reached = studentTwoSidedP(t, df);
    const density = Math.exp(logConstant - ((df + 1) / 2) * Math.log1p((t * t) / df));
    const step = (Math.log(reached / tail) * reached) / (2 * density * t);
    t *= Math.exp(Math.max(-2, Math.min(2, step)));
    if (Math.abs(step) < 1e-15) break;
  }
  return t;
}
