import type { Run } from '../../model/capture.ts';
import { selectCalls } from '../call-view.ts';
import type { Side } from '../compare/sides.ts';
import { makeContext } from '../context/context.ts';
import type { JudgeOptions } from '../options.ts';
import { listCaveats } from '../summaries/caveats.ts';
import { summarizeDiagnostics } from '../summaries/diagnostics.ts';
import { makeDistributions } from '../summaries/distributions.ts';
import { listEnvironment } from '../summaries/environment.ts';
import { chooseExemplars } from '../summaries/exemplars.ts';
import { makeOverview } from '../summaries/page/overview.ts';
import { listSideBudgets } from '../summaries/page/side-budget.ts';
import { summarizeProfiles } from '../summaries/profile.ts';
import { summarizeRun } from '../summaries/run.ts';
import { makeSizeClassRows } from '../summaries/size-classes.ts';

/** Tables and charts of one side without any judgement: what BEFORE contributes to a comparison. */
export function describeSide(runs: readonly Run[], options: JudgeOptions): Side {
  const context = makeContext(runs, options);
  const side = runs[0]?.side ?? '';
  return {
    runs: runs.map((run) => summarizeRun(run, selectCalls([run]))),
    environment: listEnvironment(runs),
    sideBudgets: listSideBudgets(context, side),
    overview: makeOverview(context, side),
    sizeClasses: makeSizeClassRows(context, side),
    distributions: makeDistributions(context, side),
    profiles: summarizeProfiles(runs, context.categoryOf),
    exemplars: chooseExemplars(context, side),
    caveats: listCaveats(context),
    notes: context.timeline.notes,
    diagnostics: summarizeDiagnostics(runs),
  };
}
