import { assertNoNaN } from '../check.ts';
import { chooseBlockLength } from './length.ts';

export interface SerialMean {
  mean: number;
  /** Standard error of the mean under the serial dependence seen. */
  standardError: number;
  /** For Student quantiles: non-overlapping blocks − 1. */
  degreesOfFreedom: number;
  blockLength: number;
  n: number;
}

/**
 * Mean of a series in time order with the standard error that the circular block bootstrap would give, in closed form
 * (Künsch 1989; Politis & Romano 1992): b/n times the variance of the n overlapping circular block means, divided by
 * (1 − b/n) for its known downward bias. No random numbers: exact, and exactly mirrored when signs are.
 * Degrees of freedom: n/b − 1, times 4/3 because overlapping blocks carry that much more (Song & Schmeiser 1993).
 * n < 2: NaN error. All equal: error 0.
 */
export function serialMean(values: Float64Array, blockLength: number = chooseBlockLength(values)): SerialMean {
  assertNoNaN(values, 'values');
  const n = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  if (n < 2) return { mean, standardError: Number.NaN, degreesOfFreedom: 0, blockLength: 1, n };
  const b = Math.max(1, Math.min(blockLength, n >> 1));
  let window = 0;
  for (let i = 0; i < b; i++) window += values[i] - mean;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    squares += (window / b) ** 2;
    window += values[(i + b) % n] - values[i];
  }
  const variance = ((b / n) * (squares / n)) / (1 - b / n);
  const blocks = n / b;
  const degreesOfFreedom = b === 1 ? n - 1 : Math.max(1, (4 / 3) * (blocks - 1));
  return { mean, standardError: Math.sqrt(Math.max(0, variance)), degreesOfFreedom, blockLength: b, n };
}
