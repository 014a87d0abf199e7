import { selectCalls } from '../../src/verdict/call-view.ts';
import { relativeError } from '../../src/verdict/compare/methods/calls.ts';
import { type MetricSpec, throughput, wholeMetrics } from '../../src/verdict/compare/metrics.ts';
import { gatherSeries } from '../../src/verdict/compare/series.ts';
import { DRIFT_SD } from '../../src/verdict/context/drift.ts';
import { makeRun } from './call-csv.ts';
import type { Recordings } from './false-claims.ts';
import { writeTable } from './tally.ts';

/** 5 % quantile of χ² by degrees of freedom (15 recordings of 3 settings; 10 of 2). */
const CHI2_LOW: Record<number, number> = { 8: 2.7326, 12: 5.226 };

export interface Drift {
  metric: string;
  kind: keyof typeof DRIFT_SD;
  totalPct: number;
  ownPct: number;
  upperPct: number;
}

/** (e) How far recordings of one setting lie apart, beyond what their calls can show: the table behind DRIFT_SD. */
export function listDrift(recordings: Recordings): Drift[] {
  return [...wholeMetrics([]), throughput].flatMap((spec) => {
    const found = driftOf(spec, recordings);
    return found === null ? [] : [found];
  });
}

function driftOf(spec: MetricSpec, recordings: Recordings): Drift | null {
  if (spec.kind === 'share') return null;
  let squares = 0;
  let df = 0;
  const own: number[] = [];
  for (const runs of Object.values(recordings)) {
    const made = runs.map((calls, i) => makeRun(`r${i}`, calls));
    const series = gatherSeries(selectCalls(made).fit, spec);
    if (series.some(({ value }) => !(value > 0))) continue;
    const logs = series.map(({ value }) => Math.log(value));
    const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
    squares += logs.reduce((a, b) => a + (b - mean) ** 2, 0);
    df += logs.length - 1;
    own.push(...series.map((s) => relativeError(s, spec) ** 2));
  }
  if (CHI2_LOW[df] === undefined) return null;
  const ownVariance = own.reduce((a, b) => a + b, 0) / own.length;
  const pct = (variance: number): number => 100 * Math.sqrt(Math.max(0, variance));
  return {
    metric: spec.metric,
    kind: spec.drift ?? 'other',
    totalPct: pct(squares / df),
    ownPct: pct(ownVariance),
    upperPct: pct(squares / CHI2_LOW[df] - ownVariance),
  };
}

export function measureDrift(recordings: Recordings): string {
  const rows = listDrift(recordings).map(({ metric, kind, totalPct, ownPct, upperPct }) => [
    metric,
    totalPct.toFixed(1),
    ownPct.toFixed(1),
    upperPct.toFixed(1),
    `${(100 * DRIFT_SD[kind]).toFixed(0)} (${kind})`,
  ]);
  return writeTable(['metric', 'total scatter, %', 'of its calls, %', 'drift, upper limit, %', 'allowed for, %'], rows);
}
