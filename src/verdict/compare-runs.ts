import {
  deriveSeed,
  hodgesLehmannRatio,
  hodgesLehmannShift,
  makeRandom,
  minimumDetectableEffect,
  permuteJointly,
  pooledTDifference,
  studentQuantile,
} from '../stats/index.ts';
import type { MetricSpec } from './compare-metrics.ts';
import type { RunSeries } from './compare-series.ts';
import { type Interval, NO_INTERVAL, type RowTest, toPct, untested } from './compare-test.ts';
import { CONFIDENCE_LEVEL } from './options.ts';

/** A run says something about a stratum from so many calls on. */
export const MIN_CALLS_A_RUN = 4;

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
 * runs' values where a permutation of runs can reach the level, else by Student's t on the logarithms (assumes that runs
 * scatter normally: stated in the method). p values come later, from all rows together (adjustOverRuns).
 */
export function testByRuns(before: readonly RunSeries[], after: readonly RunSeries[], spec: MetricSpec): RowTest {
  const x = valuesOf(before);
  const y = valuesOf(after);
  const middleBefore = middle(x);
  const middleAfter = middle(y);
  if (x.length < before.length || y.length < after.length || x.length + y.length < 3)
    return untested(middleBefore, middleAfter, x.length, y.length, 'the value is not known for every run');
  const isShare = spec.kind === 'share';
  const positive = x.every((v) => v > 0) && y.every((v) => v > 0);
  const permute = canPermute(x.length, y.length);
  const difference: Interval = permute ? hodgesLehmannShift(x, y) : studentOrPoint(x, y);
  let pct = NO_INTERVAL;
  if (!isShare && positive) pct = toPct(permute ? hodgesLehmannRatio(x, y) : studentRatio(x, y));
  return {
    before: middleBefore,
    after: middleAfter,
    difference,
    differencePct: pct,
    pValue: Number.NaN,
    detectablePct: detectable(x, y, isShare, positive),
    nBefore: x.length,
    nAfter: y.length,
    method: permute
      ? 'Hodges–Lehmann over runs, permutation of runs'
      : 'Student t over runs (logarithms where positive)',
  };
}

function valuesOf(side: readonly RunSeries[]): Float64Array {
  return Float64Array.from(side.filter((s) => s.n >= MIN_CALLS_A_RUN).map((s) => s.value)).filter(
    (value) => !Number.isNaN(value),
  );
}

function middle(values: Float64Array): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function studentOrPoint(x: Float64Array, y: Float64Array): Interval {
  const { low, high } = pooledTDifference(x, y);
  return { estimate: middle(y) - middle(x), low, high };
}

function studentRatio(x: Float64Array, y: Float64Array): Interval {
  const shift = pooledTDifference(x.map(Math.log), y.map(Math.log));
  return { estimate: Math.exp(shift.estimate), low: Math.exp(shift.low), high: Math.exp(shift.high) };
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
  /** NaN: take Holm's. */
  adjusted: Float64Array;
}

/**
 * p values of all rows at once. Enough runs: permutations of whole runs, step-down max-T (Westfall & Young 1993): Holm's
 * step-down with the dependence between rows kept, so that 5 against 5 runs (smallest p 2/252) can claim something however
 * many rows there are. Too few runs for that: Student's t on logarithms, to be adjusted by Holm.
 */
export function judgeRunFamily(
  rows: readonly { before: readonly RunSeries[]; after: readonly RunSeries[]; spec: MetricSpec; test: RowTest }[],
  nBefore: number,
  nAfter: number,
  seed: number,
): RunFamily {
  const pValues = new Float64Array(rows.length).fill(Number.NaN);
  const adjusted = new Float64Array(rows.length).fill(Number.NaN);
  const units = nBefore + nAfter;
  const table = rows.map(({ before, after, spec, test }) => {
    const usable = test.nBefore === nBefore && test.nAfter === nAfter && !Number.isNaN(test.difference.estimate);
    const values = Float64Array.from([...before, ...after], (series) => series.value);
    if (!usable) return new Float64Array(units).fill(Number.NaN);
    return spec.kind !== 'share' && values.every((v) => v > 0) ? values.map(Math.log) : values;
  });
  if (canPermute(nBefore, nAfter)) {
    const joint = permuteJointly(table, nBefore, { random: makeRandom(deriveSeed(seed, 'compare runs')) });
    pValues.set(joint.pValues);
    adjusted.set(joint.adjusted);
    return { pValues, adjusted };
  }
  table.forEach((row, i) => {
    if (row.some(Number.isNaN)) return;
    const test = pooledTDifference(row.subarray(0, nBefore), row.subarray(nBefore));
    // No scatter at all says nothing about how runs scatter: no claim beyond what permuting the runs allows.
    if (!Number.isNaN(test.pValue)) pValues[i] = test.pValue;
    else if (!Number.isNaN(test.estimate)) pValues[i] = test.estimate === 0 ? 1 : smallestPermutationP(nBefore, nAfter);
  });
  return { pValues, adjusted };
}
