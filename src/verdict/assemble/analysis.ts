import type { Analysis, Comparison, Finding } from '../../model/analysis/index.ts';
import { SCHEMA_VERSION } from '../../model/analysis/index.ts';
import { MECHANISM_IDS } from '../../model/calls.ts';
import type { Run } from '../../model/capture.ts';
import { findBreakEvens } from '../break-even/index.ts';
import { bytesOf, isOffloaded, selectCalls } from '../call-view.ts';
import { compareSides } from '../compare/index.ts';
import { type Context, makeContext } from '../context/context.ts';
import { makeBalanceSheets } from '../cost/balance.ts';
import { mapCalls, totalBytesOf } from '../derived.ts';
import { collectCases } from '../figures-only/cases.ts';
import { type ClassicJudgement, judgeFigures } from '../figures-only/judge.ts';
import { collectFindings } from '../findings/index.ts';
import { headByLosses, headWithoutCalls, showArrivals } from '../lenses/headline.ts';
import { askLenses } from '../lenses/index.ts';
import { DEFAULT_SEED, type JudgeOptions, MIN_CALLS } from '../options.ts';
import { sumBudgetInParts } from '../summaries/budget.ts';
import { listCaveats } from '../summaries/caveats.ts';
import { countClauses } from '../summaries/clauses.ts';
import { countDeclines } from '../summaries/declines.ts';
import { summarizeDiagnostics } from '../summaries/diagnostics.ts';
import { makeDistributions } from '../summaries/distributions.ts';
import { listEnvironment } from '../summaries/environment.ts';
import { addCitedCalls, chooseExemplars } from '../summaries/exemplars.ts';
import { linkExemplars } from '../summaries/link-exemplars.ts';
import { writeAnswer } from '../summaries/page/answer.ts';
import { addLossShares } from '../summaries/page/loss-shares.ts';
import { makeOverview } from '../summaries/page/overview.ts';
import { listSideBudgets } from '../summaries/page/side-budget.ts';
import { summarizeProfiles } from '../summaries/profile.ts';
import { listRecordNext } from '../summaries/record-next.ts';
import { measureTraffic, summarizeRun } from '../summaries/run.ts';
import { makeSizeClassRows } from '../summaries/size-classes.ts';
import { findPrimaryRow } from '../verdicts/change.ts';
import { judgeCpuTime } from '../verdicts/cpu.ts';
import { writeHeadline } from '../verdicts/headline.ts';
import { judgeLatency } from '../verdicts/latency.ts';
import { judgeThroughput } from '../verdicts/throughput.ts';
import { rankSettings } from '../whatif/rank.ts';
import { adviseOffloadOff } from './cheapest.ts';
import { listQuestions } from './questions.ts';

export { answerWithPredictions } from '../summaries/page/answer.ts';

/** Configurations that a bundle of figures holds at most, each once. */
const MAX_CASES = 3;

/** Everything said about one side. `compare` and `whatif` build on it. */
export function assembleAnalysis(
  runs: readonly Run[],
  options: JudgeOptions,
): { analysis: Analysis; context: Context } {
  const { baseline = [] } = options;
  const comparison = compareWithBaseline(runs, options);
  const context = makeContext(runs, options, comparison);
  const { selection, fit, timeline } = context;
  const side = runs[0]?.side ?? '';
  const figures = judgeFigures([...baseline, ...runs], context.categoryOf, comparison);
  // A few calls beside a profile and counters say less than those do.
  const isOfFigures =
    figures !== null && selection.decided.size < MIN_CALLS && (selection.all.size === 0 || figures.answers.length > 0);
  const hasNoCalls = selection.all.size === 0;
  // One figure a case: runs of a series are not told by it.
  const fillsIn = isOfFigures || (figures?.isMeasured === true && baseline.length <= 1 && runs.length <= MAX_CASES);
  const verdicts = judgeThree(context, hasNoCalls ? figures : null);
  const { reports: lenses, findings: cards, facts: arrived } = askLenses(runs, context.categoryOf);
  const told =
    hasNoCalls && figures !== null
      ? [...figures.answers, ...figures.findings]
      : [
          ...answerFromFigures(nameSide(collectFindings(context), baseline), figures, fillsIn),
          ...compareFigures(context, figures),
        ];
  const findings = placeCards(told, nameSide(cards, baseline));
  const exemplars = chooseExemplars(context, side);
  addCitedCalls(context, [...verdicts, ...findings], exemplars, side);
  linkExemplars([...verdicts, ...findings], exemplars);
  const otherHead =
    figures === null && baseline.length === 0 && selection.decided.size === 0
      ? headWithoutCalls(lenses, selection.all.size === 0 ? findings : [])
      : null;
  const headline =
    comparison?.isSame === true
      ? { sentence: 'Both sides are the same capture: no difference can show.', outcome: 'noDifference' as const }
      : otherHead !== null
        ? { sentence: otherHead.sentence, outcome: 'cannotTell' as const }
        : figures === null || !isOfFigures
          ? (headByLosses(selection.decided.size, cards) ?? writeHeadline(context, verdicts, findings))
          : { sentence: figures.headline, outcome: 'cannotTell' as const };
  const mib = totalBytesOf(fit) / 1048576;
  const analysis: Analysis = {
    schemaVersion: SCHEMA_VERSION,
    kind: 'report',
    tool: options.tool,
    title: nameRuns(runs),
    headline,
    runs: runs.map((run) => summarizeRun(run, selectCalls([run]))),
    lenses,
    environment: listEnvironment(runs),
    calls: {
      total: selection.all.size,
      complete: selection.complete,
      excluded: selection.excluded,
      byMechanism: countMechanisms(context),
      bytes: sumKnown(runs.map((run) => measureTraffic(run).bytes)),
      sampled: runs.some((run) => run.diagnostics.some((d) => d.name === 'max-calls-sampled')),
    },
    verdicts,
    findings,
    balance: makeBalanceSheets(context),
    budget: sumBudgetInParts(fit),
    sideBudgets: listSideBudgets(context, side),
    overview: makeOverview(context, side),
    sizeClasses: makeSizeClassRows(context, side),
    breakEven: findBreakEvens(context),
    distributions: makeDistributions(context, side),
    declines: countDeclines(selection.decided),
    questions: listQuestions(findings),
    settings: findings.some((f) => f.id === 'answer-settings') && fit.size > 0 ? rankSettings(context) : [],
    clauses: countClauses(selection.decided),
    wakeups: timeline.wakeReasons.map((r) => ({
      ...r,
      perCall: fit.size > 0 ? r.count / fit.size : null,
      perMiB: mib > 0 ? r.count / mib : null,
    })),
    transfers: timeline.descriptorSizes,
    profiles: summarizeProfiles(runs, context.categoryOf),
    comparison: context.comparison,
    whatIf: [],
    exemplars,
    notes: timeline.notes,
    caveats: listCaveats(context),
    recordNext: listRecordNext(context),
    diagnostics: summarizeDiagnostics(runs),
    seed: context.seed,
  };
  addLossShares(findings, analysis.balance);
  const plain = writeAnswer(context, analysis, fillsIn ? figures : null);
  // Of a comparison it is one side's: what differs is in the rows of the comparison.
  const answer = baseline.length > 0 ? plain : showArrivals(plain, analysis, { facts: arrived, cards });
  answer.actions = [...adviseOffloadOff(analysis), ...answer.actions].slice(0, 3);
  if (otherHead !== null) {
    answer.why = otherHead.why;
    const steps = cards
      .filter((card) => card.role === 'problem' && card.nextStep !== '')
      .map((card) => ({ text: card.nextStep, command: '' }));
    const others = answer.actions.filter(({ text }) => !steps.some((step) => step.text === text));
    answer.actions = [...steps, ...others].slice(0, 3);
  }
  return { analysis: { ...analysis, answer }, context };
}

/** Of a comparison it is found on one side: the title says so, the rows of the comparison are about both. */
function nameSide(findings: readonly Finding[], baseline: readonly Run[]): Finding[] {
  if (baseline.length === 0) return [...findings];
  return findings.map((f) => ({ ...f, title: `After: ${f.title}` }));
}

/** What the lenses found stands behind the causes that the calls show, and before the notes. */
function placeCards(findings: readonly Finding[], cards: readonly Finding[]): Finding[] {
  const isNote = (finding: Finding): boolean => finding.role === 'note';
  const all = [...findings.filter((f) => !isNote(f)), ...cards.filter((f) => !isNote(f))];
  return [...all, ...findings.filter(isNote), ...cards.filter(isNote)];
}

/** Against the baseline, or between stretches that marks tell apart. */
function compareWithBaseline(runs: readonly Run[], options: JudgeOptions): Comparison | null {
  const { baseline = [], seed = DEFAULT_SEED, categoryOf, pairs } = options;
  if (baseline.length === 0) return null;
  if (pairs !== undefined) return compareSides(pairs.before, pairs.after, { seed, categoryOf, hasMarks: true });
  return compareSides(baseline, runs, { seed, categoryOf });
}

/** Figures alone are one measurement a case; several of them a side (iperf of five runs) are tested like any other runs. */
function judgeThree(context: Context, figures: ClassicJudgement | null): Finding[] {
  if (figures === null && context.selection.all.size === 0 && context.baseline.length === 0)
    return [judgeCpuTime(context), judgeLatency(context), judgeThroughput(context)].map(withoutCalls);
  if (figures === null) return [judgeCpuTime(context), judgeLatency(context), judgeThroughput(context)];
  const isTested = (row: 'cpu' | 'throughput'): boolean => (findPrimaryRow(context, row)?.adjustedP ?? null) !== null;
  return figures.verdicts.map((v) => {
    if (v.id === 'verdict-throughput' && isTested('throughput')) return judgeThroughput(context);
    return v.id === 'verdict-cpu' && isTested('cpu') ? judgeCpuTime(context) : v;
  });
}

/** No call at all: what to change about offload is no advice to whom asked something else. */
const withoutCalls = (verdict: Finding): Finding => ({
  ...verdict,
  sentence: 'Not a question to this capture: no receive call is in it.',
  reasons: [],
  nextStep: '',
});

/** Several cases with throughput figures and profiles beside their traces: the figures are set against each other too. */
function compareFigures(context: Context, figures: ClassicJudgement | null): Finding[] {
  if (collectCases(context.runs, context.categoryOf).filter((c) => c.table !== null).length < 2) return [];
  return (figures?.findings ?? []).filter((f) => f.id === 'classic-figures');
}

/** A question that the calls leave open is answered by the figures beside them, as far as those go. */
function answerFromFigures(findings: Finding[], figures: ClassicJudgement | null, fillsIn: boolean): Finding[] {
  if (figures === null || !fillsIn) return findings;
  const open = findings.filter((f) => f.outcome !== 'cannotTell' || !figures.answers.some(({ id }) => id === f.id));
  const missing = figures.answers.filter(({ id }) => !open.some((f) => f.id === id));
  const unused = figures.findings.filter(({ id }) => id === 'engine-never-used');
  return [...missing, ...unused, ...open];
}

/** null when nothing of it is known; a part that is not known is left out. */
function sumKnown(values: ArrayLike<number>): number | null {
  let [sum, known] = [0, 0];
  for (let i = 0; i < values.length; i++)
    if (!Number.isNaN(values[i])) {
      sum += values[i];
      known++;
    }
  return known === 0 && values.length > 0 ? null : sum;
}

function countMechanisms(context: Context): Analysis['calls']['byMechanism'] {
  const { all } = context.selection;
  return MECHANISM_IDS.flatMap((mechanism) => {
    const calls = all.where((i) => all.mechanism(i) === mechanism);
    if (calls.size === 0) return [];
    const bytes = mapCalls(calls, (_, i) => (calls.column('returnedBytes')[i] === 0 ? 0 : bytesOf(calls, i)));
    // An engine transfer without a length counts 0 bytes in the row of the call: not known, not nothing.
    const dma = mapCalls(calls, (_, i) => {
      const moved = calls.column('dmaBytes')[i];
      return moved === 0 && isOffloaded(calls, i) ? Number.NaN : moved;
    });
    const known = (values: Float64Array): number | null => sumKnown(values);
    return [{ mechanism, calls: calls.size, bytes: known(bytes), dmaBytes: known(dma) }];
  });
}

/** `A-offload-off (5 runs)` where the names begin alike, else the first ones. */
export function nameRuns(runs: readonly Run[]): string {
  const folders = new Set(runs.map(({ name }) => name.slice(0, Math.max(0, name.lastIndexOf('/')))));
  const [folder] = folders;
  if (runs.length > 1 && folders.size === 1 && folder !== '') return `${folder} (${runs.length} runs)`;
  if (runs.length <= 3) return runs.map((run) => run.name).join(', ');
  return `${runs[0].name} and ${runs.length - 1} more runs`;
}
