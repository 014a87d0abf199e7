import { studentQuantile } from './laws/student-t.ts';

/**
 * Smallest true change that a two-sided test of size 1 − level would find with probability `power`:
 * (t(1 − α/2) + t(power)) · standard error (Bloom 1995, with Student quantiles). Error 0: 0. df < 1: NaN.
 */
export function minimumDetectableEffect(
  standardError: number,
  degreesOfFreedom: number,
  level = 0.95,
  power = 0.8,
): number {
  if (!(degreesOfFreedom >= 1) || Number.isNaN(standardError)) return Number.NaN;
  const factor = studentQuantile((1 + level) / 2, degreesOfFreedom) + studentQuantile(power, degreesOfFreedom);
  return factor * standardError;
}

/** How many values a side would be needed to detect `effect`, from the error seen with n values (error ~ 1/√n). */
export function neededSampleSize(n: number, detectable: number, effect: number): number {
  if (!(effect > 0) || Number.isNaN(detectable)) return Number.NaN;
  return Math.ceil(n * (detectable / effect) ** 2);
}
