import type { Analysis } from '../../model/analysis/index.ts';
import { ExitCode } from '../../model/diagnostics/errors.ts';
import { saveRun } from '../../model/saved-run.ts';
import { judgeRuns, type ScopeFilter } from '../../verdict/index.ts';
import { deliverAnalysis } from '../deliver.ts';
import { type FailOn, hasFailed } from '../fail-on.ts';
import { loadSides, openArguments } from '../load-runs.ts';
import { type LoadOptions, vocabulary } from '../pipeline.ts';
import { chooseFormat } from '../report-formats.ts';

export interface ReportOptions {
  output?: string;
  format?: string;
  full?: boolean;
  title?: string;
  note?: string[];
  baseline?: string[];
  copyRate?: number;
  failOn?: FailOn;
  tool: string;
  load: LoadOptions;
  scope?: ScopeFilter;
}

/** One report on one side. One saved analysis is rendered as it is; several are judged anew, as their captures would be. */
export async function runReport(captures: string[], options: ReportOptions): Promise<number> {
  const opened = await openArguments(captures, options.load);
  const [{ saved }] = opened;
  const analysis = opened.length === 1 && saved !== null ? saved : await analyse(opened, options);
  if (options.title !== undefined) analysis.title = options.title;
  await deliverAnalysis(analysis, options);
  return hasFailed(analysis, options.failOn) ? ExitCode.failOn : ExitCode.done;
}

async function analyse(opened: Awaited<ReturnType<typeof openArguments>>, options: ReportOptions): Promise<Analysis> {
  const [runs, baseline] = await loadSides(
    [
      { captures: [], opened, side: '' },
      { captures: options.baseline ?? [], side: '' },
    ],
    options.load,
  );
  const analysis = judgeRuns(runs, {
    tool: options.tool,
    seed: options.load.seed,
    copyRateNsPerByte: options.copyRate,
    scope: options.scope,
    baseline: baseline.length > 0 ? baseline : undefined,
    notes: options.note,
    categoryOf: vocabulary.categoryOf,
  });
  if (chooseFormat(options.format, options.output) === 'json') analysis.saved = runs.map(saveRun);
  return analysis;
}
