import type { Finding } from '../../model/analysis/index.ts';
import { finite, makeFinding } from '../make-finding.ts';
import { writeNumber, writeRate, writeSigned } from '../words.ts';
import { cite } from './cite.ts';
import type { CpuComparison } from './cpu-per-byte.ts';
import { cpuPct, RECORD, TOTAL_CPU, throughputPct, writeCpu } from './difference.ts';
import type { FigureCase } from './figure-case.ts';

/** Never decided by one figure a case: what was seen, and that it has no interval. */
export function judgeCpu(
  reference: FigureCase | null,
  others: readonly FigureCase[],
  cpu: CpuComparison | null,
): Finding {
  const measured = [...(reference === null ? [] : [reference]), ...others].filter((c) =>
    Number.isFinite(c.receiverNsPerByte),
  );
  if (measured.length > 0) return judgeMeasuredCpu(reference, others, measured);
  if (cpu !== null && cpu.losses.length > 0) return tellCpu(cpu);
  const moves = others
    .filter((c) => Number.isFinite(c.copyPct - (reference?.copyPct ?? Number.NaN)))
    .map((c) => `${writeSigned(c.copyPct - reference!.copyPct, 'points')} in ${c.name}`);
  const sentence =
    moves.length > 0
      ? `Cannot tell: the copy’s share of samples changed (${moves.join(', ')}), but a share falls also when other work grows, and total CPU use is not given.`
      : 'Cannot tell from figures without receive calls and without total CPU use.';
  return makeFinding({
    id: 'verdict-cpu',
    role: 'verdict',
    outcome: 'cannotTell',
    title: 'CPU time per byte',
    sentence,
    n: others.length + 1,
    unitOfN: 'figures',
    reasons: ['total CPU use is not given'],
    nextStep: `Record ${TOTAL_CPU}.`,
  });
}

function tellCpu(cpu: CpuComparison): Finding {
  return makeFinding({
    id: 'verdict-cpu',
    role: 'verdict',
    outcome: 'cannotTell',
    title: 'CPU time per byte',
    sentence: `Seen, no interval: ${cpu.cases.map(({ name, value }) => `${writeNumber(value)} ${cpu.unit} in ${name}`).join(', ')}; one figure a case does not show whether that is more than run-to-run noise.`,
    n: cpu.cases.length,
    unitOfN: 'figures',
    reasons: ['one figure a case'],
    numbers: cpu.losses.map(({ name, pct }) => ({ label: `CPU per byte, ${name}`, value: finite(pct), unit: '%' })),
    evidence: cpu.cases.flatMap(({ cites }) => cites),
    nextStep: `Repeat each case five times; ${writeNumber(5)} runs a side can show a difference.`,
  });
}

/** netperf measures what a profile cannot say: the CPU use of the whole receiving machine over its bytes. */
function judgeMeasuredCpu(
  reference: FigureCase | null,
  others: readonly FigureCase[],
  measured: readonly FigureCase[],
): Finding {
  const known = reference === null ? [] : others.filter((c) => Number.isFinite(cpuPct(reference, c)));
  const list = known.map(
    (c) => `${writeCpu(c.receiverNsPerByte)} in ${c.name} (${writeSigned(cpuPct(reference!, c), '%')})`,
  );
  const figures = measured.map((c) => `${writeCpu(c.receiverNsPerByte)} in ${c.name}`);
  return makeFinding({
    id: 'verdict-cpu',
    role: 'verdict',
    outcome: 'cannotTell',
    title: 'CPU time per byte',
    sentence:
      known.length > 0
        ? `Cannot tell with one run a side: the receiver took ${writeCpu(reference!.receiverNsPerByte)} in ${reference!.name} and ${list.join(', ')}, as measured.`
        : `Cannot tell: the receiver took ${figures.join(', ')}; there is nothing to compare with.`,
    n: measured.length,
    unitOfN: 'figures',
    reasons: [
      known.length > 0 ? 'one figure a case: the scatter from run to run is not known' : 'only one case says it',
      'service demand: CPU use of the whole receiving machine, other work on it included',
    ],
    numbers: measured.map((c) => ({
      label: `CPU time per byte, ${c.name}`,
      value: finite(c.receiverNsPerByte),
      unit: 'ns/byte',
    })),
    evidence: measured.flatMap((c) => cite(c).slice(0, 1)),
    nextStep: 'Repeat each case five times, in turns, each run in a file of its own.',
  });
}

export function judgeLatency(): Finding {
  return makeFinding({
    id: 'verdict-latency',
    role: 'verdict',
    outcome: 'cannotTell',
    title: 'Latency per call',
    sentence: 'Cannot tell: there are no receive calls in these figures.',
    unitOfN: 'calls',
    reasons: ['no receive calls'],
    nextStep: `Record a trace: ${RECORD}.`,
  });
}

export function judgeThroughput(reference: FigureCase | null, others: readonly FigureCase[]): Finding {
  const known = reference === null ? [] : others.filter((c) => Number.isFinite(throughputPct(reference, c)));
  const list = known.map((c) => `${writeSigned(throughputPct(reference!, c), '%')} in ${c.name}`).join(', ');
  return makeFinding({
    id: 'verdict-throughput',
    role: 'verdict',
    outcome: 'cannotTell',
    title: 'Throughput',
    sentence:
      known.length > 0
        ? `Cannot tell: ${list} against ${reference!.name} (${writeRate(reference!.bytesPerSecond)}), as measured; one figure a case does not show whether that is more than run-to-run noise.`
        : 'Cannot tell: there is nothing to compare with.',
    n: known.length + 1,
    unitOfN: 'figures',
    reasons: known.length > 0 ? ['one figure a case'] : ['only one case'],
    numbers: known.map((c) => ({
      label: `throughput, ${c.name}`,
      value: finite(throughputPct(reference!, c)),
      unit: '%',
    })),
    evidence: [...(reference === null ? [] : [reference]), ...known].flatMap((c) => cite(c).slice(0, 1)),
    nextStep: `Repeat each case five times (iperf prints one figure a run); ${writeNumber(5)} runs a side can show a difference.`,
  });
}
