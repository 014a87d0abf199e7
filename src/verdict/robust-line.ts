import { sortedCopy, theilSenLine } from '../stats/index.ts';

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
  const n = sizes.length;
  if (n < 3) return { interceptNs: Number.NaN, nsPerByte: Number.NaN };
  const { x, y } = n <= MAX_POINTS ? { x: sizes, y: costs } : groupMedians(sizes, costs);
  const { slope, intercept } = theilSenLine(x, y);
  return { interceptNs: intercept, nsPerByte: slope };
}

function groupMedians(sizes: Float64Array, costs: Float64Array): { x: Float64Array; y: Float64Array } {
  const order = Array.from(sizes.keys()).sort((a, b) => sizes[a] - sizes[b] || costs[a] - costs[b]);
  const x = new Float64Array(MAX_POINTS);
  const y = new Float64Array(MAX_POINTS);
  for (let g = 0; g < MAX_POINTS; g++) {
    const from = Math.floor((g * order.length) / MAX_POINTS);
    const to = Math.floor(((g + 1) * order.length) / MAX_POINTS);
    const members = order.slice(from, to);
    x[g] = middleOf(members.map((i) => sizes[i]));
    y[g] = middleOf(members.map((i) => costs[i]));
  }
  return { x, y };
}

function middleOf(values: number[]): number {
  const sorted = sortedCopy(values);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
