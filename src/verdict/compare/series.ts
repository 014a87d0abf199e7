import { bytesOf, type CallView } from '../call-view.ts';
import type { MetricSpec } from './metrics.ts';

/** One metric of one run: parallel values of its calls in time order. Calls without the value are left out. */
export interface RunSeries {
  numerator: Float64Array;
  denominator: Float64Array;
  n: number;
  /** Σ numerator / Σ denominator · scale, or the median; NaN without calls. */
  value: number;
}

/**
 * One entry a run of the side, also for runs without a single call of the stratum. Bytes unknown are never 0: a run in which
 * some call's bytes are told by no line has no value per byte, since those that remain are not a sample of all.
 */
export function gatherSeries(view: CallView, spec: MetricSpec, weight?: Float64Array): RunSeries[] {
  const tops: number[][] = view.runs.map(() => []);
  const bottoms: number[][] = view.runs.map(() => []);
  const hidesBytes = new Uint8Array(view.runs.length);
  const needsBytes = spec.numerator === bytesOf || spec.denominator === bytesOf;
  for (let i = 0; i < view.size; i++) {
    const w = weight === undefined ? 1 : weight[i];
    const top = spec.numerator(view, i) * w;
    const bottom = spec.denominator(view, i) * w;
    if (needsBytes && Number.isNaN(bytesOf(view, i))) hidesBytes[view.run[i]] = 1;
    if (Number.isNaN(top) || Number.isNaN(bottom) || w === 0) continue;
    tops[view.run[i]].push(top);
    bottoms[view.run[i]].push(bottom);
  }
  return tops.map((top, run) =>
    hidesBytes[run] === 1
      ? makeSeries(new Float64Array(0), new Float64Array(0), spec)
      : makeSeries(Float64Array.from(top), Float64Array.from(bottoms[run]), spec),
  );
}

export function makeSeries(numerator: Float64Array, denominator: Float64Array, spec: MetricSpec): RunSeries {
  const n = numerator.length;
  return { numerator, denominator, n, value: n === 0 ? Number.NaN : computeValue(numerator, denominator, spec) };
}

function computeValue(numerator: Float64Array, denominator: Float64Array, spec: MetricSpec): number {
  if (spec.kind === 'median') {
    const sorted = numerator.slice().sort();
    const half = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
  let top = 0;
  let bottom = 0;
  for (let i = 0; i < numerator.length; i++) {
    top += numerator[i];
    bottom += denominator[i];
  }
  return bottom > 0 ? (spec.scale * top) / bottom : Number.NaN;
}

/** Call for call the same: a capture compared with itself. */
export function areIdentical(before: readonly RunSeries[], after: readonly RunSeries[]): boolean {
  return (
    before.length === after.length &&
    before.every(
      (series, run) =>
        series.n === after[run].n &&
        series.numerator.every((value, i) => value === after[run].numerator[i]) &&
        series.denominator.every((value, i) => value === after[run].denominator[i]),
    )
  );
}
