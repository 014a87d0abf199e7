import { seeOffload } from '../../context/offload-visibility.ts';
import { toEffect } from '../../intervals.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { MIN_CALLS } from '../../options.ts';
import { shareOfPhase, sumBudget } from '../../summaries/budget.ts';
import { measureReceivePath, type ReceivePath } from '../../summaries/receive-path.ts';
import { writeReceivePath } from '../../summaries/receive-words.ts';
import { writeCount, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** Kernels after NET_DMA: what the mechanism in use costs, and what a successor could save at most. */
export const receivePathCost: FindingRule = {
  id: 'receive-path-cost',
  judge(context) {
    if (context.fit.size < MIN_CALLS || seeOffload(context) !== 'no-such-kernel') return null;
    const path = measureReceivePath(context);
    const [top] = sumBudget(context.fit).sort((a, b) => b.sharePct - a.sharePct);
    const sleep = shareOfPhase(context.fit, 'sleep');
    const kernel = [...new Set(context.runs.map((run) => run.era.reason).filter((reason) => reason !== ''))];
    const time = [
      ...kernel.map((reason) => `kernel after NET_DMA: ${reason}`),
      ...(top === undefined ? [] : [`largest part of the time in the calls: ${top.title}, ${writePct(top.sharePct)}`]),
      ...(Number.isNaN(sleep) ? [] : [`${writePct(sleep)} of the time in the calls is sleep for want of data`]),
    ];
    return makeFinding({
      id: this.id,
      role: 'answer',
      outcome: 'cannotTell',
      title: path.zeroCopy > 0 ? 'What does zero-copy receive cost?' : 'What does receiving cost here?',
      sentence: writeReceivePath(path),
      effect: path.cpuPerByte === null ? null : toEffect(path.cpuPerByte, 'ns/byte'),
      n: path.calls,
      reasons: [...time, ...(path.zeroCopy > 0 ? explainRounds(path) : [])],
      numbers: listNumbers(path),
      nextStep:
        path.zeroCopy > path.rounds.bytesKnown
          ? 'Record what was mapped: a kprobe of tcp_cleanup_rbuf with its argument copied (copied=%si:s32), which tcp_zerocopy_receive calls with what it consumed, and the copies (skb:skb_copy_datagram_iovec).'
          : path.zeroCopy > 0
            ? 'To judge zero-copy receive, record the same traffic without it and compare the two captures.'
            : 'To judge a zero-copy or engine path, record the same traffic with it and compare the two captures.',
    });
  },
};

function explainRounds({ rounds, zeroCopy }: ReceivePath): string[] {
  return [
    ...(rounds.withCopy > 0
      ? [`${rounds.withCopy} of ${writeCount(zeroCopy, 'round')} also copied a remainder by CPU`]
      : []),
    ...(rounds.bytesKnown < zeroCopy
      ? ['getsockopt returns 0 whatever it mapped: the mapped length is in the structure of the caller']
      : []),
    'a later munmap or a reused window is paid outside the round and is not in its time',
  ];
}

function listNumbers(path: ReceivePath): { label: string; value: number | null; unit: string }[] {
  const { rounds } = path;
  return [
    { label: 'CPU-copied calls', value: path.copied, unit: 'count' },
    { label: 'CPU time per byte of CPU-copied calls', value: path.cpuPerByte?.estimate ?? null, unit: 'ns/byte' },
    { label: 'share of the copy in CPU time', value: path.copyPct?.estimate ?? null, unit: '%' },
    ...(path.zeroCopy > 0
      ? [
          { label: 'zero-copy rounds', value: path.zeroCopy, unit: 'count' },
          {
            label: 'rounds that mapped nothing',
            value: rounds.mapVisible > 0 ? rounds.mappedNothing : null,
            unit: 'count',
          },
          {
            label: 'bytes handed over without a copy',
            value: rounds.bytesKnown === path.zeroCopy ? rounds.bytes : null,
            unit: 'bytes',
          },
          {
            label: 'CPU time of the rounds per byte they brought',
            value: rounds.cpuPerByte?.estimate ?? null,
            unit: 'ns/byte',
          },
          { label: 'CPU time of a round, median', value: finite(rounds.medianCpuNs), unit: 'ns' },
        ]
      : []),
  ];
}
