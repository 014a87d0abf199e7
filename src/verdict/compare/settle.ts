import { mannKendall, safeBlockLength } from '../../stats/index.ts';
import type { CallView, Selection } from '../call-view.ts';
import { cpuNsOf } from '../derived.ts';

/** One side of a comparison by calls: what was left out as its warm-up, and whether a trend remains. */
export interface Settled {
  selection: Selection;
  dropped: number;
  hasTrend: boolean;
}

const SIZE = 0.05;
/** Fewer blocks than these cannot show a trend at 5 % with any certainty (Mann–Kendall on 8 values: p 0.05 at |τ| 0.6). */
const MIN_BLOCKS = 8;
const MAX_BLOCKS = 40;

/**
 * With one run a side the calls are the unit, and a trend inside the run (first touch, slow start, a machine that warms up)
 * passes for a difference: two halves of one run differ by it. Mann–Kendall on block means of the logarithms of duration and
 * CPU time; where it finds a trend, the warm-up is cut off by the marginal standard error rule (MSER, White 1997: the start
 * that leaves the mean of the rest best known, at most half of the run). What still has a trend then stays so.
 */
export function settleSide(selection: Selection): Settled {
  const { fit } = selection;
  if (!hasTrendIn(fit)) return { selection, dropped: 0, hasTrend: false };
  const dropped = Math.max(...seriesOf(fit).map(findWarmUp));
  if (dropped === 0) return { selection, dropped: 0, hasTrend: true };
  const rest = fit.where((i) => i >= dropped);
  const lastDropped = fit.column('startNs')[dropped - 1];
  const all = selection.all.where((i) => !(selection.all.column('startNs')[i] <= lastDropped));
  // The softirqs of a run are not split by call: their bytes are those of the whole run, warm-up and all.
  return { selection: { ...selection, fit: rest, all, whole: selection.all }, dropped, hasTrend: hasTrendIn(rest) };
}

function hasTrendIn(view: CallView): boolean {
  return seriesOf(view).some((series) => {
    const blocks = meansOfBlocks(series);
    // Two series are looked at: each at half the size.
    return blocks.length >= MIN_BLOCKS && mannKendall(blocks).pValue < SIZE / 2;
  });
}

function seriesOf(view: CallView): Float64Array[] {
  const durations = Float64Array.from(view.column('durationNs'), (ns) => Math.log(Math.max(1, ns)));
  const cpu = Float64Array.from({ length: view.size }, (_, i) => Math.log(Math.max(1, cpuNsOf(view, i))));
  return [durations, cpu].filter((series) => series.every((value) => !Number.isNaN(value)));
}

function blockLengthOf(series: Float64Array): number {
  return Math.max(safeBlockLength(series), Math.ceil(series.length / MAX_BLOCKS));
}

function meansOfBlocks(series: Float64Array): Float64Array {
  const length = blockLengthOf(series);
  const blocks = Math.floor(series.length / length);
  return Float64Array.from({ length: blocks }, (_, b) => {
    let sum = 0;
    for (let i = b * length; i < (b + 1) * length; i++) sum += series[i];
    return sum / length;
  });
}

/** Calls to leave out: the d (at most half) for which Σ (x − mean)² / (n − d)² of the rest is least. */
function findWarmUp(series: Float64Array): number {
  const blocks = meansOfBlocks(series);
  const n = blocks.length;
  let best = Number.POSITIVE_INFINITY;
  let at = 0;
  for (let d = 0; d <= n / 2; d++) {
    const rest = blocks.subarray(d);
    const mean = rest.reduce((a, b) => a + b, 0) / rest.length;
    const score = rest.reduce((a, b) => a + (b - mean) ** 2, 0) / rest.length ** 2;
    if (score < best * (1 - 1e-12)) {
      best = score;
      at = d;
    }
  }
  return at * blockLengthOf(series);
}
