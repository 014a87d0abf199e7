import { overlapNsOf } from '../../cost/weigh.ts';
import { orZero } from '../../derived.ts';
import { citeLargest } from '../../evidence.ts';
import { toEffect } from '../../intervals.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { MIN_CALLS } from '../../options.ts';
import { bracket, meanPerCall } from '../../ratios.ts';
import { writeNs, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** Share of the calls' CPU time above which the busy wait is worth a sentence. */
const MIN_SHARE_PCT = 2;

/** The engine's work is not covered by anything: the reader polls for completion at the end of the call. */
export const waitNotOverlapped: FindingRule = {
  id: 'wait-not-overlapped',
  judge(context) {
    const { offloaded } = context;
    const calls = offloaded.where((i) => !Number.isNaN(offloaded.column('waitNs')[i]));
    if (calls.size === 0) return null;
    const wait = calls.column('waitNs');
    const mean = meanPerCall(context, calls, wait, this.id);
    const elapsed = calls.sum('durationNs') - calls.sum('sleepNs');
    const share = (100 * calls.sum('waitNs')) / elapsed;
    if (!(share >= MIN_SHARE_PCT)) return null;
    const busy = calls.sum('engineBusyNs');
    const covered = busy > 0 ? (100 * overlapNsOf(calls)) / busy : Number.NaN;
    const overlap = Number.isFinite(covered)
      ? `; ${writePct(covered)} of the engine’s busy time was covered by sleep or other work`
      : '';
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: calls.size >= MIN_CALLS && mean.low > 0 ? 'loses' : 'cannotTell',
      title: 'Completion wait is not overlapped',
      sentence: `Offloaded calls polled ${writeNs(mean.estimate)}${bracket(mean, writeNs)} for DMA completion, ${writePct(share)} of their time outside sleep${overlap}.`,
      effect: toEffect(mean, 'ns'),
      n: calls.size,
      reasons: ['NET_DMA polls for completion in the reader and asks the engine for no interrupt: the wait burns CPU'],
      numbers: [
        { label: 'completion wait per call', value: finite(mean.estimate), unit: 'ns' },
        { label: 'share of time outside sleep', value: finite(share), unit: '%' },
        { label: 'engine time covered', value: finite(covered), unit: '%' },
      ],
      evidence: citeLargest(
        calls,
        (i) => orZero(wait[i]),
        3,
        (i) => `waited ${writeNs(wait[i])}`,
      ),
      nextStep:
        'A faster engine or an earlier doorbell (2.6.35 and later ring it after every segment); more data per call so that the last transfers weigh less.',
    });
  },
};
