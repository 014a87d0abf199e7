import type { Finding } from '../../model/analysis/index.ts';
import { WHOLE } from '../compare/candidate.ts';
import type { Context } from '../context/context.ts';
import { overlapNsOf, weighOffload } from '../cost/weigh.ts';
import { offloadLatencyNsOf } from '../derived.ts';
import { citeLargest } from '../evidence.ts';
import { asCost, toEffect } from '../intervals.ts';
import { finite, makeFinding } from '../make-finding.ts';
import { writeBracket, writeCount, writeNs } from '../words.ts';
import { describeChange, findPrimaryRow, nameOtherSide } from './change.ts';

/** Latency per call: calls of equal size against a paired capture, else what offload added to and took from each call. */
export function judgeLatency(context: Context): Finding {
  if (context.baselineFit !== null && context.baselineFit.size > 0) {
    const row = findPrimaryRow(context, 'latency');
    const atEqualSize = row !== undefined && row.stratum !== WHOLE;
    const finding = describeChange(context, 'latency', {
      id: 'verdict-latency',
      title: 'Latency per call',
      noun: atEqualSize ? 'mean duration of a call at equal size' : 'median duration of a call',
      unit: 'ns',
      write: writeNs,
      missing: 'the calls of the two sides differ in size and no size class has enough calls on both',
      nextStep: 'Record four or more runs a side, in turns, with the same read size.',
    });
    if ((row?.reasons ?? []).length === 0)
      finding.reasons.push(
        atEqualSize
          ? 'the sizes of the calls differ between the sides: size classes that both have are weighted alike'
          : 'the calls of both sides have the same sizes',
      );
    finding.reasons.push('the duration contains the sleep until data arrive');
    return finding;
  }
  const { paying, fit } = context;
  const base = {
    id: 'verdict-latency',
    role: 'verdict' as const,
    title: 'Latency per call',
    nextStep: nameOtherSide(context).nextStep,
  };
  if (paying.size === 0)
    return makeFinding({
      ...base,
      outcome: 'cannotTell',
      sentence: `Nothing to weigh: none of ${writeCount(fit.size, 'call')} was seen to pay for offload.`,
      n: fit.size,
      reasons: ['no offloaded call was seen in this capture'],
    });
  const w = weighOffload(context, paying, 'latency');
  const added = w.costNs / w.calls;
  const saved = w.savedNs / w.calls;
  // Latency is time per call: the sum over the calls, shared out.
  const sum = asCost(w.netNs);
  const cost = { ...sum, estimate: sum.estimate / w.calls, low: sum.low / w.calls, high: sum.high / w.calls };
  const net = `${writeNs(cost.estimate)} per call${writeBracket(cost.low, cost.high, writeNs)}`;
  const overlap = overlapNsOf(w.view);
  const lead = {
    wins: 'Offload shortens calls',
    loses: 'Offload lengthens calls',
    noDifference: 'No difference',
    cannotTell: 'Cannot tell',
  }[w.outcome];
  const figures =
    context.copyRate.interval === null
      ? `submission, wait and unpin added ${writeNs(added)} per call, but ${context.copyRate.words}`
      : `submission, wait and unpin added ${writeNs(added)} per call, the copy not done took ${writeNs(saved)} away (net cost ${net}, ${writeCount(w.calls, 'call')})`;
  return makeFinding({
    ...base,
    outcome: w.outcome,
    sentence: `${lead}: ${figures}.`,
    effect: context.copyRate.interval === null ? null : toEffect(cost, 'ns'),
    n: w.netPerByte.n,
    unitOfN: w.unit,
    reasons: [
      'model inside the capture: pinning before a sleep delays nothing as far as the sleep covers it',
      'offloaded calls wait for data by construction, so their durations are not compared with those of other calls',
      ...w.reasons,
    ],
    numbers: [
      { label: 'added per call', value: finite(added), unit: 'ns' },
      { label: 'copy not done per call', value: finite(saved), unit: 'ns' },
      { label: 'engine time covered by sleep or other work, per call', value: finite(overlap / w.calls), unit: 'ns' },
    ],
    evidence: citeLargest(
      paying,
      (i) => offloadLatencyNsOf(paying, i),
      3,
      (i) => `offload added ${writeNs(offloadLatencyNsOf(paying, i))}`,
    ),
    warnings: context.emulation.length > 0 ? ['times of an emulated CPU and a software engine: do not quote them'] : [],
  });
}
