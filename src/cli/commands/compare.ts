import type { Analysis } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { ExitCode, RecvscopeError } from '../../model/diagnostics/errors.ts';
import { saveRun } from '../../model/saved-run.ts';
import { compareMarked, compareRuns, hasTwoSides, type JudgeOptions, type ScopeFilter } from '../../verdict/index.ts';
import { deliverAnalysis } from '../deliver.ts';
import { type FailOn, hasFailed } from '../fail-on.ts';
import { loadRuns, loadSides } from '../load-runs.ts';
import { nameSidesApart } from '../name-sides.ts';
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
  /** The captures hold both sides, told apart by marks. */
  marks?: boolean;
  tool: string;
  load: LoadOptions;
  scope?: ScopeFilter;
}

/** BEFORE AFTER, or several runs a side with --before/--after. A saved analysis stands for the captures it was made of. */
export async function runCompare(captures: string[], options: CompareOptions): Promise<number> {
  const { analysis, runs } = isMarked(captures, options)
    ? await compareByMarks(captures, options)
    : await compareByCaptures(captures, options);
  if (options.title !== undefined) analysis.title = options.title;
  if (chooseFormat(options.format, options.output) === 'json') analysis.saved = runs.map(saveRun);
  await deliverAnalysis(analysis, options);
  return hasFailed(analysis, options.failOn) ? ExitCode.failOn : ExitCode.done;
}

type Compared = { analysis: Analysis; runs: Run[] };

function isMarked(captures: readonly string[], options: CompareOptions): boolean {
  const isAlone = captures.length === 1 && options.before === undefined && options.after === undefined;
  return options.marks === true || isAlone;
}

/** Each capture holds both settings; several add up. */
async function compareByMarks(captures: readonly string[], options: CompareOptions): Promise<Compared> {
  const names = [...captures, ...(options.before ?? []), ...(options.after ?? [])];
  const runs = await loadRuns(names, options.load);
  if (!options.marks && !hasTwoSides(runs))
    throw new RecvscopeError(
      'usage',
      ExitCode.usage,
      'compare takes two captures, or one that holds marks of two sides',
      'recvscope compare BEFORE AFTER; for several runs a side repeat --before FILE and --after FILE',
    );
  return { analysis: compareMarked(runs, toJudgeOptions(options)), runs };
}

async function compareByCaptures(captures: string[], options: CompareOptions): Promise<Compared> {
  const [beforeNames, afterNames] = splitSides(captures, options);
  const [before, after] = await loadSides(
    [
      { captures: beforeNames, side: 'before' },
      { captures: afterNames, side: 'after' },
    ],
    options.load,
  );
  nameSidesApart(before, beforeNames, after, afterNames);
  return { analysis: compareRuns(before, after, toJudgeOptions(options)), runs: [...before, ...after] };
}

function toJudgeOptions(options: CompareOptions): JudgeOptions {
  return {
    tool: options.tool,
    seed: options.load.seed,
    copyRateNsPerByte: options.copyRate,
    scope: options.scope,
    notes: options.note,
    categoryOf: vocabulary.categoryOf,
  };
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
