import { deriveSeed, makeRandom, permuteJointly } from '../../../stats/index.ts';
import { addDrift, driftOf, shareDriftOf } from '../../context/drift.ts';
import { CONFIDENCE_LEVEL, MIN_CALLS } from '../../options.ts';
import type { MetricSpec } from '../metrics.ts';
import type { RunSeries } from '../series.ts';
import { isZeroOnBothSides, type RowTest, testByStudent, untested } from '../test.ts';
import { mean, testByFewRuns } from './few-runs.ts';

/** A run says something about a stratum from so many calls on: below it, a mean is that of its one or two slow calls. */
export const MIN_CALLS_A_RUN = 30;

/** Enough runs that a permutation of runs can reach 5 % at all: 4 against 4, 3 against 5, … */
export function canPermute(nBefore: number, nAfter: number): boolean {
  return smallestPermutationP(nBefore, nAfter) <= 1 - CONFIDENCE_LEVEL;
}

export function smallestPermutationP(m: number, n: number): number {
  let splits = 1;
  for (let k = 1; k <= Math.min(m, n); k++) splits = (splits * (m + n - k + 1)) / k;
  return (m === n ? 2 : 1) / splits;
}

/** Whether drift between the sessions of the two sides has to be added: sides that did not take turns (order.ts). */
export interface RunDesign {
  addsDrift: boolean;
  driftPct?: number;
}

/**
 * Several runs a side: the run is the unit, whatever the number of calls. Geometric means of the runs' values, their ratio
 * and Student's pooled error on the logarithms: one estimator for before, after, change and interval, and the statistic that
 * is permuted (judgeRunFamily). With fewer runs see testByFewRuns.
 */
export function testByRuns(
  before: readonly RunSeries[],
  after: readonly RunSeries[],
  spec: MetricSpec,
  design: RunDesign,
): RowTest {
  const isKnown = (run: RunSeries): boolean => run.n >= MIN_CALLS && !Number.isNaN(run.value);
  if (!before.every(isKnown) || !after.every(isKnown) || before.length === 0 || after.length === 0) {
    const known = (runs: readonly RunSeries[]): number[] => runs.filter(isKnown).map((run) => run.value);
    const [x, y] = [known(before), known(after)];
    return untested(mean(x), mean(y), x.length, y.length, 'the value is not known for every run');
  }
  if (!canPermute(before.length, after.length)) return testByFewRuns(before, after, spec, design.driftPct);
  const onLogs = isOnLogs(before, after, spec);
  const read = (run: RunSeries): number => (onLogs ? Math.log(run.value) : run.value);
  const [x, y] = [before.map(read), after.map(read)];
  const { error, df } = pooled(x, y, design.addsDrift ? sessionDrift(before, after, spec, onLogs, design) : 0);
  const back = (values: number[]): number => (onLogs ? Math.exp(mean(values)) : mean(values));
  const test = testByStudent({
    before: back(x),
    after: back(y),
    error,
    df,
    onLogs,
    isShare: spec.kind === 'share',
    nBefore: x.length,
    nAfter: y.length,
    method: `${onLogs ? 'ratio of geometric means' : 'difference of means'} over runs, permutation of runs${design.addsDrift ? ', drift between sessions added' : ''}`,
  });
  // Given by judgeRunFamily, from all rows together.
  return { ...test, pValue: Number.NaN, studentP: test.pValue };
}

function isOnLogs(before: readonly RunSeries[], after: readonly RunSeries[], spec: MetricSpec): boolean {
  return spec.kind !== 'share' && [...before, ...after].every(({ value }) => value > 0);
}

/** Drift of each side's session, on the scale of the test. */
function sessionDrift(
  before: readonly RunSeries[],
  after: readonly RunSeries[],
  spec: MetricSpec,
  onLogs: boolean,
  design: RunDesign,
): number {
  const drift = driftOf(spec.drift, design.driftPct);
  if (onLogs) return Math.SQRT2 * drift;
  const of = (runs: readonly RunSeries[]): number => {
    const value = mean(runs.map((run) => run.value));
    return spec.kind === 'share' ? 100 * shareDriftOf(value / 100, drift) : Math.abs(value) * drift;
  };
  return Math.hypot(of(before), of(after));
}

function pooled(x: readonly number[], y: readonly number[], drift: number): { error: number; df: number } {
  const squares = (values: readonly number[]): number => values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0);
  const df = x.length + y.length - 2;
  const variance = (squares(x) + squares(y)) / df;
  const sampling = Math.sqrt(variance * (1 / x.length + 1 / y.length));
  const { standardError, df: together } = addDrift(sampling, df, drift);
  return { error: standardError, df: together };
}

export interface JudgedRow {
  before: readonly RunSeries[];
  after: readonly RunSeries[];
  spec: MetricSpec;
  test: RowTest;
}

export interface RunFamily {
  pValues: Float64Array;
  adjusted: Float64Array;
}

/**
 * p values of one family of rows by permutations of whole runs, step-down max-T (Westfall & Young 1993): Holm's step-down
 * with the dependence between rows kept, so that 4 against 4 runs (smallest p 2/70) can claim something however many rows
 * there are. Where the sides did not take turns the permutation does not hold their drift: p is then at least that of
 * Student's t with the drift in its error, times the same factor of adjustment.
 */
export function judgeRunFamily(
  rows: readonly JudgedRow[],
  nBefore: number,
  nAfter: number,
  given: { seed: number; addsDrift: boolean },
): RunFamily {
  const table = rows.map(({ before, after, spec, test }) => {
    const values = Float64Array.from([...before, ...after], (series) => series.value);
    const usable = test.nBefore === nBefore && test.nAfter === nAfter && !isZeroOnBothSides(test);
    if (!usable || Number.isNaN(test.at(CONFIDENCE_LEVEL).difference.estimate)) return values.fill(Number.NaN);
    return isOnLogs(before, after, spec) ? values.map(Math.log) : values;
  });
  const family = permuteJointly(table, nBefore, { random: makeRandom(deriveSeed(given.seed, 'compare runs')) });
  if (!given.addsDrift) return family;
  rows.forEach(({ test }, i) => {
    if (Number.isNaN(family.pValues[i])) return;
    const factor = family.adjusted[i] / family.pValues[i];
    const drifted = test.studentP ?? Number.NaN;
    if (!(drifted > family.pValues[i])) return;
    family.pValues[i] = drifted;
    family.adjusted[i] = Math.max(family.adjusted[i], Math.min(1, drifted * factor));
  });
  return family;
}
