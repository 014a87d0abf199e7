import {
  chooseBlockLength,
  deriveSeed,
  makeRandom,
  normalQuantile,
  percentileEnds,
  type Random,
  randomBelow,
} from '../../stats/index.ts';
import { type MeanLine, makeMeanFitter } from '../cost/mean-line.ts';
import { fitRobustLine, type Line } from '../cost/robust-line.ts';
import { CONFIDENCE_LEVEL } from '../options.ts';

/** Sizes and costs of one way of getting the bytes, in time order (their autocorrelation sets the block length). */
export interface CostSeries {
  bytes: Float64Array;
  ns: Float64Array;
  /** Recording of each point; without it all are of one. */
  run?: Int32Array;
}

export interface CrossingOptions {
  seed: number;
  /** Both ways were seen in the same recordings: their drift is common and cancels. */
  isPaired: boolean;
  /** Drift of the cost between recordings, standard deviation of its logarithm, where one recording a way shows none. */
  driftSd: number;
}

export interface Crossing {
  status: 'crossing' | 'no crossing in the range seen' | 'cannot tell';
  /** Size from which offload is cheaper (or up to which, see `offloadWinsAbove`). NaN without crossing. */
  bytes: number;
  low: number;
  high: number;
  /** Where the lines of typical calls (Theil–Sen) meet; NaN where they do not. */
  medianBytes: number;
  offloadWinsAbove: boolean;
  /** Which path is cheaper over the whole range when there is no crossing. */
  cheaper: 'offload' | 'copy' | '';
  copy: Line;
  offload: Line;
  /** Sizes within a factor of two of which both paths were seen. */
  fromBytes: number;
  toBytes: number;
  /** Share of the resamples with a crossing in the range. */
  crossingShare: number;
  reasons: string[];
}

const RESAMPLES = 999;
const MIN_POINTS = 8;
/** Both ways must have been seen within this factor of a size for anything to be said about it. */
const NEAR = 2;

/**
 * Break-even size of two costs by size. The verdict weighs sums, so the lines are those of the means (mean-line.ts). The
 * size at which they meet is the estimate; the bootstrap by recording and by blocks of calls gives the interval: calls of a
 * recording are autocorrelated, and recordings drift. Where each way comes from a single recording of its own, drift is
 * drawn on top. Sizes of which only one way was seen count as "not in the range". Between 2.5 % and 97.5 % of resamples
 * with a crossing in the range nobody can tell whether there is one.
 */
export function findCrossing(copy: CostSeries, offload: CostSeries, options: CrossingOptions): Crossing {
  const fromBytes = Math.max(smallest(copy.bytes), smallest(offload.bytes)) / NEAR;
  const toBytes = Math.min(largest(copy.bytes), largest(offload.bytes)) * NEAR;
  const copyLine = makeMeanFitter(copy.bytes, copy.ns)(null);
  const offloadLine = makeMeanFitter(offload.bytes, offload.ns)(null);
  const out: Crossing = {
    status: 'cannot tell',
    bytes: Number.NaN,
    low: Number.NaN,
    high: Number.NaN,
    medianBytes: Number.NaN,
    offloadWinsAbove: true,
    cheaper: '',
    copy: copyLine,
    offload: offloadLine,
    fromBytes,
    toBytes,
    crossingShare: Number.NaN,
    reasons: [],
  };
  const obstacle = findObstacle(copy, offload, copyLine, offloadLine);
  if (obstacle !== '') {
    out.reasons.push(obstacle);
    return out;
  }
  if (!(fromBytes < toBytes)) {
    out.reasons.push('the two ways were seen at sizes that do not overlap: no size can be compared');
    return out;
  }
  const meet = meetOf(copyLine, offloadLine);
  out.offloadWinsAbove = offloadLine.nsPerByte < copyLine.nsPerByte;
  out.medianBytes = orNaN(meetOf(fitRobustLine(copy.bytes, copy.ns), fitRobustLine(offload.bytes, offload.ns)));
  const { draws, bent, units } = drawCrossings(copy, offload, options);
  if (bent.length > 0) {
    out.reasons.push(
      `the fixed cost of ${bent.join(' and ')} comes out below 0, which is impossible: the cost is no line in the size`,
    );
    return out;
  }
  const isInRange = (bytes: number): boolean => bytes >= fromBytes && bytes <= toBytes;
  const inside = draws.filter(isInRange).length / draws.length;
  out.crossingShare = inside;
  const tail = (1 - CONFIDENCE_LEVEL) / 2;
  if (inside <= tail) {
    out.status = 'no crossing in the range seen';
    const middle = (fromBytes + toBytes) / 2;
    out.cheaper = costAt(offloadLine, middle) < costAt(copyLine, middle) ? 'offload' : 'copy';
    out.reasons.push(`${out.cheaper === 'offload' ? 'offload' : 'the CPU copy'} is cheaper at every size seen`);
    return out;
  }
  const isSeen = isInRange(meet) && seesNear(copy, meet) && seesNear(offload, meet);
  if (isInRange(meet) && inside >= 0.5) {
    out.bytes = meet;
    Object.assign(out, ends(draws, units));
  }
  if (!isSeen) out.reasons.push('where the lines meet only one of the two ways was seen (within a factor of 2)');
  else if (inside < 1 - tail)
    out.reasons.push(`the fitted lines meet in the range seen in ${Math.round(100 * inside)} % of the resamples only`);
  else out.status = 'crossing';
  if (out.status === 'crossing' && !Number.isNaN(out.medianBytes))
    out.reasons.push(
      `typical calls (medians) meet at ${Math.round(out.medianBytes)} bytes: rare slow calls count in the means`,
    );
  return out;
}

function findObstacle(copy: CostSeries, offload: CostSeries, copyLine: Line, offloadLine: Line): string {
  if (copy.bytes.length < MIN_POINTS || offload.bytes.length < MIN_POINTS)
    return `${copy.bytes.length} CPU-copied and ${offload.bytes.length} offloaded points; at least ${MIN_POINTS} of each are needed`;
  if (Number.isNaN(copyLine.nsPerByte) || Number.isNaN(offloadLine.nsPerByte))
    return 'all points of one path have the same size: no line can be fitted';
  return '';
}

function seesNear({ bytes }: CostSeries, size: number): boolean {
  return bytes.some((value) => value >= size / NEAR && value <= size * NEAR);
}

/** The estimate is a size; its interval is percentile, wider for few recordings or few blocks. */
function ends(draws: Float64Array, units: number): { low: number; high: number } {
  const sorted = draws.filter((v) => !Number.isNaN(v)).sort();
  const { low, high } = percentileEnds(sorted, CONFIDENCE_LEVEL, units);
  return { low: Math.max(0, low), high };
}

interface Draws {
  draws: Float64Array;
  /** Ways whose fixed cost is below 0 beyond chance. */
  bent: string[];
  /** Independent units behind the draws: recordings where there are several, else blocks. */
  units: number;
}

/** Crossings of resampled series; parallel or diverging lines give ±∞ (on the side where they would meet). */
function drawCrossings(copy: CostSeries, offload: CostSeries, options: CrossingOptions): Draws {
  const random = makeRandom(deriveSeed(options.seed, 'break-even'));
  const ways = [copy, offload].map((series) => new Resampler(series));
  const [c, o] = ways;
  const runs = Math.min(c.runs.length, o.runs.length);
  const isJoint = options.isPaired && c.runs.length === o.runs.length;
  const drift = !isJoint && runs === 1 ? options.driftSd : 0;
  const draws = new Float64Array(RESAMPLES);
  const below = [0, 0];
  for (let r = 0; r < RESAMPLES; r++) {
    const chosen = c.chooseRuns(random);
    const lines = [c.draw(chosen, random), o.draw(isJoint ? chosen : o.chooseRuns(random), random)];
    lines.forEach((line, k) => {
      if (line.freeInterceptNs < 0) below[k]++;
    });
    const [copyLine, offloadLine] = lines.map((line) =>
      drift > 0 ? scale(line, Math.exp(drift * gaussian(random))) : line,
    );
    draws[r] = meetOf(copyLine, offloadLine);
  }
  // Of a fixed cost near 0 many resamples are below it: only one that is below in all of them is called impossible.
  const limit = RESAMPLES;
  const bent = ['the CPU copy', 'offload'].filter((_, k) => below[k] >= limit);
  return { draws, bent, units: runs > 1 ? runs : Math.min(c.blocks, o.blocks) };
}

/** Resamples of one way: recordings with replacement, then circular blocks of calls inside each. */
class Resampler {
  readonly runs: Int32Array[];
  readonly blocks: number;
  private readonly fit: (drawn: Int32Array | null) => MeanLine;
  private readonly lengths: number[];
  private readonly drawn: Int32Array;

  constructor({ bytes, ns, run }: CostSeries) {
    this.fit = makeMeanFitter(bytes, ns);
    const rows = new Map<number, number[]>();
    for (let i = 0; i < bytes.length; i++) {
      const key = run?.[i] ?? 0;
      const known = rows.get(key);
      if (known === undefined) rows.set(key, [i]);
      else known.push(i);
    }
    this.runs = [...rows].sort(([a], [b]) => a - b).map(([, list]) => Int32Array.from(list));
    const line = fitRobustLine(bytes, ns);
    this.lengths = this.runs.map((list) =>
      blockLengthOf(Float64Array.from(list, (i) => ns[i] / Math.max(costAt(line, bytes[i]), 1))),
    );
    this.blocks = this.runs.reduce((sum, list, k) => sum + list.length / this.lengths[k], 0);
    this.drawn = new Int32Array(bytes.length);
  }

  chooseRuns(random: Random): number[] {
    return this.runs.map(() => (this.runs.length === 1 ? 0 : randomBelow(random, this.runs.length)));
  }

  draw(chosen: readonly number[], random: Random): MeanLine {
    this.drawn.fill(0);
    for (const k of chosen) {
      const list = this.runs[k];
      const length = this.lengths[k];
      for (let filled = 0; filled < list.length; ) {
        let at = randomBelow(random, list.length);
        const end = Math.min(list.length, filled + length);
        for (; filled < end; filled++) {
          this.drawn[list[at]]++;
          at = at + 1 === list.length ? 0 : at + 1;
        }
      }
    }
    return this.fit(this.drawn);
  }
}

/**
 * Chosen from the autocorrelation of cost ÷ expected cost, but not below 2.5 n^⅓ as long as ten blocks remain: the choice
 * errs on the short side for positively correlated calls, and blocks of 9 see but 85 % of the variance at a correlation of 0.5.
 */
function blockLengthOf(ratios: Float64Array): number {
  const n = ratios.length;
  return Math.max(chooseBlockLength(ratios), Math.min(Math.ceil(2.5 * Math.cbrt(n)), Math.floor(n / 10)));
}

function scale(line: MeanLine, factor: number): MeanLine {
  return { ...line, interceptNs: line.interceptNs * factor, nsPerByte: line.nsPerByte * factor };
}

/** By inversion: one random number a value. */
function gaussian(random: Random): number {
  return normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, random())));
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

function orNaN(bytes: number): number {
  return bytes > 0 && Number.isFinite(bytes) ? bytes : Number.NaN;
}

function smallest(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function largest(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}
