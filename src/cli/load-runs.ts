import type { Run } from '../model/capture.ts';
import { ExitCode, RecvscopeError } from '../model/diagnostics/errors.ts';
import { restoreRun } from '../model/saved-run.ts';
import { type LoadOptions, loadRun } from './pipeline.ts';
import { type OpenedArgument, openArgument } from './saved-analysis.ts';

/** Every argument looked at: a saved analysis, or a capture that is still to be read. */
export async function openArguments(
  captures: readonly string[],
  load: LoadOptions,
): Promise<(OpenedArgument & { name: string })[]> {
  if (captures.filter((capture) => capture === '-').length > 1)
    throw new RecvscopeError(
      'usage',
      ExitCode.usage,
      'standard input can be read once only',
      'give one - and files for the rest',
    );
  const opened: (OpenedArgument & { name: string })[] = [];
  for (const name of captures) opened.push({ name, ...(await openArgument(name, load)) });
  return opened;
}

/** One run a capture; a saved analysis stands for the captures it was made of. */
export async function loadRuns(captures: readonly string[], load: LoadOptions, side: Run['side'] = ''): Promise<Run[]> {
  return loadOpened(await openArguments(captures, load), load, side);
}

export async function loadOpened(
  opened: readonly (OpenedArgument & { name: string })[],
  load: LoadOptions,
  side: Run['side'] = '',
): Promise<Run[]> {
  const runs: Run[] = [];
  for (const argument of opened)
    if (argument.saved === null) runs.push(await loadRun(argument.name, { ...load, side, opened: argument.opened }));
    else runs.push(...restoreRuns(argument.name, argument.saved, side));
  nameApart(runs);
  return runs;
}

function restoreRuns(name: string, { saved = [] }: NonNullable<OpenedArgument['saved']>, side: Run['side']): Run[] {
  if (saved.length === 0)
    throw new RecvscopeError(
      'saved-analysis-without-calls',
      ExitCode.unreadable,
      `${name} is a saved analysis that holds no runs`,
      'write it with recvscope report --format json',
    );
  return saved.map((run) => restoreRun(run, side));
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
