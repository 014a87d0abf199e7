import type { Finding } from '../../model/analysis/index.ts';
import type { Context } from '../context/context.ts';
import { writeCopyRate } from '../cost/bound.ts';
import { type Weighing, weighOffload } from '../cost/weigh.ts';
import { offloadCostNsOf } from '../derived.ts';
import { citeLargest } from '../evidence.ts';
import { asCost, toEffect } from '../intervals.ts';
import { finite, makeFinding } from '../make-finding.ts';
import { writeBracket, writeBytes, writeCount, writeNs, writeNumber } from '../words.ts';
import { describeChange, findPrimaryRow, nameOtherSide } from './change.ts';

/** Labels that the headline asks for. */
export const ENGINE_BYTES_BOUND = 'calls whose engine bytes are the most they can be';
export const PAYING_RATE = 'copy cost from which offload pays';

/** CPU time per byte: against a paired capture where there is one, else saving against cost inside the capture. */
export function judgeCpuTime(context: Context): Finding {
  if (findPrimaryRow(context, 'cpu')?.metric.startsWith('CPU time per byte (')) return judgeSaidCpu(context);
  const balance = judgeBalance(context);
  if (context.baselineFit === null || context.baselineFit.size === 0) return balance;
  const finding = describeChange(context, 'cpu', {
    id: 'verdict-cpu',
    title: 'CPU time per byte',
    noun: 'CPU time of the machine per byte',
    unit: 'ns/byte',
    write: (value) => `${writeNumber(value)} ns/byte`,
    missing: 'CPU time of the reader or the bytes of its calls are not visible on both sides',
    nextStep: 'Record four or more runs a side, in turns.',
  });
  finding.reasons.push(
    'the reader in its calls, early copies and NET_RX softirqs; time of an engine’s own thread is not in it',
    `inside the capture, saving against cost: ${balance.sentence}`,
  );
  finding.numbers.push(...balance.numbers);
  finding.evidence.push(...balance.evidence);
  return finding;
}

/** As a benchmark says it of runs without calls. */
function judgeSaidCpu(context: Context): Finding {
  const finding = describeChange(context, 'cpu', {
    id: 'verdict-cpu',
    title: 'CPU time per byte',
    noun: 'CPU time of the receiving machine per byte',
    unit: 'ns/byte',
    write: (value) => `${writeNumber(value)} ns/byte`,
    missing: 'no benchmark of both sides says it',
    nextStep: 'Record four or more runs a side, in turns.',
  });
  finding.reasons.push('as the benchmark says: CPU use of the whole machine over its bytes, other work included');
  return finding;
}

export function judgeBalance(context: Context): Finding {
  const { paying, fit } = context;
  const base = {
    id: 'verdict-cpu',
    role: 'verdict' as const,
    title: 'CPU time per byte',
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
  const w = weighOffload(context, paying, 'cpu');
  const net = asCost(w.netPerByte);
  const perCall = (ns: number): number => ns / w.calls;
  const words = { wins: 'wins', loses: 'loses', noDifference: 'makes no difference in', cannotTell: '' }[w.outcome];
  const figures = `pin, submission, completion wait and unpin cost ${writeNs(perCall(w.costNs))} per call, the copy not done (${w.engineBytesAreBound ? `at most ${writeBytes(w.dmaBytes / w.calls)}` : `${writeBytes(w.dmaBytes / w.calls)} of ${writeBytes(w.bytes / w.calls)}`} per call) saved ${w.engineBytesAreBound ? 'at most ' : ''}${writeNs(perCall(w.savedNs))}`;
  const calls = writeCount(w.calls, 'call');
  const interval = `net cost ${writeNumber(net.estimate)} ns/byte${writeBracket(net.low, net.high)}, ${calls}`;
  const sentence =
    context.copyRate.interval === null
      ? writeWithoutRate(w, context.copyRate.words)
      : w.outcome === 'cannotTell'
        ? `Cannot tell: ${figures} (${interval}).`
        : `Offload ${words} CPU time: ${figures} (${interval}).`;
  return makeFinding({
    ...base,
    outcome: w.outcome,
    sentence,
    effect: context.copyRate.interval === null ? null : toEffect(net, 'ns/byte'),
    n: w.netPerByte.n,
    unitOfN: w.unit,
    reasons: w.reasons,
    numbers: [
      { label: 'cost of offload per call', value: finite(perCall(w.costNs)), unit: 'ns' },
      { label: 'CPU copy saved per call', value: finite(perCall(w.savedNs)), unit: 'ns' },
      { label: 'engine bytes per call', value: finite(w.dmaBytes / w.calls), unit: 'bytes' },
      { label: ENGINE_BYTES_BOUND, value: w.engineBytesAreBound ? w.calls : 0, unit: 'calls' },
      { label: PAYING_RATE, value: finite(w.bound?.payingRate.estimate ?? Number.NaN), unit: 'ns/byte' },
      {
        label: 'cost of a CPU copy',
        value: finite(context.copyRate.interval?.estimate ?? Number.NaN),
        unit: 'ns/byte',
      },
      { label: 'net cost per byte', value: finite(net.estimate), unit: 'ns/byte' },
      {
        label: 'net cost per byte without the probes’ own (bound)',
        value: finite(-w.netPerByteWithoutProbes),
        unit: 'ns/byte',
      },
    ],
    evidence: citeLargest(
      paying,
      (i) => offloadCostNsOf(paying, i),
      3,
      (i) => `paid ${writeNs(offloadCostNsOf(paying, i))} for offload`,
    ),
    warnings: context.emulation.length > 0 ? ['times of an emulated CPU and a software engine: do not quote them'] : [],
  });
}

/** Without the cost of a copy its bound can still decide: what it had to cost at least for offload to pay. */
function writeWithoutRate(w: Weighing, missing: string): string {
  const cost = `offload cost ${writeNs(w.costNs / w.calls)} per call`;
  if (w.bound === null || !(w.bound.payingRate.estimate > 0)) return `Cannot tell: ${cost}, but ${missing}.`;
  const pays = `that pays only if a CPU copy costs more than ${writeCopyRate(w.bound.payingRate.estimate)}`;
  return w.outcome === 'loses'
    ? `Offload loses CPU time: ${cost}; ${pays}, and here it costs at most ${writeCopyRate(w.bound.rateAtMost)}.`
    : `Cannot tell: ${cost}; ${pays}, and ${missing}.`;
}
