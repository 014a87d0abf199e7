import { assertNoNaN } from '../check.ts';
import { median } from '../median.ts';

/** 95 % efficient where the errors are normal (Huber 1964). */
const TUNING = 1.345;
/** Median absolute deviation of a normal distribution × this = its standard deviation. */
const MAD_TO_SD = 1.482602218505602;
const MAX_STEPS = 50;
const ENOUGH = 1e-10;

/**
 * Huber's M-estimate of location (1964) by iteratively reweighted means, scale fixed at the normalised median absolute
 * deviation; wild values pull with a bounded force. No scatter: the median. Empty: NaN. NaN is rejected.
 */
export function huberLocation(values: Float64Array): number {
  assertNoNaN(values, 'values');
  let centre = median(values);
  const scale = MAD_TO_SD * median(values.map((value) => Math.abs(value - centre)));
  if (!(scale > 0)) return centre;
  for (let step = 0; step < MAX_STEPS; step++) {
    let weights = 0;
    let sum = 0;
    for (const value of values) {
      const weight = weightOf((value - centre) / scale);
      weights += weight;
      sum += weight * value;
    }
    const next = sum / weights;
    const isClose = Math.abs(next - centre) <= ENOUGH * scale;
    centre = next;
    if (isClose) break;
  }
  return centre;
}

/**
 * Huber's regression line y = intercept + slope · x by iteratively reweighted least squares, scale re-estimated at every step
 * (Huber 1981 §7.8). All x equal: slope 0 through Huber's location. Fewer than 2 values: NaN. NaN is rejected.
 */
export function huberLine(x: Float64Array, y: Float64Array): { slope: number; intercept: number } {
  assertNoNaN(x, 'x');
  assertNoNaN(y, 'y');
  if (x.length < 2) return { slope: Number.NaN, intercept: Number.NaN };
  let line = weightedLine(x, y, new Float64Array(x.length).fill(1));
  if (line === null) return { slope: 0, intercept: huberLocation(y) };
  for (let step = 0; step < MAX_STEPS; step++) {
    const { slope, intercept } = line;
    const residuals = y.map((value, i) => value - intercept - slope * x[i]);
    const scale = MAD_TO_SD * median(residuals.map(Math.abs));
    if (!(scale > 0)) break;
    const next = weightedLine(
      x,
      y,
      residuals.map((r) => weightOf(r / scale)),
    );
    if (next === null) break;
    const isClose = Math.abs(next.slope - slope) <= ENOUGH * (1 + Math.abs(slope));
    line = next;
    if (isClose) break;
  }
  return line;
}

function weightOf(z: number): number {
  const size = Math.abs(z);
  return size <= TUNING ? 1 : TUNING / size;
}

function weightedLine(
  x: Float64Array,
  y: Float64Array,
  weights: Float64Array,
): { slope: number; intercept: number } | null {
  let total = 0;
  let sumX = 0;
  let sumY = 0;
  for (let i = 0; i < x.length; i++) {
    total += weights[i];
    sumX += weights[i] * x[i];
    sumY += weights[i] * y[i];
  }
  const meanX = sumX / total;
  const meanY = sumY / total;
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i++) {
    xx += weights[i] * (x[i] - meanX) ** 2;
    xy += weights[i] * (x[i] - meanX) * (y[i] - meanY);
  }
  if (!(xx > 0)) return null;
  const slope = xy / xx;
  return { slope, intercept: meanY - slope * meanX };
}
