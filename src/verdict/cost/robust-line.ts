import { theilSenLine } from '../../stats/index.ts';

export interface Line {
  interceptNs: number;
  nsPerByte: number;
}

/** Above so many points the line goes through the medians of as many groups of equal count. */
export const MAX_POINTS = 32;

/**
 * Robust line cost = a + b · size. Up to 32 points: Theil–Sen (Theil 1950, Sen 1968). More: the points are grouped by
 * size into 32 groups of equal count, each replaced by its median size and median cost, and Theil–Sen runs on those (a
 * repeated form of Wald's grouping, 1940): one wild call moves one median little, and a bootstrap of thousands of calls
 * stays quick. NaN for fewer than three points or a single size.
 */
export function fitRobustLine(sizes: Float64Array, costs: Float64Array): Line {
  return makeLineFitter(sizes, costs)(null);
}

/** The points sorted once; each call fits a resample, given as how often each row was drawn (null = every row once). */
export function makeLineFitter(sizes: Float64Array, costs: Float64Array): (drawn: Int32Array | null) => Line {
  const n = sizes.length;
  const order = Int32Array.from(sizes.keys()).sort((a, b) => sizes[a] - sizes[b] || costs[a] - costs[b]);
  const groups = Math.min(n, MAX_POINTS);
  const x = new Float64Array(groups);
  const y = new Float64Array(groups);
  const size = new Float64Array(n);
  const cost = new Float64Array(n);
  return (drawn) => {
    if (n < 3) return { interceptNs: Number.NaN, nsPerByte: Number.NaN };
    let filled = 0;
    for (let k = 0; k < n; k++) {
      const row = order[k];
      for (let times = drawn === null ? 1 : drawn[row]; times > 0; times--) {
        size[filled] = sizes[row];
        cost[filled++] = costs[row];
      }
    }
    for (let g = 0; g < groups; g++) {
      const from = Math.floor((g * n) / groups);
      const to = Math.floor(((g + 1) * n) / groups);
      x[g] = middleOf(size.subarray(from, to));
      y[g] = middleOf(cost.slice(from, to).sort());
    }
    const { slope, intercept } = theilSenLine(x, y);
    return { interceptNs: intercept, nsPerByte: slope };
  };
}

/** Median of sorted values. */
function middleOf(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
