import { testByCalls } from './methods/calls.ts';
import { testByRuns } from './methods/runs.ts';
import type { MetricSpec } from './metrics.ts';
import { areIdentical, type RunSeries } from './series.ts';
import { identical, NO_INTERVAL, type RowTest, untested } from './test.ts';

export interface TestContext {
  unit: 'runs' | 'calls';
  driftPct: number;
  /** Why times are not compared; '' = they are. */
  withholdTimes: string;
}

/** `n` of a series that is one figure of a whole run, without calls behind it. */
export const FIGURE_OF_RUN = Number.POSITIVE_INFINITY;

/** The test that fits: none for withheld times and bare figures, over runs where there are several, else over calls. */
export function testSeries(before: RunSeries[], after: RunSeries[], spec: MetricSpec, context: TestContext): RowTest {
  const { unit, driftPct, withholdTimes } = context;
  if (spec.isTime && withholdTimes !== '') {
    const bare = untested(middleValue(before), middleValue(after), before[0]?.n ?? 0, after[0]?.n ?? 0, withholdTimes);
    return { ...bare, difference: NO_INTERVAL, differencePct: NO_INTERVAL };
  }
  const [b] = before;
  const [a] = after;
  if (unit === 'runs')
    return areIdentical(before, after)
      ? identical(middleValue(before), before.length, after.length)
      : testByRuns(before, after, spec);
  if (b === undefined || a === undefined) return untested(Number.NaN, Number.NaN, 0, 0, 'a side has no run');
  if (b.n === FIGURE_OF_RUN || a.n === FIGURE_OF_RUN)
    return untested(b.value, a.value, 1, 1, 'one figure a side: no interval, no test');
  if (b.n > 0 && areIdentical(before, after)) return identical(b.value, b.n, a.n);
  return testByCalls(b, a, spec, driftPct);
}

function middleValue(series: RunSeries[]): number {
  const values = series.map((s) => s.value).filter((v) => !Number.isNaN(v));
  values.sort((x, y) => x - y);
  return values.length === 0 ? Number.NaN : (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2;
}
