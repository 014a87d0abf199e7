import { studentQuantile } from '../../stats/index.ts';

/**
 * Looking at an interval again and again until it is narrow makes it miss the truth more often than it says. So the error
 * of 5 % is spent over the looks: by the share t of the most pairs there may be, α(t) = α ln(1 + (e − 1) t) has been spent
 * (Lan and DeMets 1983, the function of Pocock’s type). A look takes what was spent since the last one as its own error.
 * The looks are dependent, which is not used (Bonferroni): the intervals of all looks together cover in at least 95 %.
 */
export const ALPHA = 0.05;

export function spentAlpha(share: number): number {
  return ALPHA * Math.log(1 + (Math.E - 1) * Math.min(1, Math.max(0, share)));
}

export interface Interval {
  /** Ratio b : a. */
  estimate: number;
  low: number;
  high: number;
  /** Half of its width relative to the estimate, in percent; Infinity before two pairs. */
  halfWidthPct: number;
  pairs: number;
  level: number;
}

/** Student’s interval of the mean of log ratios of the pairs, at the error `alpha`. */
export function intervalOf(logRatios: readonly number[], alpha: number): Interval {
  const n = logRatios.length;
  const mean = logRatios.reduce((sum, value) => sum + value, 0) / n;
  const level = 1 - alpha;
  if (n < 2) return { estimate: Math.exp(mean), low: 0, high: Infinity, halfWidthPct: Infinity, pairs: n, level };
  const variance = logRatios.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentQuantile(1 - alpha / 2, n - 1) * Math.sqrt(variance / n);
  return {
    estimate: Math.exp(mean),
    low: Math.exp(mean - half),
    high: Math.exp(mean + half),
    halfWidthPct: 100 * (Math.exp(half) - 1),
    pairs: n,
    level,
  };
}

/** The looks of one experiment, each with the error that is left for it. */
export class Looks {
  private readonly maxPairs: number;
  private spent = 0;

  constructor(maxPairs: number) {
    this.maxPairs = maxPairs;
  }

  look(logRatios: readonly number[]): Interval {
    const total = spentAlpha(logRatios.length / this.maxPairs);
    const own = total - this.spent;
    this.spent = total;
    return intervalOf(logRatios, own);
  }
}
