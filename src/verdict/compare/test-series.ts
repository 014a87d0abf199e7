import { testByCalls } from './methods/calls.ts';
import { testByPairs } from './methods/pairs.ts';
import { testByRuns } from './methods/runs.ts';
import type { MetricSpec } from './metrics.ts';
import { areIdentical, type RunSeries } from './series.ts';
import { identical, NO_CHANGE_KNOWN, type RowTest, untested } from './test.ts';

export interface TestContext {
  unit: 'runs' | 'calls' | 'pairs';
  /** Replaces the drift by metric (drift.ts), in %; 0 = none. */
  driftPct?: number;
  /** Runs that did not take turns: drift of the session is added. */
  addsDrift: boolean;
  /** Why times are not compared; '' = they are. */
  withholdTimes: string;
}

/** `n` of a series that is one figure of a whole run, without calls behind it. */
export const FIGURE_OF_RUN = Number.POSITIVE_INFINITY;

/** The test that fits: none for withheld times and bare figures, over runs where there are several, else over calls. */
export function testSeries(before: RunSeries[], after: RunSeries[], spec: MetricSpec, context: TestContext): RowTest {
  const { unit, withholdTimes } = context;
  if (spec.isTime && withholdTimes !== '') {
    const bare = untested(middleValue(before), middleValue(after), before[0]?.n ?? 0, after[0]?.n ?? 0, withholdTimes);
    return { ...bare, at: () => NO_CHANGE_KNOWN };
  }
  const [b] = before;
  const [a] = after;
  if (b === undefined || a === undefined) return untested(Number.NaN, Number.NaN, 0, 0, 'a side has no run');
  const isFigure = b.n === FIGURE_OF_RUN || a.n === FIGURE_OF_RUN;
  const count = (side: RunSeries[]): number => (unit !== 'calls' ? side.length : isFigure ? 1 : side[0].n);
  if (areIdentical(before, after) && b.n > 0) return identical(middleValue(before), count(before), count(after));
  if (unit === 'calls' && isFigure) return untested(b.value, a.value, 1, 1, 'one figure a side: no interval, no test');
  if (unit === 'pairs') return testByPairs(before, after, spec);
  return unit === 'runs' ? testByRuns(before, after, spec, context) : testByCalls(b, a, spec, context.driftPct);
}

function middleValue(series: RunSeries[]): number {
  const values = series.map((s) => s.value).filter((v) => !Number.isNaN(v));
  values.sort((x, y) => x - y);
  return values.length === 0 ? Number.NaN : (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2;
}
