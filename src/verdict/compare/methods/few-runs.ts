import { driftOf, shareDriftOf } from '../../context/drift.ts';
import { CONFIDENCE_LEVEL } from '../../options.ts';
import type { MetricSpec } from '../metrics.ts';
import type { RunSeries } from '../series.ts';
import { type RowTest, testByStudent } from '../test.ts';
import { errorOf, relativeError } from './calls.ts';

/** Degrees of freedom of the prior variance: those of the recordings that the expected drift comes from (drift.ts). */
const PRIOR_DF = 12;

/**
 * Two or three runs a side: too few for a permutation of runs to reach 5 %, and too few to tell how runs scatter. Moderated
 * t (Smyth 2004): the scatter between runs is the mean of what the runs show and of what is expected (the calls' own block
 * error plus the drift of the metric), weighted by degrees of freedom, and never below the expected. On the logarithms where
 * all values are positive. With one run a side this would be the comparison by calls.
 */
export function testByFewRuns(
  before: readonly RunSeries[],
  after: readonly RunSeries[],
  spec: MetricSpec,
  driftPct?: number,
): RowTest {
  const onLogs = spec.kind !== 'share' && [...before, ...after].every(({ value }) => value > 0);
  const read = (series: RunSeries): number => (onLogs ? Math.log(series.value) : series.value);
  const drift = driftOf(spec.drift, driftPct);
  const expected = (runs: readonly RunSeries[]): number =>
    mean(runs.map((run) => expectedVariance(run, spec, onLogs, drift)));
  const { error, df } = moderate(before.map(read), after.map(read), {
    before: expected(before),
    after: expected(after),
  });
  const middle = (runs: readonly RunSeries[]): number =>
    onLogs ? Math.exp(mean(runs.map(read))) : mean(runs.map(read));
  return testByStudent({
    before: middle(before),
    after: middle(after),
    error,
    df,
    onLogs,
    isShare: spec.kind === 'share',
    nBefore: before.length,
    nAfter: after.length,
    method: `moderated t over runs${onLogs ? ' (logarithms)' : ''}, drift expected, level ${CONFIDENCE_LEVEL}`,
  });
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** What one run's value is expected to scatter by: its calls' block error and drift. */
function expectedVariance(run: RunSeries, spec: MetricSpec, onLogs: boolean, drift: number): number {
  if (onLogs) return relativeError(run, spec) ** 2 + drift ** 2;
  const own = run.numerator.length < 2 ? 0 : errorOf(run, spec).standardError;
  const moved = spec.kind === 'share' ? 100 * shareDriftOf(run.value / 100, drift) : Math.abs(run.value) * drift;
  return own ** 2 + moved ** 2;
}

function moderate(
  before: number[],
  after: number[],
  side: { before: number; after: number },
): { error: number; df: number } {
  const m = before.length;
  const n = after.length;
  const expected = (m * side.before + n * side.after) / (m + n);
  const squares = (values: number[]): number => values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0);
  const df = PRIOR_DF + m + n - 2;
  const variance = Math.max(expected, (PRIOR_DF * expected + squares(before) + squares(after)) / df);
  // A side of one noisy run must not hide behind the quiet runs of the other.
  return { error: Math.sqrt(Math.max(variance * (1 / m + 1 / n), side.before / m + side.after / n)), df };
}
