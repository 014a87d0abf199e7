import type { Answer, Comparison, Finding } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { finite, makeFinding } from '../make-finding.ts';
import { NET_DMA_WARNING } from '../net-dma-warning.ts';
import { writeNumber, writePct, writeRate, writeSigned } from '../words.ts';
import { collectCases } from './cases.ts';
import { describeCeiling, writeCopyShare } from './ceiling.ts';
import { WHOLE_PCT } from './copy-direction.ts';
import { type EngineCounters, readCounters } from './counters.ts';
import { type CpuComparison, compareCpu } from './cpu-per-byte.ts';
import { cpuPct, describeDifference, throughputPct, writeCpu } from './difference.ts';
import { type Experiment, readExperiment } from './experiment.ts';
import type { FigureCase } from './figure-case.ts';
import { listFigures } from './first-screen.ts';
import { describeMover, findLargestMover, type Mover } from './largest-mover.ts';
import { answerBandwidthFromFigures } from './questions/bandwidth.ts';
import { answerSettingsFromFigures } from './questions/settings.ts';
import { answerTransfersFromFigures } from './questions/transfers.ts';
import { startSentence, writeLines } from './told.ts';
import { listRefusals, type Refusal, writeUnused } from './unused.ts';
import { judgeCpu, judgeLatency, judgeThroughput } from './verdicts.ts';

export interface ClassicJudgement {
  verdicts: Finding[];
  findings: Finding[];
  /** The three questions, from figures and the rules of the kernel; empty where nothing is about offload. */
  answers: Finding[];
  headline: string;
  /** CPU per byte of two cases is known: more than calls that cannot tell. */
  isMeasured: boolean;
  /** For the first screen. */
  why: string[];
  actions: Answer['actions'];
  facts: Answer['facts'];
}

/**
 * What throughput figures, profiles, counters and settings alone allow to say: differences of throughput and of copy shares, CPU
 * per byte where the idle share is known, what the kernel's rules exclude; not what a call cost.
 */
export function judgeFigures(
  runs: readonly Run[],
  categoryOf: (symbol: string) => string,
  comparison: Comparison | null = null,
): ClassicJudgement | null {
  const cases = collectCases(runs, categoryOf);
  const counters = readCounters(runs);
  // Counters beside a trace are one of its lenses; alone they are the question.
  const isTrace = runs.some((run) => run.files.some((file) => file.events > 0));
  if (cases.length === 0 && (counters === null || isTrace)) return null;
  const e = readExperiment(runs);
  const cpu = compareCpu(cases, e.cpus);
  const reference = cases.find((c) => c.isReference) ?? null;
  const others = cases.filter((c) => c !== reference);
  const refusals = counters === null ? [] : listRefusals(counters, e);
  const findings: Finding[] = reference === null ? [] : others.map((c) => describeDifference(reference, c, cpu));
  const mover = findLargestMover(comparison);
  if (mover !== null) findings.unshift(describeMover(mover, comparison!));
  if (counters !== null && refusals.length > 0) findings.unshift(describeUnused(counters, e, refusals));
  for (const c of cases) {
    const ceiling = describeCeiling(c);
    if (ceiling !== null) findings.push(ceiling);
  }
  const isAboutOffload =
    counters !== null || cases.some((c) => c.isOn !== null) || e.copybreak !== null || e.era.netDma === 'seen';
  const answers =
    isAboutOffload && e.era.netDma !== 'impossible'
      ? [
          answerBandwidthFromFigures(cases, cpu, counters, e),
          answerSettingsFromFigures(cases, cpu, e),
          answerTransfersFromFigures(counters, cpu, e),
        ].map((answer): Finding => ({ ...answer, told: answer.evidence.length > 0 ? 'bounded' : 'open' }))
      : [];
  return {
    verdicts: [judgeCpu(reference, others, cpu), judgeLatency(), judgeThroughput(reference, others)],
    findings,
    answers,
    headline: writeHeadline({ cases, counters, cpu, e, mover: isAboutOffload ? null : mover }),
    isMeasured: cpu !== null && cpu.losses.length > 0,
    why:
      refusals.length > 0
        ? writeRefusals(refusals)
        : answers.map((a, i) => `Q${i + 1}, ${lowerFirst(a.title)} ${writeFirst(a.sentence)}`),
    actions:
      refusals.length > 0
        ? refusals.flatMap(({ check }) => (check === '' ? [] : [{ text: 'Check', command: check }]))
        : [],
    facts: listFigures(cases, cpu),
  };
}

const lowerFirst = (text: string): string => text[0].toLowerCase() + text.slice(1);

function describeUnused(counters: EngineCounters, e: Experiment, refusals: readonly Refusal[]): Finding {
  return makeFinding({
    id: 'engine-never-used',
    stratum: 'engine counters',
    role: 'answer',
    outcome: 'cannotTell',
    title: 'The engine is loaded and never used',
    sentence: `${writeUnused(counters, e)}; ${refusals.map(({ clause }, i) => `(${i + 1}) ${clause}`).join('; ')}.`,
    n: counters.channels.length,
    unitOfN: 'channels',
    reasons: refusals.map(
      ({ clause, check, isShown }) =>
        `${clause}: ${isShown ? 'shown by the text' : 'possible'}${check === '' ? '' : `; check: ${check}`}`,
    ),
    numbers: [
      { label: 'copies', value: finite(counters.copies), unit: 'count' },
      { label: 'bytes by the engine', value: finite(counters.bytes), unit: 'bytes' },
      { label: 'bytes received meanwhile', value: finite(e.received?.value ?? Number.NaN), unit: 'bytes' },
      { label: 'references held (in_use)', value: finite(counters.inUse), unit: 'count' },
      { label: 'tcp_dma_copybreak', value: finite(e.copybreak?.value ?? Number.NaN), unit: 'bytes' },
    ],
    evidence: [
      ...counters.cites,
      ...(e.received === null ? [] : [e.received]),
      ...(e.copybreak === null ? [] : [e.copybreak]),
    ].map((told) => told.cite),
    warnings: [NET_DMA_WARNING],
    nextStep: refusals[0]?.check ?? '',
  });
}

/** The first sentence of an answer, and the lines of one text at its end: the first screen has no room for the whole. */
function writeFirst(sentence: string): string {
  const first = sentence.split(/(?<=\.) (?=[A-Z])/)[0];
  const lines = sentence.match(/ \(lines? [\d, ]+\)\.$/)?.[0] ?? '';
  return first.endsWith(lines) || lines === '' ? first : `${first.slice(0, -1)}${lines}`;
}

/** A sentence a clause, in the order in which to check them. */
function writeRefusals(refusals: readonly Refusal[]): string[] {
  return [
    ...refusals.map(({ clause, cites }, i) => `(${i + 1}) ${startSentence(clause)}${writeLines(cites)}.`),
    `${NET_DMA_WARNING}.`,
  ];
}

/** One sentence on the first line of a page. */
/** Of a headline; what is left out stands in the answers below it. */
const MAX_WORDS = 20;
const MAX_IN_HEADLINE = 2;

interface Told {
  cases: readonly FigureCase[];
  counters: EngineCounters | null;
  cpu: CpuComparison | null;
  e: Experiment;
  mover: Mover | null;
}

function writeHeadline({ cases, counters, cpu, e, mover }: Told): string {
  if (counters !== null && (counters.bytes === 0 || counters.copies === 0) && cases.length < 2)
    return `${writeUnused(counters, e).replace(/ \([^()]*\)/g, '')}.`;
  const reference = cases.find((c) => c.isReference);
  if (reference === undefined)
    return `The engine copied ${writeNumber(counters?.copies ?? Number.NaN)} transfers of ${writeNumber(counters?.meanBytes ?? Number.NaN)} bytes; counters alone cannot tell whether offload wins or loses.`;
  const others = cases.filter((c) => c !== reference);
  if (others.length === 0) {
    const parts: string[] = [];
    if (Number.isFinite(reference.bytesPerSecond)) parts.push(`throughput ${writeRate(reference.bytesPerSecond)}`);
    if (reference.receiverNsPerByte > 0)
      parts.push(`CPU time of the receiver ${writeCpu(reference.receiverNsPerByte)}`);
    if (reference.copyPct > 0) parts.push(writeCopyShare(reference));
    if (parts.length === 0) return writeNoFigure(reference);
    const lead = parts.join(', ');
    return `${lead[0].toUpperCase()}${lead.slice(1)}; one case alone cannot be judged.`;
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
  const list = (write: (c: FigureCase) => string, of: readonly FigureCase[]): string =>
    `${others.length === 1 ? '' : ': '}${of
      .slice(0, MAX_IN_HEADLINE)
      .map((c) => `${others.length === 1 ? '' : `${c.name} `}${write(c)}`)
      .join(', ')}${of.length > MAX_IN_HEADLINE ? ' …' : ''}`;
  const gap = others.length === 1 ? ' ' : '';
  const parts: string[] = [];
  const measured = others.filter((c) => Number.isFinite(cpuPct(reference, c)));
  const losses = cpu?.losses ?? [];
  if (measured.length > 0)
    parts.push(`CPU time per byte${gap}${list((c) => writeSigned(cpuPct(reference, c), '%'), measured)}`);
  else if (losses.length > 0) {
    const seen = others.filter((c) => losses.some(({ name }) => name === c.name));
    const pctOf = (c: FigureCase): number => losses.find(({ name }) => name === c.name)!.pct;
    parts.push(`CPU per byte${gap}${list((c) => writeSigned(pctOf(c), '%', 0), seen)}`);
  }
  const isCpuTold = parts.length > 0;
  // One sentence: of several cases the first figure that is told.
  if (rates.length > 0 && (others.length === 1 || !isCpuTold))
    parts.unshift(`throughput${gap}${list((c) => writeSigned(throughputPct(reference, c), '%'), rates)}`);
  if (parts.length === 0 && shares.length > 0)
    parts.push(`copy share${gap}${list((c) => writeSigned(c.copyPct - reference.copyPct, 'points'), shares)}`);
  const name = others.length === 1 ? `${others[0].name} against ${reference.name}` : `Against ${reference.name}`;
  const told = `${name}${others.length === 1 ? ':' : ','} ${parts.join(', ')}`;
  const whole = `${told}; ${isCpuTold ? 'each seen once' : 'saved CPU cannot be told'}.`;
  return whole.split(/\s+/).length <= MAX_WORDS ? whole : `${told}.`;
}

/** A profile without a row of copying says something too, as far as it goes. */
function writeNoFigure({ table, listedPct }: FigureCase): string {
  if (table === null) return 'Neither throughput nor a CPU profile is in this text: nothing can be judged.';
  return listedPct >= WHOLE_PCT
    ? 'No copy routine has a sample in this profile: what copying costs does not show.'
    : `No copy routine is among the rows for ${writePct(listedPct)} of the samples; what is not listed can hold copying.`;
}
