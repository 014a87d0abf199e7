import { sampleVariance } from '../../../stats/index.ts';
import type { MetricSpec } from '../metrics.ts';
import type { RunSeries } from '../series.ts';
import { type RowTest, testByStudent, untested } from '../test.ts';
import { mean } from './few-runs.ts';

/** Fewer pairs than these leave no degrees of freedom worth the name. */
export const MIN_PAIRS = 4;

/**
 * Stretches of one capture between marks: pair k is `before[k]` and `after[k]`, neighbours in time, so that drift of the
 * session meets both. Student's t over the differences within the pairs, of logarithms where all values are positive.
 */
export function testByPairs(before: readonly RunSeries[], after: readonly RunSeries[], spec: MetricSpec): RowTest {
  const kept = before.map((b, k) => [b, after[k]] as const).filter(([b, a]) => isKnown(b) && isKnown(a));
  const pairs = kept.length;
  const [x, y] = [kept.map(([b]) => b.value), kept.map(([, a]) => a.value)];
  if (pairs < MIN_PAIRS) return untested(mean(x), mean(y), pairs, pairs, `fewer than ${MIN_PAIRS} pairs of stretches`);
  const onLogs = spec.kind !== 'share' && [...x, ...y].every((value) => value > 0);
  const scale = (value: number): number => (onLogs ? Math.log(value) : value);
  const back = (value: number): number => (onLogs ? Math.exp(value) : value);
  const differences = x.map((value, k) => scale(y[k]) - scale(value));
  return testByStudent({
    before: back(mean(x.map(scale))),
    after: back(mean(y.map(scale))),
    error: Math.sqrt(sampleVariance(Float64Array.from(differences)) / pairs),
    df: pairs - 1,
    onLogs,
    isShare: spec.kind === 'share',
    nBefore: pairs,
    nAfter: pairs,
    method: 'Student t over pairs of neighbouring stretches',
  });
}

function isKnown(series: RunSeries | undefined): series is RunSeries {
  return series !== undefined && series.n > 0 && !Number.isNaN(series.value);
}
