import {
  minimumDetectableEffect,
  safeBlockLength,
  serialMean,
  studentQuantile,
  studentTwoSidedP,
} from '../../../stats/index.ts';
import { CONFIDENCE_LEVEL } from '../../options.ts';
import { DRIFT_PCT, driftOf, shareDriftOf } from '../drift.ts';
import type { MetricSpec } from '../metrics.ts';
import type { RunSeries } from '../series.ts';
import { NO_INTERVAL, type RowTest, toPct } from '../test.ts';
import { samplingError } from './calls.ts';

/** Weight of the prior variance, in runs: moderates the scatter of so few runs without overruling it. */
const PRIOR_DF = 8;

/**
 * Two or three runs a side: too few for a permutation of runs to reach 5 %, and too few to tell how runs scatter. Moderated
 * t (Smyth 2004): the scatter between runs is the mean of what the runs show and of what is expected (the calls' own block
 * error plus DRIFT_PCT of drift), weighted by degrees of freedom, and never below the expected. On the logarithms where all
 * values are positive. With one run a side this would be the comparison by calls.
 */
export function testByFewRuns(before: readonly RunSeries[], after: readonly RunSeries[], spec: MetricSpec): RowTest {
  const runs = [...before, ...after];
  const onLogs = spec.kind !== 'share' && runs.every(({ value }) => value > 0);
  const raw = moderate(before.map(readValue), after.map(readValue), {
    before: expectedVariance(before, spec, false),
    after: expectedVariance(after, spec, false),
  });
  const t = onLogs
    ? moderate(before.map(readLog), after.map(readLog), {
        before: expectedVariance(before, spec, true),
        after: expectedVariance(after, spec, true),
      })
    : raw;
  const change = {
    estimate: Math.exp(t.estimate),
    low: Math.exp(t.estimate - t.half),
    high: Math.exp(t.estimate + t.half),
  };
  const detectable = minimumDetectableEffect(t.error, t.df);
  return {
    before: mean(before.map(readValue)),
    after: mean(after.map(readValue)),
    difference: { estimate: raw.estimate, low: raw.estimate - raw.half, high: raw.estimate + raw.half },
    differencePct: onLogs ? toPct(change) : NO_INTERVAL,
    pValue: t.error > 0 ? studentTwoSidedP(t.estimate / t.error, t.df) : t.estimate === 0 ? 1 : Number.NaN,
    detectablePct: onLogs ? 100 * Math.expm1(detectable) : spec.kind === 'share' ? detectable : Number.NaN,
    nBefore: before.length,
    nAfter: after.length,
    method: `moderated t over runs${onLogs ? ' (logarithms)' : ''}, ${DRIFT_PCT} % drift expected`,
  };
}

const readValue = (series: RunSeries): number => series.value;
const readLog = (series: RunSeries): number => Math.log(series.value);

function mean(values: number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** What one run's value is expected to scatter by: its calls' block error and drift, mean over the runs. */
function expectedVariance(runs: readonly RunSeries[], spec: MetricSpec, onLogs: boolean): number {
  return mean(
    runs.map((run) => {
      const drift =
        spec.kind === 'share' ? 100 * shareDriftOf(run.value / 100, DRIFT_PCT) : driftOf(run.value, DRIFT_PCT);
      const error = spec.kind === 'median' ? medianError(run) : samplingError(run, spec);
      return (Math.hypot(error, drift) / (onLogs ? run.value : 1)) ** 2;
    }),
  );
}

/** Error of a median of skewed times, on the value's scale: that of the mean logarithm, times √(π/2). */
function medianError({ numerator, value }: RunSeries): number {
  const logs = numerator.map((v) => Math.log(Math.max(v, 1)));
  return value * 1.2533 * serialMean(logs, safeBlockLength(logs)).standardError;
}

function moderate(
  before: number[],
  after: number[],
  side: { before: number; after: number },
): { estimate: number; error: number; half: number; df: number } {
  const m = before.length;
  const n = after.length;
  const expected = (m * side.before + n * side.after) / (m + n);
  const squares = (values: number[]): number => values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0);
  const df = PRIOR_DF + m + n - 2;
  const variance = Math.max(expected, (PRIOR_DF * expected + squares(before) + squares(after)) / df);
  // A side of one noisy run must not hide behind the quiet runs of the other.
  const error = Math.sqrt(Math.max(variance * (1 / m + 1 / n), side.before / m + side.after / n));
  return {
    estimate: mean(after) - mean(before),
    error,
    half: studentQuantile((1 + CONFIDENCE_LEVEL) / 2, df) * error,
    df,
  };
}
