import type { Analysis } from '../../model/analysis/index.ts';
import type { CallView } from '../call-view.ts';
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
 * The calls waited longer for delayed ACKs than for everything but data (CPU, run queue, locks): no figure of a copy says why they
 * are slow. null: not so.
 */
export function headByLateAcks(view: CallView): Analysis['headline'] | null {
  const late = measureLateAcks(view);
  if (late.calls === 0) return null;
  const duration = view.column('durationNs');
  const sleep = view.column('sleepNs');
  let awakeNs = 0;
  for (let i = 0; i < view.size; i++) awakeNs += orZero(duration[i]) - orZero(sleep[i]);
  if (late.sumNs <= awakeNs) return null;
  return {
    outcome: 'cannotTell',
    sentence: `${late.calls} of ${writeCount(view.size, 'call')} waited for the delayed-ACK timer to send an ACK: ${writeNs(late.medianNs)} each (median).`,
  };
}
