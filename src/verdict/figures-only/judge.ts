import type { Comparison, Finding } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { finite, makeFinding } from '../make-finding.ts';
import { writeNumber, writeRate, writeSigned } from '../words.ts';
import { collectCases, type FigureCase } from './cases.ts';
import { describeCeiling, writeCopyShare } from './ceiling.ts';
import { cite } from './cite.ts';
import { findLargestMover, type Mover } from './largest-mover.ts';

export interface ClassicJudgement {
  verdicts: Finding[];
  findings: Finding[];
  headline: string;
}

const RECORD = 'five runs a case with the events named under “record next”';
const TOTAL_CPU =
  'total CPU use (perf stat -a, or opreport with its idle row and sample totals, over the same seconds as iperf)';

/**
 * What throughput figures and profiles alone allow to say, and what they do not: differences of throughput and of copy
 * shares, shares normalised to throughput; not whether CPU time was saved (a share falls when anything else grows), not
 * where a loss comes from.
 */
export function judgeFigures(
  runs: readonly Run[],
  categoryOf: (symbol: string) => string,
  comparison: Comparison | null = null,
): ClassicJudgement | null {
  const cases = collectCases(runs, categoryOf);
  if (cases.length === 0) return null;
  const reference = cases.find((c) => c.isReference)!;
  const others = cases.filter((c) => c !== reference);
  const findings: Finding[] = [];
  const mover = findLargestMover(comparison);
  if (mover !== null) findings.push(describeMover(mover, comparison!));
  if (others.length > 0) findings.push(...others.map((c) => describeDifference(reference, c)));
  for (const c of cases) {
    const ceiling = describeCeiling(c);
    if (ceiling !== null) findings.push(ceiling);
  }
  return {
    verdicts: [judgeCpu(reference, others), judgeLatency(), judgeThroughput(reference, others)],
    findings,
    headline: writeHeadline(reference, others, mover),
  };
}

function writeHeadline(reference: FigureCase, others: FigureCase[], mover: Mover | null): string {
  if (others.length === 0) {
    const parts: string[] = [];
    if (Number.isFinite(reference.bytesPerSecond)) parts.push(`throughput ${writeRate(reference.bytesPerSecond)}`);
    if (reference.receiverNsPerByte > 0)
      parts.push(`CPU time of the receiver ${writeCpu(reference.receiverNsPerByte)}`);
    if (reference.copyPct > 0) parts.push(writeCopyShare(reference));
    const lead = parts.join(', ') || 'No throughput and no copy share';
    return `${lead[0].toUpperCase()}${lead.slice(1)}; figures of one case without receive calls cannot tell whether offload wins or loses.`;
  }
  const rates = others.filter((c) => Number.isFinite(throughputPct(reference, c)));
  const shares = others.filter((c) => Number.isFinite(c.copyPct - reference.copyPct));
  if (mover !== null) {
    const rate =
      rates.length === 1 ? `Throughput ${writeSigned(throughputPct(reference, rates[0]), '%')}; largest` : 'Largest';
    const { before, after } = mover.perMiB ?? { before: mover.beforePct, after: mover.afterPct };
    const unit = mover.perMiB === null ? '% of busy samples' : 'samples per MiB';
    return `${rate} change in the profile: ${mover.name}, ${writeNumber(before)} to ${writeNumber(after)} ${unit}.`;
  }
  const parts: string[] = [];
  const cpus = others.filter((c) => Number.isFinite(cpuPct(reference, c)));
  if (cpus.length > 0)
    parts.push(
      `CPU time per byte ${cpus.map((c) => `${writeSigned(cpuPct(reference, c), '%')} (${c.name})`).join(' and ')}`,
    );
  if (rates.length > 0)
    parts.push(
      `throughput ${rates.map((c) => `${writeSigned(throughputPct(reference, c), '%')} (${c.name})`).join(' and ')}`,
    );
  if (shares.length > 0)
    parts.push(
      `copy share ${shares.map((c) => `${writeSigned(c.copyPct - reference.copyPct, 'points')} (${c.name})`).join(' and ')}`,
    );
  return `Against ${reference.name}: ${parts.join('; ')}; ${cpus.length > 0 ? 'with one run a side whether that is more than run-to-run noise cannot be told' : 'whether CPU time was saved and where throughput went cannot be told from these figures'}.`;
}

const writeCpu = (nsPerByte: number): string => `${writeNumber(nsPerByte, 4)} ns/byte`;

function cpuPct(reference: FigureCase, c: FigureCase): number {
  return 100 * (c.receiverNsPerByte / reference.receiverNsPerByte - 1);
}

/** What moved most, and what that can not tell. */
function describeMover(mover: Mover, comparison: Comparison): Finding {
  const rows = comparison.profile.filter((line) => line.symbol !== '' && !/^\(/.test(line.symbol));
  const others = rows
    .map((line) => ({ name: line.family ?? line.symbol, points: (line.afterPct ?? 0) - (line.beforePct ?? 0) }))
    .filter((line) => line.name !== mover.name && Math.abs(line.points) >= 1)
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
    .slice(0, 3);
  const next = others.map((line) => `${line.name} ${writeSigned(line.points, 'points')}`).join(', ');
  return makeFinding({
    id: 'profile-mover',
    stratum: 'profile',
    role: 'answer',
    outcome: 'cannotTell',
    title: 'What changed most in the profile',
    sentence: `Of busy samples, ${mover.name} went from ${mover.beforePct.toFixed(1)} % to ${mover.afterPct.toFixed(1)} % (${writeSigned(mover.points, 'points')})${next === '' ? '' : `; next: ${next}`}.`,
    n: 2,
    unitOfN: 'profiles',
    reasons: [
      'shares of one profile add up to 100 %: what grew makes all else shrink',
      ...(mover.perMiB === null
        ? ['Nothing can be said per byte or per request: neither is known on both sides.']
        : ['Samples per MiB hold only if the profile covers the transfer whose bytes are known.']),
    ],
    numbers: [
      { label: 'before', value: finite(mover.beforePct), unit: '% of busy samples' },
      { label: 'after', value: finite(mover.afterPct), unit: '% of busy samples' },
      { label: 'change', value: finite(mover.points), unit: 'points' },
      { label: 'before, per MiB', value: finite(mover.perMiB?.before ?? Number.NaN), unit: 'samples' },
      { label: 'after, per MiB', value: finite(mover.perMiB?.after ?? Number.NaN), unit: 'samples' },
    ],
    nextStep: `Profile both at the same rate of requests or bytes and give that rate: ${TOTAL_CPU}.`,
  });
}

function throughputPct(reference: FigureCase, c: FigureCase): number {
  return 100 * (c.bytesPerSecond / reference.bytesPerSecond - 1);
}

/** Share of samples per Gbit/s: the part of the CPU that copying one Gbit/s takes, if total CPU use is the same. */
function sharePerGbit(c: FigureCase): number {
  return c.copyPct / ((c.bytesPerSecond * 8) / 1e9);
}

function describeDifference(reference: FigureCase, c: FigureCase): Finding {
  const rate = throughputPct(reference, c);
  const points = c.copyPct - reference.copyPct;
  const parts: string[] = [];
  if (Number.isFinite(rate))
    parts.push(
      `throughput ${writeRate(reference.bytesPerSecond)} → ${writeRate(c.bytesPerSecond)} (${writeSigned(rate, '%')})`,
    );
  const cpu = cpuPct(reference, c);
  if (Number.isFinite(cpu))
    parts.push(
      `CPU time of the receiver ${writeCpu(reference.receiverNsPerByte)} → ${writeCpu(c.receiverNsPerByte)} (${writeSigned(cpu, '%')})`,
    );
  if (Number.isFinite(points))
    parts.push(
      `${c.copyRoutines === 1 && reference.copyRoutines === 1 ? c.copySymbol : 'copy routines'} ${reference.copyPct.toFixed(1)} % → ${c.copyPct.toFixed(1)} % of samples (${writeSigned(points, 'points')})`,
    );
  if (Number.isFinite(sharePerGbit(c)) && Number.isFinite(sharePerGbit(reference)))
    parts.push(`copy share per Gbit/s ${sharePerGbit(reference).toFixed(1)} → ${sharePerGbit(c).toFixed(1)} points`);
  const setApart = c.idlePct > 0 || c.enginePct > 0 || reference.idlePct > 0 || reference.enginePct > 0;
  if (setApart && Number.isFinite(c.copyBusyPct - reference.copyBusyPct))
    parts.push(
      `of busy samples (idle and engine set apart) ${reference.copyBusyPct.toFixed(1)} % → ${c.copyBusyPct.toFixed(1)} %`,
    );
  if (c.waitBusyPct > 0) parts.push(`${c.waitBusyPct.toFixed(1)} % of busy samples poll for DMA completion`);
  return makeFinding({
    id: 'classic-figures',
    stratum: c.name,
    role: 'answer',
    outcome: 'cannotTell',
    title: `${c.name} against ${reference.name}`,
    sentence: `${c.name} against ${reference.name}: ${parts.join('; ')}.`,
    n: 2,
    unitOfN: 'figures',
    reasons: [
      `${reference.name} is the reference: ${reference.referenceBecause}`,
      'one figure a case: the scatter from run to run is not known, so no difference can be called more than noise',
      ...(Number.isFinite(cpu) ? [] : ['a share says nothing about CPU time saved: total CPU use is not given']),
      ...(Number.isFinite(rate) && !Number.isFinite(cpu)
        ? [
            `only if the CPU was busy all the time in both cases would CPU time per byte have changed by ${writeSigned(100 * (reference.bytesPerSecond / c.bytesPerSecond - 1), '%')}`,
          ]
        : []),
      'where the loss comes from (pin, submission, completion wait, unpin, wakeups) does not show in figures',
    ],
    numbers: [
      { label: 'throughput, reference', value: finite((reference.bytesPerSecond * 8) / 1e6), unit: 'Mbit/s' },
      { label: 'throughput', value: finite((c.bytesPerSecond * 8) / 1e6), unit: 'Mbit/s' },
      { label: 'throughput difference', value: finite(rate), unit: '%' },
      ...(Number.isFinite(cpu)
        ? [
            { label: 'CPU time per byte, reference', value: finite(reference.receiverNsPerByte), unit: 'ns/byte' },
            { label: 'CPU time per byte', value: finite(c.receiverNsPerByte), unit: 'ns/byte' },
            { label: 'CPU time per byte, difference', value: finite(cpu), unit: '%' },
          ]
        : []),
      { label: 'copy share, reference', value: finite(reference.copyPct), unit: '% of samples' },
      { label: 'copy share', value: finite(c.copyPct), unit: '% of samples' },
      { label: 'copy share difference', value: finite(points), unit: 'points' },
      { label: 'copy share per Gbit/s, reference', value: finite(sharePerGbit(reference)), unit: 'points per Gbit/s' },
      { label: 'copy share per Gbit/s', value: finite(sharePerGbit(c)), unit: 'points per Gbit/s' },
      { label: 'copy share of busy samples, reference', value: finite(reference.copyBusyPct), unit: '%' },
      { label: 'copy share of busy samples', value: finite(c.copyBusyPct), unit: '%' },
    ],
    evidence: [...cite(reference), ...cite(c)],
    nextStep: `Record ${TOTAL_CPU}, several runs a case, and one trace a case: ${RECORD}.`,
  });
}

function judgeCpu(reference: FigureCase, others: FigureCase[]): Finding {
  const measured = [reference, ...others].filter((c) => Number.isFinite(c.receiverNsPerByte));
  if (measured.length > 0) return judgeMeasuredCpu(reference, others, measured);
  const moves = others
    .filter((c) => Number.isFinite(c.copyPct - reference.copyPct))
    .map((c) => `${writeSigned(c.copyPct - reference.copyPct, 'points')} in ${c.name}`);
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

/** netperf measures what a profile cannot say: the CPU use of the whole receiving machine over its bytes. */
function judgeMeasuredCpu(reference: FigureCase, others: FigureCase[], measured: FigureCase[]): Finding {
  const known = others.filter((c) => Number.isFinite(cpuPct(reference, c)));
  const list = known.map(
    (c) => `${writeCpu(c.receiverNsPerByte)} in ${c.name} (${writeSigned(cpuPct(reference, c), '%')})`,
  );
  const figures = measured.map((c) => `${writeCpu(c.receiverNsPerByte)} in ${c.name}`);
  return makeFinding({
    id: 'verdict-cpu',
    role: 'verdict',
    outcome: 'cannotTell',
    title: 'CPU time per byte',
    sentence:
      known.length > 0
        ? `Cannot tell with one run a side: the receiver took ${writeCpu(reference.receiverNsPerByte)} in ${reference.name} and ${list.join(', ')}, as measured.`
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

function judgeLatency(): Finding {
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

function judgeThroughput(reference: FigureCase, others: FigureCase[]): Finding {
  const known = others.filter((c) => Number.isFinite(throughputPct(reference, c)));
  const list = known.map((c) => `${writeSigned(throughputPct(reference, c), '%')} in ${c.name}`).join(', ');
  return makeFinding({
    id: 'verdict-throughput',
    role: 'verdict',
    outcome: 'cannotTell',
    title: 'Throughput',
    sentence:
      known.length > 0
        ? `Cannot tell: ${list} against ${reference.name} (${writeRate(reference.bytesPerSecond)}), as measured; one figure a case does not show whether that is more than run-to-run noise.`
        : 'Cannot tell: there is nothing to compare with.',
    n: known.length + 1,
    unitOfN: 'figures',
    reasons: known.length > 0 ? ['one figure a case'] : ['only one case'],
    numbers: known.map((c) => ({
      label: `throughput, ${c.name}`,
      value: finite(throughputPct(reference, c)),
      unit: '%',
    })),
    evidence: [reference, ...known].flatMap((c) => cite(c).slice(0, 1)),
    nextStep: `Repeat each case five times (iperf prints one figure a run); ${writeNumber(5)} runs a side can show a difference.`,
  });
}
