import type { Analysis } from '../../model/analysis/index.ts';
import type { CallView } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { medianOf, orZero } from '../derived.ts';
import { writeCount, writeNs } from '../words.ts';

/** Calls that waited for data while the delayed-ACK timer held an ACK back, and for how long; NaN without. */
export function measureLateAcks(view: CallView): { calls: number; medianNs: number; sumNs: number } {
  const column = view.column('delackNs');
  const late: number[] = [];
  for (let i = 0; i < view.size; i++) if (column[i] > 0) late.push(column[i]);
  return { calls: late.length, medianNs: medianOf(late), sumNs: late.reduce((sum, ns) => sum + ns, 0) };
}

/**
 * Nothing was compared and no offload seen, and the calls waited longer while ACKs were held back than for everything but data
 * (CPU, run queue, locks): no figure of a copy says why they are slow. null: not so.
 */
export function headByLateAcks({ baseline, paying, selection }: Context): Analysis['headline'] | null {
  const { decided } = selection;
  const late = measureLateAcks(decided);
  if (baseline.length > 0 || paying.size > 0 || late.calls === 0) return null;
  const duration = decided.column('durationNs');
  const sleep = decided.column('sleepNs');
  let awakeNs = 0;
  for (let i = 0; i < decided.size; i++) awakeNs += orZero(duration[i]) - orZero(sleep[i]);
  if (late.sumNs <= awakeNs) return null;
  return {
    outcome: 'cannotTell',
    sentence: `${late.calls} of ${writeCount(decided.size, 'call')} slept while a delayed ACK was due, ${writeNs(late.medianNs)} in the median.`,
  };
}
