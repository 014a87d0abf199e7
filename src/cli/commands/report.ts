import type { Analysis } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { ExitCode, RecvscopeError } from '../../model/diagnostics/errors.ts';
import { saveRun } from '../../model/saved-run.ts';
import { judgeRuns } from '../../verdict/index.ts';
import { deliverAnalysis } from '../deliver.ts';
import { type FailOn, hasFailed } from '../fail-on.ts';
import { type LoadOptions, loadRun, vocabulary } from '../pipeline.ts';
import { chooseFormat } from '../report-formats.ts';
import { readSavedAnalysis } from '../saved-analysis.ts';

export interface ReportOptions {
  output?: string;
  format?: string;
  title?: string;
  note?: string[];
  baseline?: string[];
  copyRate?: number;
  failOn?: FailOn;
  tool: string;
  load: LoadOptions;
}

/** One report on one side. A saved analysis is rendered as it is. */
export async function runReport(captures: string[], options: ReportOptions): Promise<number> {
  const saved = captures.length === 1 ? await readSavedAnalysis(captures[0]) : null;
  const analysis = saved ?? (await analyse(captures, options));
  if (options.title !== undefined) analysis.title = options.title;
  await deliverAnalysis(analysis, options);
  return hasFailed(analysis, options.failOn) ? ExitCode.failOn : ExitCode.done;
}

async function analyse(captures: string[], options: ReportOptions): Promise<Analysis> {
  const runs = await loadRuns(captures, options.load);
  const baseline = await loadRuns(options.baseline ?? [], options.load);
  const analysis = judgeRuns(runs, {
    tool: options.tool,
    seed: options.load.seed,
    copyRateNsPerByte: options.copyRate,
    baseline: baseline.length > 0 ? baseline : undefined,
    notes: options.note,
    categoryOf: vocabulary.categoryOf,
  });
  if (chooseFormat(options.format, options.output) === 'json') analysis.saved = runs.map(saveRun);
  return analysis;
}

export async function loadRuns(captures: readonly string[], load: LoadOptions, side: Run['side'] = ''): Promise<Run[]> {
  if (captures.filter((capture) => capture === '-').length > 1)
    throw new RecvscopeError(
      'usage',
      ExitCode.usage,
      'standard input can be read once only',
      'give one - and files for the rest',
    );
  const runs: Run[] = [];
  for (const capture of captures) runs.push(await loadRun(capture, { ...load, side }));
  nameApart(runs);
  return runs;
}

/** Two captures called trace.txt are told apart by a number. */
function nameApart(runs: Run[]): void {
  const seen = new Map<string, number>();
  for (const run of runs) {
    const count = (seen.get(run.name) ?? 0) + 1;
    seen.set(run.name, count);
    if (count > 1) run.name = `${run.name} (${count})`;
  }
}
