import type { Finding } from '../../../model/analysis/index.ts';
import { type CallView, isOffloaded } from '../../call-view.ts';
import { seeOffload } from '../../context/offload-visibility.ts';
import { weighOffload } from '../../cost/weigh.ts';
import { dmaBytesOf, mapCalls, offloadCostNsOf, orZero, sumOf } from '../../derived.ts';
import { citeLargest } from '../../evidence.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { nameOtherSide } from '../../verdicts/change.ts';
import { writeBytes, writeNs, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** Question 1 of the field: why is bandwidth lower with offload on? Answered by what each offloaded call paid and saved. */
export const answerBandwidth: FindingRule = {
  id: 'answer-bandwidth',
  judge(context): Finding | null {
    const { paying, fit } = context;
    const base = { id: this.id, role: 'answer' as const, title: 'Why is bandwidth lower with offload on?' };
    if (fit.size === 0) return null;
    // A kernel without NET_DMA cannot be recorded with offload on: receive-path-cost speaks about what it has instead.
    if (seeOffload(context) === 'no-such-kernel') return null;
    if (paying.size === 0)
      return makeFinding({
        ...base,
        outcome: 'cannotTell',
        sentence: `Cannot tell from this capture: none of ${fit.size} calls was seen to pay for offload, so nothing can be weighed.`,
        n: fit.size,
        nextStep: 'Record the same traffic with offload on and compare.',
      });
    const w = weighOffload(context, paying, 'cpu');
    const perCall = (ns: number): number => ns / paying.size;
    const parts = (
      [
        ['pinning', sumOf(paying.column('pinNs'))],
        ['submission', sumOf(paying.column('submitNs')) + sumOf(paying.column('earlyCopyNs'))],
        ['completion wait', sumOf(paying.column('waitNs'))],
        ['unpinning', sumOf(paying.column('unpinNs'))],
      ] as [string, number][]
    )
      .filter(([, ns]) => ns > 0)
      .sort((a, b) => b[1] - a[1]);
    const list = parts.map(([name, ns]) => `${name} ${writeNs(perCall(ns))}`).join(', ');
    const rate = context.copyRate.interval;
    const saved =
      rate === null
        ? `a saving that cannot be priced (${context.copyRate.words})`
        : `${writeNs(perCall(w.savedNs))} of CPU copy saved`;
    const used = describeUse(paying, w.bytes);
    const wake = paying.known('wakeLatencyNs') === 0 ? Number.NaN : perCall(sumOf(paying.column('wakeLatencyNs')));
    const lead = {
      loses: 'Offload costs more CPU time than it saves',
      wins: 'Offload saves more CPU time than it costs, so CPU time is not the reason',
      noDifference: 'Cost and saving of offload are equal',
      cannotTell: 'Cannot tell whether offload costs more than it saves',
    }[w.outcome];
    return makeFinding({
      ...base,
      outcome: w.outcome,
      sentence: `${lead}: per pinned call ${list || 'no visible cost'}, against ${saved} (${used}).`,
      n: paying.size,
      reasons: [
        ...w.reasons,
        ...describeWaiting(paying),
        'bandwidth itself is a verdict between captures: see Throughput',
      ],
      numbers: [
        ...parts.map(([name, ns]) => ({ label: `${name} per pinned call`, value: finite(perCall(ns)), unit: 'ns' })),
        { label: 'CPU copy saved per pinned call', value: finite(perCall(w.savedNs)), unit: 'ns' },
        { label: 'wake latency per pinned call', value: finite(wake), unit: 'ns' },
      ],
      evidence: citeLargest(
        paying,
        (i) => offloadCostNsOf(paying, i),
        3,
        (i) =>
          `pin ${writeNs(orZero(paying.column('pinNs')[i]))}, submit ${writeNs(orZero(paying.column('submitNs')[i]))}, wait ${writeNs(orZero(paying.column('waitNs')[i]))}, unpin ${writeNs(orZero(paying.column('unpinNs')[i]))}`,
      ),
      nextStep: context.baseline.length === 0 ? nameOtherSide(context).nextStep : '',
    });
  },
};

/** Engine bytes of offloaded calls may not be in the text (no length printed): 0 would be a wrong number. */
function describeUse(paying: CallView, bytes: number): string {
  const silent = paying.where((i) => isOffloaded(paying, i) && !(paying.column('dmaBytes')[i] > 0)).size;
  const moved = sumOf(mapCalls(paying, dmaBytesOf));
  if (silent === paying.size || (silent > 0 && moved === 0)) return 'bytes by the engine are not in this capture';
  const share = bytes > 0 ? `, ${writePct((100 * moved) / bytes)} of the call’s bytes` : '';
  const bound = silent > 0 ? 'at least ' : '';
  return `${bound}${writeBytes(moved / paying.size)} by the engine${share}`;
}

function describeWaiting(paying: CallView): string[] {
  const parts = (
    [
      ['sleep', 'sleepNs'],
      ['wake latency', 'wakeLatencyNs'],
    ] as const
  )
    .filter(([, column]) => paying.known(column) > 0)
    .map(([name, column]) => `${writeNs(paying.sum(column) / paying.size)} of ${name}`);
  return parts.length === 0 ? [] : [`per pinned call: ${parts.join(', ')}`];
}
