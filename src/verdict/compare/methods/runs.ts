import {
  adjustHolm,
  deriveSeed,
  hodgesLehmannRatio,
  hodgesLehmannShift,
  makeRandom,
  minimumDetectableEffect,
  permuteJointly,
  pooledTDifference,
  studentQuantile,
} from '../../../stats/index.ts';
import { CONFIDENCE_LEVEL } from '../../options.ts';
import type { MetricSpec } from '../metrics.ts';
import type { RunSeries } from '../series.ts';
import { isZeroOnBothSides, NO_INTERVAL, type RowTest, toPct, untested } from '../test.ts';
import { testByFewRuns } from './few-runs.ts';

/** A run says something about a stratum from so many calls on. */
export const MIN_CALLS_A_RUN = 8;

/** Enough runs that a permutation of runs can reach 5 % at all: 4 against 4, 3 against 5, … */
export function canPermute(nBefore: number, nAfter: number): boolean {
  return smallestPermutationP(nBefore, nAfter) <= 1 - CONFIDENCE_LEVEL;
}

export function smallestPermutationP(m: number, n: number): number {
  let splits = 1;
  for (let k = 1; k <= Math.min(m, n); k++) splits = (splits * (m + n - k + 1)) / k;
  return (m === n ? 2 : 1) / splits;
}

/**
 * Several runs a side: the run is the unit, whatever the number of calls. Shift and ratio by Hodges & Lehmann over the
 * runs' values where a permutation of runs can reach the level; with fewer runs see testByFewRuns. p values of the former
 * come later, from all rows together (judgeRunFamily).
 */
export function testByRuns(before: readonly RunSeries[], after: readonly RunSeries[], spec: MetricSpec): RowTest {
  const isKnown = (run: RunSeries): boolean => run.n >= MIN_CALLS_A_RUN && !Number.isNaN(run.value);
  const x = Float64Array.from(before.filter(isKnown), (run) => run.value);
  const y = Float64Array.from(after.filter(isKnown), (run) => run.value);
  if (x.length < before.length || y.length < after.length || x.length === 0 || y.length === 0)
    return untested(middle(x), middle(y), x.length, y.length, 'the value is not known for every run');
  if (!canPermute(x.length, y.length)) return testByFewRuns(before, after, spec);
  const isShare = spec.kind === 'share';
  const positive = x.every((v) => v > 0) && y.every((v) => v > 0);
  return {
    before: middle(x),
    after: middle(y),
    difference: hodgesLehmannShift(x, y),
    differencePct: !isShare && positive ? toPct(hodgesLehmannRatio(x, y)) : NO_INTERVAL,
    pValue: Number.NaN,
    detectablePct: detectable(x, y, isShare, positive),
    nBefore: x.length,
    nAfter: y.length,
    method: 'Hodges–Lehmann over runs, permutation of runs',
  };
}

function middle(values: Float64Array): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function detectable(x: Float64Array, y: Float64Array, isShare: boolean, positive: boolean): number {
  const onLogs = !isShare && positive;
  if (!isShare && !positive) return Number.NaN;
  const made = onLogs ? pooledTDifference(x.map(Math.log), y.map(Math.log)) : pooledTDifference(x, y);
  const df = x.length + y.length - 2;
  if (df < 1) return Number.NaN;
  const error = (made.high - made.low) / (2 * studentQuantile((1 + CONFIDENCE_LEVEL) / 2, df));
  const effect = minimumDetectableEffect(error, df);
  return onLogs ? 100 * Math.expm1(effect) : effect;
}

export interface RunFamily {
  pValues: Float64Array;
  adjusted: Float64Array;
}

/**
 * p values of all rows at once. Enough runs: permutations of whole runs, step-down max-T (Westfall & Young 1993): Holm's
 * step-down with the dependence between rows kept, so that 5 against 5 runs (smallest p 2/252) can claim something however
 * many rows there are. Too few runs: the rows' own p, adjusted by Holm.
 */
export function judgeRunFamily(
  rows: readonly { before: readonly RunSeries[]; after: readonly RunSeries[]; spec: MetricSpec; test: RowTest }[],
  nBefore: number,
  nAfter: number,
  given: { seed: number; holm: Float64Array; t: Float64Array },
): RunFamily {
  if (!canPermute(nBefore, nAfter)) {
    const pValues = Float64Array.from(rows, ({ test }) => (isZeroOnBothSides(test) ? Number.NaN : test.pValue));
    return { pValues, adjusted: adjustHolm(pValues, given.holm) };
  }
  const table = rows.map(({ before, after, spec, test }) => {
    const usable = test.nBefore === nBefore && test.nAfter === nAfter && !isZeroOnBothSides(test);
    const values = Float64Array.from([...before, ...after], (series) => series.value);
    if (!usable || Number.isNaN(test.difference.estimate)) return values.fill(Number.NaN);
    return spec.kind !== 'share' && values.every((v) => v > 0) ? values.map(Math.log) : values;
  });
  return permuteJointly(table, nBefore, {
    random: makeRandom(deriveSeed(given.seed, 'compare runs')),
    weights: given.t,
  });
}
