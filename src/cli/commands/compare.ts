import { ExitCode, RecvscopeError } from '../../model/diagnostics/errors.ts';
import { saveRun } from '../../model/saved-run.ts';
import { compareRuns, type ScopeFilter } from '../../verdict/index.ts';
import { deliverAnalysis } from '../deliver.ts';
import { type FailOn, hasFailed } from '../fail-on.ts';
import { loadRuns } from '../load-runs.ts';
import { type LoadOptions, vocabulary } from '../pipeline.ts';
import { chooseFormat } from '../report-formats.ts';

export interface CompareOptions {
  before?: string[];
  after?: string[];
  output?: string;
  format?: string;
  full?: boolean;
  title?: string;
  note?: string[];
  copyRate?: number;
  failOn?: FailOn;
  tool: string;
  load: LoadOptions;
  scope?: ScopeFilter;
}

/** BEFORE AFTER, or several runs a side with --before/--after. A saved analysis stands for the captures it was made of. */
export async function runCompare(captures: string[], options: CompareOptions): Promise<number> {
  const [beforeNames, afterNames] = splitSides(captures, options);
  const before = await loadRuns(beforeNames, options.load, 'before');
  const after = await loadRuns(afterNames, options.load, 'after');
  const analysis = compareRuns(before, after, {
    tool: options.tool,
    seed: options.load.seed,
    copyRateNsPerByte: options.copyRate,
    scope: options.scope,
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
