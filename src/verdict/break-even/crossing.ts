import { chooseBlockLength, deriveSeed, fillCircularBlocks, makeRandom, percentileEnds } from '../../stats/index.ts';
import { fitRobustLine, type Line, makeLineFitter } from '../cost/robust-line.ts';
import { CONFIDENCE_LEVEL } from '../options.ts';

/** Sizes and costs of one way of getting the bytes, in time order (their autocorrelation sets the block length). */
export interface CostSeries {
  bytes: Float64Array;
  ns: Float64Array;
}

export interface Crossing {
  status: 'crossing' | 'no crossing in the range seen' | 'cannot tell';
  /** Size from which offload is cheaper (or up to which, see `offloadWinsAbove`). NaN without crossing. */
  bytes: number;
  low: number;
  high: number;
  offloadWinsAbove: boolean;
  /** Which path is cheaper over the whole range when there is no crossing. */
  cheaper: 'offload' | 'copy' | '';
  copy: Line;
  offload: Line;
  /** Range of sizes seen on both paths together. */
  fromBytes: number;
  toBytes: number;
  /** Share of the resamples with a crossing in the range. */
  crossingShare: number;
  reasons: string[];
}

const RESAMPLES = 999;
const MIN_POINTS = 8;

/**
 * Break-even size of two cost lines. Each path is fitted robustly; the size at which the lines meet is the estimate, the
 * block bootstrap of both paths (calls of a run are autocorrelated) gives the interval. Crossings outside the sizes seen
 * are extrapolations and count as "none in the range". Between 2.5 % and 97.5 % of resamples with a crossing nobody can
 * tell whether there is one.
 */
export function findCrossing(copy: CostSeries, offload: CostSeries, seed: number): Crossing {
  const copyLine = fitRobustLine(copy.bytes, copy.ns);
  const offloadLine = fitRobustLine(offload.bytes, offload.ns);
  const fromBytes = Math.min(smallest(copy.bytes), smallest(offload.bytes));
  const toBytes = Math.max(largest(copy.bytes), largest(offload.bytes));
  const out: Crossing = {
    status: 'cannot tell',
    bytes: Number.NaN,
    low: Number.NaN,
    high: Number.NaN,
    offloadWinsAbove: true,
    cheaper: '',
    copy: copyLine,
    offload: offloadLine,
    fromBytes,
    toBytes,
    crossingShare: Number.NaN,
    reasons: [],
  };
  if (copy.bytes.length < MIN_POINTS || offload.bytes.length < MIN_POINTS) {
    out.reasons.push(
      `${copy.bytes.length} CPU-copied and ${offload.bytes.length} offloaded points; at least ${MIN_POINTS} of each are needed`,
    );
    return out;
  }
  if (Number.isNaN(copyLine.nsPerByte) || Number.isNaN(offloadLine.nsPerByte)) {
    out.reasons.push('all points of one path have the same size: no line can be fitted');
    return out;
  }
  const meet = meetOf(copyLine, offloadLine);
  out.offloadWinsAbove = offloadLine.nsPerByte < copyLine.nsPerByte;
  const draws = drawCrossings(copy, offload, seed);
  const inRange = (bytes: number): boolean => bytes >= fromBytes && bytes <= toBytes;
  const inside = draws.filter(inRange).length / draws.length;
  out.crossingShare = inside;
  const tail = (1 - CONFIDENCE_LEVEL) / 2;
  if (inside <= tail) {
    out.status = 'no crossing in the range seen';
    const middle = (fromBytes + toBytes) / 2;
    out.cheaper = costAt(offloadLine, middle) < costAt(copyLine, middle) ? 'offload' : 'copy';
    out.reasons.push(`${out.cheaper === 'offload' ? 'offload' : 'the CPU copy'} is cheaper at every size seen`);
    return out;
  }
  if (!inRange(meet) || inside < 1 - tail) {
    out.reasons.push(`the fitted lines meet in the range seen in ${Math.round(100 * inside)} % of the resamples only`);
    out.bytes = meet > 0 && Number.isFinite(meet) ? meet : Number.NaN;
    if (inside >= 0.5 && inRange(meet)) Object.assign(out, ends(draws, copy, offload));
    return out;
  }
  out.status = 'crossing';
  out.bytes = meet;
  Object.assign(out, ends(draws, copy, offload));
  return out;
}

function ends(draws: Float64Array, copy: CostSeries, offload: CostSeries): { low: number; high: number } {
  const blocks = Math.min(copy.ns.length / blockLengthOf(copy), offload.ns.length / blockLengthOf(offload));
  const sorted = draws.filter((v) => !Number.isNaN(v)).sort();
  return percentileEnds(sorted, CONFIDENCE_LEVEL, blocks);
}

/** Crossings of resampled series; parallel or diverging lines give ±∞ (on the side where they would meet). */
function drawCrossings(copy: CostSeries, offload: CostSeries, seed: number): Float64Array {
  const random = makeRandom(deriveSeed(seed, 'break-even'));
  const draws = new Float64Array(RESAMPLES);
  const resample = (series: CostSeries): (() => Line) => {
    const fit = makeLineFitter(series.bytes, series.ns);
    const length = blockLengthOf(series);
    const rows = new Int32Array(series.bytes.length);
    const drawn = new Int32Array(series.bytes.length);
    return () => {
      fillCircularBlocks(rows, length, random);
      drawn.fill(0);
      for (const row of rows) drawn[row]++;
      return fit(drawn);
    };
  };
  const drawCopy = resample(copy);
  const drawOffload = resample(offload);
  for (let r = 0; r < RESAMPLES; r++) draws[r] = meetOf(drawCopy(), drawOffload());
  return draws;
}

/** Block length from the residuals of the fit: sizes vary call by call, slow spells show in the residuals. */
function blockLengthOf(series: CostSeries): number {
  const line = fitRobustLine(series.bytes, series.ns);
  return chooseBlockLength(series.ns.map((ns, i) => ns - costAt(line, series.bytes[i])));
}

function costAt(line: Line, bytes: number): number {
  return line.interceptNs + line.nsPerByte * bytes;
}

function meetOf(copy: Line, offload: Line): number {
  const extra = offload.interceptNs - copy.interceptNs;
  const gain = copy.nsPerByte - offload.nsPerByte;
  if (Number.isNaN(extra) || Number.isNaN(gain)) return Number.NaN;
  if (gain === 0) return extra > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return extra / gain;
}

function smallest(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function largest(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}
