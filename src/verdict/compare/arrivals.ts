import type { Run } from '../../model/capture.ts';
import { ARRIVAL_METRICS, measureArrivals, STAND_INS } from '../arrivals/metrics.ts';
import type { MetricSpec } from './metrics.ts';
import type { RunSeries } from './series.ts';
import { FIGURE_OF_RUN } from './test-series.ts';

/** Figures of whole runs about what arrived: only those that every run of both sides can tell. */
export function arrivalSeries(
  before: readonly Run[],
  after: readonly Run[],
): { spec: MetricSpec; before: RunSeries[]; after: RunSeries[] }[] {
  const values = { before: before.map(measureArrivals), after: after.map(measureArrivals) };
  const told = ARRIVAL_METRICS.flatMap((metric, i) => {
    const spec: MetricSpec = {
      metric: metric.metric,
      unit: metric.unit,
      kind: 'ratio',
      scale: 1,
      better: metric.better,
      isTime: metric.isTime,
      numerator: () => Number.NaN,
      denominator: () => 1,
    };
    const series = (runs: number[][]): RunSeries[] =>
      runs.map((figures) => ({
        numerator: Float64Array.of(figures[i]),
        denominator: Float64Array.of(1),
        n: Number.isNaN(figures[i]) ? 0 : FIGURE_OF_RUN,
        value: figures[i],
      }));
    const [b, a] = [series(values.before), series(values.after)];
    return [...b, ...a].every(({ n }) => n > 0) && [...b, ...a].some(({ value }) => value !== 0)
      ? [{ spec, before: b, after: a }]
      : [];
  });
  const names = new Set(told.map(({ spec }) => spec.metric));
  return told.filter(({ spec }) => !names.has(STAND_INS[spec.metric]));
}
