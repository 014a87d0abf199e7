import { assertNoNaN } from '../check.ts';
import { DEFAULT_LEVEL, type Estimate, unknownEstimate } from '../estimate.ts';
import { normalCdf, normalQuantile } from '../laws/normal.ts';
import { studentQuantile } from '../laws/student-t.ts';
import { quantileOfSorted } from '../quantile.ts';
import { type Random, randomBelow } from '../random.ts';
import { chooseBlockLength } from './length.ts';

export interface BootstrapOptions {
  random: Random;
  /** 1 = ordinary bootstrap of independent values. Default: Politis & White for `values`, required for `bootstrapRows`. */
  blockLength?: number;
  resamples?: number;
  level?: number;
  /** 'percentile' (default): expanded for few blocks (Hesterberg 2015). 'bca': Efron 1987, for smooth statistics. */
  interval?: 'percentile' | 'bca';
}

const SOURCE = 'Politis & Romano 1992; Politis & White 2004; Efron 1987; Hesterberg 2015';

/**
 * Circular block bootstrap of any statistic of a series in time order: blocks of consecutive values, wrapped at the end,
 * are drawn until n values are reached. n < 2: NaN ends. All equal: interval of width 0. NaN values are rejected; a
 * resample for which the statistic is NaN is left out, and more than one in ten of them makes the interval NaN.
 */
export function bootstrapSeries(
  values: Float64Array,
  statistic: (sample: Float64Array) => number,
  options: BootstrapOptions,
): Estimate {
  assertNoNaN(values, 'values');
  const sample = new Float64Array(values.length);
  const blockLength = options.blockLength ?? chooseBlockLength(values);
  return bootstrapRows(
    values.length,
    (rows) => {
      if (rows.length === values.length) {
        for (let i = 0; i < rows.length; i++) sample[i] = values[rows[i]];
        return statistic(sample);
      }
      return statistic(Float64Array.from(rows, (row) => values[row]));
    },
    { ...options, blockLength },
  );
}

/**
 * The same for statistics of whole rows (x and y of a fit, several columns): the statistic gets row numbers. The array is
 * reused between calls and is shorter than n when the jackknife of 'bca' leaves a block out.
 */
export function bootstrapRows(
  n: number,
  statistic: (rows: Int32Array) => number,
  options: BootstrapOptions & { blockLength: number },
): Estimate {
  const { level = DEFAULT_LEVEL, interval = 'percentile' } = options;
  const blockLength = Math.max(1, Math.min(options.blockLength, n));
  const method = `circular block bootstrap, blocks of ${blockLength}, ${interval === 'bca' ? 'BCa' : 'percentile'} interval`;
  if (n === 0) return unknownEstimate(0, level, method, SOURCE);
  const estimate = statistic(Int32Array.from({ length: n }, (_, i) => i));
  const ends = { estimate, level, n, method, source: SOURCE };
  if (n < 2 || Number.isNaN(estimate)) return { ...ends, low: Number.NaN, high: Number.NaN };
  const draws = drawBootstrap(n, statistic, { ...options, blockLength });
  const { low, high } =
    interval === 'bca'
      ? bcaEnds(draws, estimate, jackknifeBlocks(n, blockLength, statistic), level)
      : percentileEnds(draws, level, n / blockLength);
  return { ...ends, low, high };
}

/** The sorted bootstrap distribution; NaN draws are left out (compare its length with `resamples`). */
export function drawBootstrap(
  n: number,
  statistic: (rows: Int32Array) => number,
  options: BootstrapOptions & { blockLength: number },
): Float64Array {
  const { random, resamples = 1999 } = options;
  const rows = new Int32Array(n);
  const draws = new Float64Array(resamples);
  let kept = 0;
  for (let r = 0; r < resamples; r++) {
    fillCircularBlocks(rows, options.blockLength, random);
    const value = statistic(rows);
    if (!Number.isNaN(value)) draws[kept++] = value;
  }
  const sorted = draws.subarray(0, kept).sort();
  return kept < 0.9 * resamples ? new Float64Array(0) : sorted;
}

/** Row numbers of one resample: consecutive blocks from random starts, wrapped at the end, the last one cut. */
export function fillCircularBlocks(rows: Int32Array, blockLength: number, random: Random): void {
  const n = rows.length;
  for (let filled = 0; filled < n; ) {
    let row = randomBelow(random, n);
    const end = Math.min(n, filled + blockLength);
    while (filled < end) {
      rows[filled++] = row;
      row = row + 1 === n ? 0 : row + 1;
    }
  }
}

/**
 * Percentile interval; with few blocks the tails are widened so that for a mean it matches Student's t:
 * α' = Φ(t(α/2, B − 1) √(B/(B − 1))) (Hesterberg 2015). `blocks` = ∞ gives the plain percentile interval.
 */
export function percentileEnds(
  sortedDraws: Float64Array,
  level: number,
  blocks: number = Number.POSITIVE_INFINITY,
): { low: number; high: number } {
  if (sortedDraws.length === 0 || blocks < 2) return { low: Number.NaN, high: Number.NaN };
  let tail = (1 - level) / 2;
  if (Number.isFinite(blocks)) tail = normalCdf(studentQuantile(tail, blocks - 1) * Math.sqrt(blocks / (blocks - 1)));
  return { low: quantileOfSorted(sortedDraws, tail), high: quantileOfSorted(sortedDraws, 1 - tail) };
}

/**
 * Bias-corrected and accelerated ends (Efron 1987; Efron & Tibshirani 1993 ch. 14):
 * z0 = Φ⁻¹(share of draws below the estimate, ties ½), a = Σ d³ / (6 (Σ d²)^1.5) with d = mean(jackknife) − jackknife,
 * tail = Φ(z0 + (z0 + z)/(1 − a (z0 + z))). All draws on one side of the estimate: NaN (BCa does not fit).
 */
export function bcaEnds(
  sortedDraws: Float64Array,
  estimate: number,
  jackknife: Float64Array,
  level: number,
): { low: number; high: number } {
  const n = sortedDraws.length;
  if (n === 0) return { low: Number.NaN, high: Number.NaN };
  if (sortedDraws[0] === sortedDraws[n - 1]) return { low: sortedDraws[0], high: sortedDraws[0] };
  let below = 0;
  for (const draw of sortedDraws) below += draw < estimate ? 1 : draw === estimate ? 0.5 : 0;
  const bias = normalQuantile(below / n);
  if (!Number.isFinite(bias)) return { low: Number.NaN, high: Number.NaN };
  let mean = 0;
  for (const value of jackknife) mean += value;
  mean /= jackknife.length;
  let squares = 0;
  let cubes = 0;
  for (const value of jackknife) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 2 * (mean - value);
  }
  const acceleration = squares > 0 ? cubes / (6 * squares * Math.sqrt(squares)) : 0;
  const end = (tail: number): number => {
    const z = bias + normalQuantile(tail);
    return quantileOfSorted(sortedDraws, normalCdf(bias + z / (1 - acceleration * z)));
  };
  return { low: end((1 - level) / 2), high: end((1 + level) / 2) };
}

/** The statistic with one block of rows left out after the other; NaN values are left out. */
export function jackknifeBlocks(n: number, blockLength: number, statistic: (rows: Int32Array) => number): Float64Array {
  const out: number[] = [];
  for (let start = 0; start < n; start += blockLength) {
    const end = Math.min(n, start + blockLength);
    const rows = new Int32Array(n - (end - start));
    for (let i = 0, row = 0; row < n; row++) if (row < start || row >= end) rows[i++] = row;
    const value = rows.length === 0 ? Number.NaN : statistic(rows);
    if (!Number.isNaN(value)) out.push(value);
  }
  return Float64Array.from(out);
}
