import { placements } from './ranks/ranks.ts';

/**
 * Cliff's delta (1993): P(after > before) − P(after < before), −1 … 1; = 2U/(nm) − 1. An empty side: NaN.
 */
export function cliffsDelta(before: Float64Array, after: Float64Array): number {
  if (before.length === 0 || after.length === 0) return Number.NaN;
  let sum = 0;
  for (const share of placements(after, before)) sum += share;
  return (2 * sum) / after.length - 1;
}

/** Words for |δ| (Romano et al. 2006): negligible < 0.147 ≤ small < 0.33 ≤ medium < 0.474 ≤ large. */
export function nameCliffsDelta(delta: number): 'negligible' | 'small' | 'medium' | 'large' {
  const size = Math.abs(delta);
  return size < 0.147 ? 'negligible' : size < 0.33 ? 'small' : size < 0.474 ? 'medium' : 'large';
}

/** Vargha & Delaney's A (2000): P(after > before) + ½ P(equal). */
export function probabilityOfSuperiority(before: Float64Array, after: Float64Array): number {
  return (cliffsDelta(before, after) + 1) / 2;
}
