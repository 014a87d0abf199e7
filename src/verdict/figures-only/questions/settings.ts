import type { Evidence, Finding } from '../../../model/analysis/index.ts';
import { isAtLeast } from '../../../model/kernel/era.ts';
import { pinnedPages } from '../../../model/kernel/pinned-pages.ts';
import { type Reach, reachTarget, targetOf, windowOf } from '../../../model/kernel/receive-target.ts';
import { finite, makeFinding } from '../../make-finding.ts';
import { NET_DMA_SHORT, NET_DMA_WARNING } from '../../net-dma-warning.ts';
import { writeBytes, writeNumber, writeRate } from '../../words.ts';
import { cite } from '../cite.ts';
import type { CpuComparison } from '../cpu-per-byte.ts';
import type { Experiment } from '../experiment.ts';
import type { FigureCase } from '../figure-case.ts';
import { joinSentences, type Told } from '../told.ts';

const REACH_WORDS: Record<Reach, string> = {
  yes: 'can be reached in one sleep',
  'woken-before': 'is not reached before rcvbuf/2 wakes the reader, which then sleeps again',
  'window-closes': 'cannot be reached in one sleep: the window closes first',
};
const NO_TARGET = Number.POSITIVE_INFINITY;

/** Q2: is there a good set of values? What was measured is ranked; what the kernel's rules exclude is said; the rest is unknown. */
export function answerSettingsFromFigures(
  cases: readonly FigureCase[],
  cpu: CpuComparison | null,
  e: Experiment,
): Finding {
  const cites: Evidence[] = [];
  const numbers: Finding['numbers'] = [];
  const parts: string[] = [];
  const ranked = rankCases(cases, cpu, cites);
  if (ranked !== '') parts.push(ranked);
  const targets = cases.flatMap((c) => (c.rcvlowat === null ? [] : [c.rcvlowat]));
  parts.push(...targets.map((target) => describeTarget(target, e, cites, numbers)));
  parts.push(describeSet(targets[0] ?? null, e, cites, numbers));
  return makeFinding({
    id: 'answer-settings',
    stratum: targets.length > 0 ? 'settings of the text' : 'kernel rules',
    role: 'answer',
    outcome: 'cannotTell',
    told: 'bounded',
    title: 'Which settings would help?',
    sentence: joinSentences([...parts, NET_DMA_SHORT], cites),
    n: cases.length,
    unitOfN: 'figures',
    reasons: [
      'a target makes offload apply to reads that would return at once (available < target), and one pin serve more bytes',
      'window: SO_RCVBUF (iperf -w) is doubled up to twice net.core.rmem_max; the window is at most sk_rcvbuf − sk_rcvbuf / 2^tcp_adv_win_scale, and sk_rmem_alloc > sk_rcvbuf/2 wakes the reader; segments are charged more than their payload, so both come earlier than these figures',
      'tcp_dma_copybreak compares the length of the read, not of a packet',
      ...(isAtLeast(e.era, 2, 6, 35) === false
        ? [
            'up to 2.6.34 segments handed to the engine from the queue are freed only at the end of the call: a large target keeps their memory charged, and the window can close on it',
          ]
        : []),
      'which of the sets is fastest is not in these figures: measure each, and offload off beside it, five times in turns',
    ],
    numbers,
    evidence: cites,
    warnings: [NET_DMA_WARNING],
    nextStep: '',
  });
}

/** By CPU per byte where it is known, else by throughput. */
function rankCases(cases: readonly FigureCase[], cpu: CpuComparison | null, cites: Evidence[]): string {
  if (cpu !== null && cpu.cases.length > 1) {
    const order = [...cpu.cases].sort((a, b) => a.value - b.value);
    cites.push(...order.flatMap((c) => c.cites));
    return `Of what was measured ${order[0].name} took the least CPU per byte: ${order.map((c) => `${c.name} ${writeNumber(c.value)}`).join(', ')} ${cpu.unit}`;
  }
  const known = cases.filter((c) => c.bytesPerSecond > 0);
  if (known.length < 2) return '';
  const order = [...known].sort((a, b) => b.bytesPerSecond - a.bytesPerSecond);
  cites.push(...order.flatMap((c) => cite(c).slice(0, 1)));
  return `Of what was measured ${order[0].name} was fastest (${order.map((c) => writeRate(c.bytesPerSecond)).join(', ')})`;
}

function describeTarget(told: Told, e: Experiment, cites: Evidence[], numbers: Finding['numbers']): string {
  cites.push(told.cite);
  const target = targetOf(e.readBytes?.value ?? NO_TARGET, told.value);
  numbers.push({ label: 'target of a read', value: target, unit: 'bytes' });
  if (e.rcvbuf === null)
    return `A target of ${writeBytes(target)} needs sk_rcvbuf of at least ${writeBytes(2 * target)} to be reached before rcvbuf/2 wakes the reader; the window (iperf -w) is not in the text`;
  cites.push(e.rcvbuf.from.cite);
  const { low, high } = e.rcvbuf;
  const words = (rcvbuf: number): string =>
    `with sk_rcvbuf ${writeBytes(rcvbuf)} (window at most ${writeBytes(windowOf(rcvbuf, e.advWinScale))}, rcvbuf/2 = ${writeBytes(rcvbuf / 2)}) a target of ${writeBytes(target)} ${REACH_WORDS[reachTarget(target, rcvbuf, e.advWinScale)]}`;
  numbers.push(
    { label: 'sk_rcvbuf, at least', value: low, unit: 'bytes' },
    { label: 'sk_rcvbuf, at most', value: high, unit: 'bytes' },
  );
  numbers.push({ label: 'window at most, smaller buffer', value: finite(windowOf(low, e.advWinScale)), unit: 'bytes' });
  const text =
    low === high
      ? words(low)
      : `${words(low)}; if it was doubled to ${writeBytes(high)} it ${REACH_WORDS[reachTarget(target, high, e.advWinScale)]}`;
  return text.replace(/^w/, 'W');
}

/** The set that the rules allow: target below rcvbuf/2, the read as long as the target, longer than the copybreak. */
function describeSet(target: Told | null, e: Experiment, cites: Evidence[], numbers: Finding['numbers']): string {
  const copybreak = e.copybreak !== null && e.copybreak.value > 0 && e.copybreak.value < 2 ** 30 ? e.copybreak : null;
  if (copybreak !== null) cites.push(copybreak.cite);
  const most = e.rcvbuf === null ? Number.NaN : Math.floor(e.rcvbuf.low / 2);
  const wanted = target?.value ?? Number.NaN;
  const goal = Number.isNaN(most) ? wanted : Number.isNaN(wanted) ? most : Math.min(wanted, most);
  if (Number.isNaN(goal))
    return `With offload on a set can only help if the target is at most rcvbuf/2 and the read no longer than the target${copybreak === null ? '' : ` but longer than tcp_dma_copybreak (${copybreak.value})`}; -w, -l and SO_RCVLOWAT are not all in the text`;
  const read = Math.max(goal, copybreak === null ? 0 : copybreak.value + 1);
  numbers.push(
    { label: 'read length of the set', value: read, unit: 'bytes' },
    { label: 'target of the set', value: goal, unit: 'bytes' },
  );
  const instead =
    e.readBytes === null || e.readBytes.value <= read ? '' : ` instead of ${pinnedPages(e.readBytes.value).most}`;
  const above = copybreak !== null && read > goal ? ` (it must exceed tcp_dma_copybreak ${copybreak.value})` : '';
  return `The set to try with offload on: SO_RCVLOWAT ${writeNumber(goal)}, reads of ${writeNumber(read)} bytes${above}, which pin ${pinnedPages(read).most} pages${instead}${Number.isNaN(most) ? `, sk_rcvbuf at least ${writeBytes(2 * goal)}` : ''}; whether it beats offload off cannot be known from figures`;
}
