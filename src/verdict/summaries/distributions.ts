import type { Distribution } from '../../model/analysis/index.ts';
import { canTellQuantile, Log2Histogram, quantileIntervalOfSorted } from '../../stats/index.ts';
import type { CallView } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { cpuNsOf, mapCalls } from '../derived.ts';
import { finiteOrNull } from '../intervals.ts';
import { MIN_CALLS } from '../options.ts';

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99] as const;

const METRICS: { metric: string; of: (calls: CallView) => Float64Array }[] = [
  { metric: 'latency', of: (calls) => calls.column('durationNs') },
  { metric: 'cpu', of: (calls) => mapCalls(calls, cpuNsOf) },
  { metric: 'sleep', of: (calls) => calls.column('sleepNs') },
  { metric: 'wakeLatency', of: (calls) => calls.column('wakeLatencyNs') },
  { metric: 'copy', of: (calls) => calls.column('copyNs') },
  { metric: 'pin', of: (calls) => calls.column('pinNs') },
  { metric: 'submit', of: (calls) => calls.column('submitNs') },
  { metric: 'wait', of: (calls) => calls.column('waitNs') },
  { metric: 'unpin', of: (calls) => calls.column('unpinNs') },
];

/** Latency and phases, all calls and by mechanism. Phase metrics leave out calls in which the phase took no time. */
export function makeDistributions(context: Context, side: Distribution['side']): Distribution[] {
  const strata: [string, CallView][] = [['all calls', context.fit]];
  const mechanisms = new Set<string>();
  for (let i = 0; i < context.fit.size; i++) mechanisms.add(context.fit.mechanism(i));
  if (mechanisms.size > 1)
    for (const mechanism of [...mechanisms].sort())
      strata.push([mechanism, context.fit.where((i) => context.fit.mechanism(i) === mechanism)]);
  const out: Distribution[] = [];
  for (const { metric, of } of METRICS)
    for (const [stratum, calls] of strata) {
      const values = of(calls).filter((v) => !Number.isNaN(v) && v >= 0 && (metric === 'latency' || v > 0));
      if (values.length < MIN_CALLS) continue;
      out.push(describeDistribution(metric, stratum, side, values));
    }
  return out;
}

function describeDistribution(
  metric: string,
  stratum: string,
  side: Distribution['side'],
  values: Float64Array,
): Distribution {
  values.sort();
  const histogram = new Log2Histogram(4);
  for (const value of values) histogram.add(value);
  return {
    metric,
    unit: 'ns',
    side,
    stratum,
    n: values.length,
    quantiles: QUANTILES.filter((p) => canTellQuantile(p, values.length)).map((p) => {
      const { estimate, low, high } = quantileIntervalOfSorted(values, p);
      return { p, value: estimate, low: finiteOrNull(low), high: finiteOrNull(high) };
    }),
    histogram: histogram.rows(),
  };
}
