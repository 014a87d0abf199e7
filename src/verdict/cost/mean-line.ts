import { fitRobustLine, type Line } from './robust-line.ts';

/** A size whose cost the robust line puts near or below 0 must not weigh without bounds: at least this share of the median. */
const SMALLEST_WEIGHT_COST = 0.1;

export interface MeanLine extends Line {
  /** Fixed cost that the points alone would have: below 0 where the line had to be bent to 0. */
  freeInterceptNs: number;
}

/**
 * Line of the mean cost by size: least squares with weights 1/expected cost², since costs scatter in proportion to
 * themselves. It goes through the means, so rare slow calls count as they do in sums. The expected cost is that of the
 * robust line, fixed before the fit, which leaves the means unbiased. A fixed cost below 0 is impossible: then the line goes
 * through 0. The points are looked at once; each call fits a resample, given as how often each row was drawn (null = once).
 * NaN for fewer than three points or a single size.
 */
export function makeMeanFitter(sizes: Float64Array, costs: Float64Array): (drawn: Int32Array | null) => MeanLine {
  const weights = weigh(sizes, costs);
  return (drawn) => {
    let w = 0;
    let wx = 0;
    let wy = 0;
    let wxx = 0;
    let wxy = 0;
    for (let i = 0; i < sizes.length; i++) {
      const weight = weights[i] * (drawn === null ? 1 : drawn[i]);
      w += weight;
      wx += weight * sizes[i];
      wy += weight * costs[i];
      wxx += weight * sizes[i] * sizes[i];
      wxy += weight * sizes[i] * costs[i];
    }
    const spread = w * wxx - wx * wx;
    if (!(spread > 1e-9 * w * wxx) || sizes.length < 3)
      return { interceptNs: Number.NaN, nsPerByte: Number.NaN, freeInterceptNs: Number.NaN };
    const slope = (w * wxy - wx * wy) / spread;
    const freeInterceptNs = (wy - slope * wx) / w;
    if (freeInterceptNs >= 0) return { interceptNs: freeInterceptNs, nsPerByte: slope, freeInterceptNs };
    return { interceptNs: 0, nsPerByte: wxy / wxx, freeInterceptNs };
  };
}

function weigh(sizes: Float64Array, costs: Float64Array): Float64Array {
  const line = fitRobustLine(sizes, costs);
  const least = SMALLEST_WEIGHT_COST * costs.slice().sort()[costs.length >> 1];
  return sizes.map((size) => {
    const expected = line.interceptNs + line.nsPerByte * size;
    return 1 / (expected > least ? expected : least) ** 2;
  });
}
