import { cpuNsOf, mapCalls, medianOf } from '../../derived.ts';
import type { Sides } from '../candidate.ts';
import { measureAtEqualSize } from '../marks/equal-size.ts';
import { latency, type MetricSpec } from '../metrics.ts';
import { SAME_MIX_OVERLAP } from '../mix.ts';
import type { RunSeries } from '../series.ts';
import { machineCpuPerByte } from './machine-cpu.ts';

export const ROBUST_METHOD =
  'Huber residuals of log(time) on log(size), Student t over pairs of neighbouring stretches';
export const robustCpu: MetricSpec = { ...machineCpuPerByte, metric: 'reader CPU time per byte, at equal size' };
export const robustLatency: MetricSpec = { ...latency, metric: 'latency per call, at equal size' };

/** Where both sides receive calls of the same sizes, stretches between marks are compared by what a call costs at equal size. */
export function canCompareAtEqualSize({ mix, before, after }: Sides): boolean {
  const isKnown = (side: Sides['before']): boolean =>
    side.selection.fit.runs.every((run) => run.timeline.evidence.hasSwitches);
  return mix.overlap >= SAME_MIX_OVERLAP && isKnown(before) && isKnown(after);
}

export function measureRobustCpu(sides: Sides, nsPerByte: number): { before: RunSeries[]; after: RunSeries[] } {
  return measureAtEqualSize(sides.before.selection, sides.after.selection, cpuNsOf, nsPerByte);
}

export function measureRobustLatency({ before, after }: Sides): { before: RunSeries[]; after: RunSeries[] } {
  const duration = (view: typeof before.selection.fit, i: number): number => view.column('durationNs')[i];
  const all = [...mapCalls(before.selection.fit, duration), ...mapCalls(after.selection.fit, duration)];
  return measureAtEqualSize(before.selection, after.selection, duration, medianOf(all));
}
