import type { Run } from '../../model/capture.ts';
import { ExitCode, RecvscopeError } from '../../model/diagnostics/errors.ts';
import { restoreRun, saveRun } from '../../model/saved-run.ts';
import { compareRuns } from '../../verdict/index.ts';
import { deliverAnalysis } from '../deliver.ts';
import { type FailOn, hasFailed } from '../fail-on.ts';
import { type LoadOptions, vocabulary } from '../pipeline.ts';
import { chooseFormat } from '../report-formats.ts';
import { readSavedAnalysis } from '../saved-analysis.ts';
import { loadRuns } from './report.ts';

export interface CompareOptions {
  before?: string[];
  after?: string[];
  output?: string;
  format?: string;
  title?: string;
  note?: string[];
  copyRate?: number;
  failOn?: FailOn;
  tool: string;
  load: LoadOptions;
}

/** BEFORE AFTER, or several runs a side with --before/--after. A saved analysis stands for the captures it was made of. */
export async function runCompare(captures: string[], options: CompareOptions): Promise<number> {
  const [beforeNames, afterNames] = splitSides(captures, options);
  const before = await loadSide(beforeNames, 'before', options.load);
  const after = await loadSide(afterNames, 'after', options.load);
  const analysis = compareRuns(before, after, {
    tool: options.tool,
    seed: options.load.seed,
    copyRateNsPerByte: options.copyRate,
    notes: options.note,
    categoryOf: vocabulary.categoryOf,
  });
  if (options.title !== undefined) analysis.title = options.title;
  if (chooseFormat(options.format, options.output) === 'json') analysis.saved = [...before, ...after].map(saveRun);
  await deliverAnalysis(analysis, options);
  return hasFailed(analysis, options.failOn) ? ExitCode.failOn : ExitCode.done;
}

function splitSides(captures: string[], options: CompareOptions): [string[], string[]] {
  const before = [...(options.before ?? [])];
  const after = [...(options.after ?? [])];
  if (captures.length === 2) {
    before.unshift(captures[0]);
    after.unshift(captures[1]);
  } else if (captures.length !== 0) {
    throw new RecvscopeError(
      'usage',
      ExitCode.usage,
      `compare takes two captures, not ${captures.length}`,
      'for several runs a side repeat --before FILE and --after FILE',
    );
  }
  if (before.length === 0 || after.length === 0)
    throw new RecvscopeError(
      'usage',
      ExitCode.usage,
      'compare needs a capture on each side',
      'recvscope compare BEFORE AFTER -o compare.html',
    );
  return [before, after];
}

async function loadSide(names: string[], side: 'before' | 'after', load: LoadOptions): Promise<Run[]> {
  const runs: Run[] = [];
  for (const name of names) {
    const saved = await readSavedAnalysis(name);
    if (saved === null) runs.push(...(await loadRuns([name], load, side)));
    else if (saved.saved === undefined)
      throw new RecvscopeError(
        'saved-analysis-without-calls',
        ExitCode.unreadable,
        `${name} holds no calls to compare`,
        'write it with recvscope report --format json',
      );
    else runs.push(...saved.saved.map((run) => restoreRun(run, side)));
  }
  return runs;
}
