import type { Analysis } from '../model/analysis/index.ts';
import type { Run } from '../model/capture.ts';
import { answerWithPredictions, assembleAnalysis, nameRuns } from './assemble/analysis.ts';
import { assembleRecordNext } from './assemble/record-next.ts';
import { describeSide } from './assemble/side.ts';
import { splitByMarks } from './compare/marks/split.ts';
import { mergeSides } from './compare/sides.ts';
import { isHeadOfMachine } from './lenses/headline.ts';
import type { JudgeOptions, WhatIfSettings } from './options.ts';
import { scopeRuns, scopeSides } from './scope/choose.ts';
import { tellScope } from './scope/tell.ts';
import { predict } from './whatif/predict.ts';
import { combineSettings } from './whatif/settings.ts';

export { type CostSeries, type Crossing, findCrossing } from './break-even/crossing.ts';
export { hasTwoSides } from './compare/marks/split.ts';
export type { JudgeOptions, ScopeFilter, WhatIfSettings } from './options.ts';
export { scopeRuns } from './scope/choose.ts';

/** One side: what offload cost and saved, three verdicts, causes. With `options.baseline` the verdicts are against it. */
export function judgeRuns(runs: readonly Run[], options: JudgeOptions): Analysis {
  const [own, baseline] = scopeSides([runs, options.baseline ?? []], options.scope).sides;
  const { analysis } = assembleAnalysis(own.runs, { ...options, baseline: baseline.runs });
  return tellScope(analysis, own.scope, [], isHeadOfMachine(analysis));
}

/** `recordNext` of judgeRuns alone: `inspect` and `record` tell nothing else of a judgement. */
export function findRecordNext(runs: readonly Run[], options: JudgeOptions): Analysis['recordNext'] {
  const [own, baseline] = scopeSides([runs, options.baseline ?? []], options.scope).sides;
  return assembleRecordNext(own.runs, { ...options, baseline: baseline.runs });
}

/** AFTER is judged with BEFORE as its baseline: wins = AFTER is better. The comparison of all metrics stands beside it. */
export function compareRuns(before: readonly Run[], after: readonly Run[], options: JudgeOptions): Analysis {
  const sideBefore = before.map((run) => ({ ...run, side: 'before' as const }));
  const sideAfter = after.map((run) => ({ ...run, side: 'after' as const }));
  const [b, a] = scopeSides([sideBefore, sideAfter], options.scope).sides;
  const judged = assembleAnalysis(a.runs, { ...options, baseline: b.runs });
  const merged = mergeSides(describeSide(b.runs, { ...options, baseline: [] }), judged.analysis);
  const analysis = tellScope(merged, a.scope, b.scope.receivers, false);
  return { ...analysis, kind: 'compare', title: `${nameRuns(before)} → ${nameRuns(after)}` };
}

/** Settings that alternate inside captures: the two sides that their marks name, compared in neighbouring pairs. */
export function compareMarked(runs: readonly Run[], options: JudgeOptions): Analysis {
  const { names, before, after, pairs, notes } = splitByMarks(scopeRuns(runs, options.scope).runs);
  const analysis = compareRuns(before, after, { ...options, pairs });
  return {
    ...analysis,
    title: `${names.before} → ${names.after}, marked in ${nameRuns(runs)}`,
    notes: [...notes, ...analysis.notes],
  };
}

/** What other settings would have done to these calls. */
export function predictSettings(runs: readonly Run[], settings: WhatIfSettings, options: JudgeOptions): Analysis {
  const [own, baseline] = scopeSides([runs, options.baseline ?? []], options.scope).sides;
  const { analysis: plain, context } = assembleAnalysis(own.runs, { ...options, baseline: baseline.runs });
  const analysis = tellScope(plain, own.scope, [], isHeadOfMachine(plain));
  const { rows, sentence, best } = predict(context, combineSettings(settings));
  return {
    ...analysis,
    kind: 'whatif',
    title: `what if: ${analysis.title}`,
    headline: { sentence, outcome: best === null ? 'cannotTell' : 'wins' },
    answer: analysis.answer === undefined ? undefined : answerWithPredictions(analysis.answer, rows),
    whatIf: rows,
  };
}
