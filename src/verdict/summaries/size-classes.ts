import type { SizeClassRow } from '../../model/analysis/index.ts';
import { MECHANISM_IDS } from '../../model/calls.ts';
import { canTellQuantile } from '../../stats/index.ts';
import type { CallView } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { weighOffload } from '../cost/weigh.ts';
import { cpuNsOf, mapCalls, medianOf, totalBytesOf } from '../derived.ts';
import { finiteOrNull, toEffect } from '../intervals.ts';
import { splitBySize } from '../size-class.ts';
import { sumBudget } from './budget.ts';

/** One row per size class and mechanism; rows that paid for offload carry the weighing. */
export function makeSizeClassRows(context: Context, side: SizeClassRow['side']): SizeClassRow[] {
  const rows: SizeClassRow[] = [];
  for (const { sizeClass, indexes } of splitBySize(context.fit)) {
    const inClass = context.fit.pick(indexes);
    for (const mechanism of MECHANISM_IDS) {
      const calls = inClass.where((i) => inClass.mechanism(i) === mechanism);
      if (calls.size === 0) continue;
      const paying = calls.where(
        (i) => calls.column('pinned')[i] === 1 || mechanism.startsWith('net-dma') || mechanism === 'dsa',
      );
      rows.push({
        side,
        label: sizeClass.label,
        lowBytes: sizeClass.lowBytes,
        highBytes: sizeClass.highBytes,
        mechanism,
        ...measure(calls),
        ...weighRow(context, paying, calls),
      });
    }
  }
  return rows;
}

function measure(calls: CallView) {
  const durations = calls
    .column('durationNs')
    .filter((v) => !Number.isNaN(v))
    .sort();
  const p95 = canTellQuantile(0.95, durations.length) ? durations[Math.ceil(0.95 * durations.length) - 1] : Number.NaN;
  return {
    calls: calls.size,
    bytes: totalBytesOf(calls),
    medianNs: finiteOrNull(medianOf(durations)),
    p95Ns: finiteOrNull(p95),
    medianCpuNs: finiteOrNull(medianOf(mapCalls(calls, cpuNsOf))),
    budget: sumBudget(calls),
  };
}

function weighRow(
  context: Context,
  paying: CallView,
  calls: CallView,
): Pick<SizeClassRow, 'costNs' | 'savedNs' | 'netNs' | 'outcome' | 'reasons'> {
  if (paying.size === 0)
    return {
      costNs: null,
      savedNs: null,
      netNs: null,
      outcome: 'cannotTell',
      reasons: ['these calls did not use offload: nothing to weigh'],
    };
  const weighing = weighOffload(context, paying, 'cpu');
  const reasons = [...weighing.reasons];
  if (paying.size < calls.size) reasons.push(`${paying.size} of ${calls.size} calls pinned`);
  return {
    costNs: weighing.costNs,
    savedNs: finiteOrNull(weighing.savedNs),
    netNs: toEffect(weighing.netNs, 'ns'),
    outcome: weighing.outcome,
    reasons,
  };
}
