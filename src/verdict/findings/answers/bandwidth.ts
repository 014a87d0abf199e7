import type { Finding } from '../../../model/analysis/index.ts';
import type { CallView } from '../../call-view.ts';
import { seeOffload } from '../../context/offload-visibility.ts';
import { describeCeiling, writeCopyRate } from '../../cost/bound.ts';
import { describePinning, measurePinning } from '../../cost/pinning.ts';
import { type Weighing, weighOffload } from '../../cost/weigh.ts';
import { offloadCostNsOf, orZero, sumOf } from '../../derived.ts';
import { citeLargest } from '../../evidence.ts';
import { asCost } from '../../intervals.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { nameOtherSide } from '../../verdicts/change.ts';
import { writeBracket, writeBytes, writeNs, writeNumber, writePct } from '../../words.ts';
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
        told: seeOffload(context) === 'not-used' ? 'bounded' : 'open',
        sentence:
          seeOffload(context) === 'not-used'
            ? `Not by what calls pay for offload: none of ${fit.size} was offloaded here, so pin, submission, wait and unpin cost nothing.`
            : `Cannot tell from this capture: none of ${fit.size} calls was seen to pay for offload, so nothing can be weighed.`,
        n: fit.size,
        nextStep: 'Record the same traffic with offload on and compare.',
      });
    const w = weighOffload(context, paying, 'cpu');
    const { view } = w;
    const perCall = (ns: number): number => ns / view.size;
    const parts = (
      [
        ['pinning', sumOf(view.column('pinNs'))],
        ['submission', sumOf(view.column('submitNs')) + sumOf(view.column('earlyCopyNs'))],
        ['completion wait', sumOf(view.column('waitNs'))],
        ['unpinning', sumOf(view.column('unpinNs'))],
      ] as [string, number][]
    )
      .filter(([, ns]) => ns > 0)
      .sort((a, b) => b[1] - a[1]);
    const list = parts.map(([name, ns]) => `${name} ${writeNs(perCall(ns))}`).join(', ');
    const pinning = measurePinning(context, paying);
    const wake = view.known('wakeLatencyNs') === 0 ? Number.NaN : perCall(sumOf(view.column('wakeLatencyNs')));
    return makeFinding({
      ...base,
      outcome: w.outcome,
      told: w.outcome === 'cannotTell' ? 'bounded' : 'answered',
      sentence: `${leadOf(w)}: per pinned call ${list || 'no visible cost'}, against ${describeSaving(w)}${describeNet(w)}.`,
      n: paying.size,
      reasons: [
        ...w.reasons,
        ...(w.bound === null || context.copyRate.interval === null ? [] : describeCeiling(w.bound)),
        ...describePinning(pinning),
        'completion is polled by the reader: NET_DMA asks the engine for no interrupt, so nothing waits for one (an "IOAT interrupt" is not in this path)',
        ...describeWaiting(paying),
        'bandwidth itself is a verdict between captures: see Throughput',
      ],
      numbers: [
        ...parts.map(([name, ns]) => ({ label: `${name} per pinned call`, value: finite(perCall(ns)), unit: 'ns' })),
        { label: 'CPU copy saved per pinned call', value: finite(perCall(w.savedNs)), unit: 'ns' },
        { label: 'engine bytes per pinned call', value: finite(perCall(w.dmaBytes)), unit: 'bytes' },
        {
          label: 'copy rate from which offload pays',
          value: finite(w.bound?.payingRate.estimate ?? Number.NaN),
          unit: 'ns/byte',
        },
        {
          label: 'pinned calls that lose at the upper bound',
          value: finite(w.bound?.losing ?? Number.NaN),
          unit: 'calls',
        },
        { label: 'bytes that pay for pin and unpin', value: finite(pinning.bytesToPay), unit: 'bytes' },
        {
          label: 'bytes that pay for pin and unpin at 5 GB/s',
          value: finite(pinning.bytesToPayAtReference),
          unit: 'bytes',
        },
        { label: 'median bytes of a pinned call', value: finite(pinning.medianBytes), unit: 'bytes' },
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

/** Where nobody can tell, how far it may go either way. */
function describeNet(w: Weighing): string {
  const { estimate, low, high } = asCost(w.netPerByte);
  if (w.outcome !== 'cannotTell' || w.engineBytesAreBound || !Number.isFinite(estimate)) return '';
  return `: net cost ${writeNumber(estimate)} ns/byte${writeBracket(low, high)}`;
}

function leadOf(w: Weighing): string {
  if (w.outcome === 'cannotTell' && w.bound !== null && w.bound.payingRate.estimate > 0)
    return `Offload pays only if a CPU copy costs more than ${writeCopyRate(w.bound.payingRate.estimate)}`;
  return {
    loses: 'Offload costs more CPU time than it saves',
    wins: 'Offload saves more CPU time than it costs, so CPU time is not the reason',
    noDifference: 'Cost and saving of offload are equal',
    cannotTell: 'Cannot tell whether offload costs more than it saves',
  }[w.outcome];
}

/** "at most 24 µs of CPU copy saved (at most 13 KiB by the engine)"; a missing length makes the figure a bound, never 0. */
function describeSaving(w: Weighing): string {
  const isBound = w.bound !== null && w.engineBytesAreBound;
  const most = isBound ? 'at most ' : '';
  const known = w.dmaBytes > 0;
  const share =
    w.bytes > 0 && known && !isBound ? `, ${writePct((100 * w.dmaBytes) / w.bytes)} of the call’s bytes` : '';
  const moved = known
    ? `${most}${writeBytes(w.dmaBytes / w.calls)} by the engine${share}`
    : 'no byte seen by the engine';
  if (Number.isFinite(w.savedNs)) return `${most}${writeNs(w.savedNs / w.calls)} of CPU copy saved (${moved})`;
  return w.unboundedCalls > 0 ? 'a saving of which nothing is in the capture' : moved;
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
