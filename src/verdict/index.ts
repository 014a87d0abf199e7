import type { Analysis } from '../model/analysis/index.ts';
import type { Run } from '../model/capture.ts';
import { assembleAnalysis, nameRuns } from './assemble/analysis.ts';
import { describeSide } from './assemble/side.ts';
import { mergeSides } from './compare/sides.ts';
import type { JudgeOptions, WhatIfSettings } from './options.ts';
import { predict } from './whatif/predict.ts';
import { combineSettings } from './whatif/settings.ts';

export { type CostSeries, type Crossing, findCrossing } from './break-even/crossing.ts';
export type { JudgeOptions, WhatIfSettings } from './options.ts';

/** One side: what offload cost and saved, three verdicts, causes. With `options.baseline` the verdicts are against it. */
export function judgeRuns(runs: readonly Run[], options: JudgeOptions): Analysis {
  return assembleAnalysis(runs, options).analysis;
}

/** AFTER is judged with BEFORE as its baseline: wins = AFTER is better. The comparison of all metrics stands beside it. */
export function compareRuns(before: readonly Run[], after: readonly Run[], options: JudgeOptions): Analysis {
  const sideBefore = before.map((run) => ({ ...run, side: 'before' as const }));
  const sideAfter = after.map((run) => ({ ...run, side: 'after' as const }));
  const judged = assembleAnalysis(sideAfter, { ...options, baseline: sideBefore });
  const analysis = mergeSides(describeSide(sideBefore, { ...options, baseline: [] }), judged.analysis);
  return { ...analysis, kind: 'compare', title: `${nameRuns(before)} → ${nameRuns(after)}` };
}

/** What other settings would have done to these calls. */
export function predictSettings(runs: readonly Run[], settings: WhatIfSettings, options: JudgeOptions): Analysis {
  const { analysis, context } = assembleAnalysis(runs, options);
  const { rows, sentence, best } = predict(context, combineSettings(settings));
  return {
    ...analysis,
    kind: 'whatif',
    title: `what if: ${analysis.title}`,
    headline: { sentence, outcome: best === null ? 'cannotTell' : 'wins' },
    whatIf: rows,
  };
}
