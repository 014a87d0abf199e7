import { listRunsInside } from '../../parsers/index.ts';
import type { Run } from '../model/capture.ts';
import { ExitCode, RecvscopeError } from '../model/diagnostics/errors.ts';
import { restoreRun } from '../model/saved-run.ts';
import { clearProgress } from './output.ts';
import { type LoadOptions, loadRun } from './pipeline.ts';
import { type OpenedArgument, openArgument } from './saved-analysis.ts';
import type { LoadPool } from './workers/pool.ts';

export type NamedArgument = OpenedArgument & {
  name: string;
  /** One of several runs that the folder `name` holds. */
  run?: string;
};

/** Every argument looked at: a saved analysis, or a capture that is still to be read; a folder of run1 … run5 is five. */
export async function openArguments(captures: readonly string[], load: LoadOptions): Promise<NamedArgument[]> {
  if (captures.filter((capture) => capture === '-').length > 1)
    throw new RecvscopeError(
      'usage',
      ExitCode.usage,
      'standard input can be read once only',
      'give one - and files for the rest',
    );
  const opened: NamedArgument[] = [];
  for (const name of captures) {
    const argument: NamedArgument = { name, ...(await openArgument(name, load)) };
    const runs = argument.saved !== null || name === '-' ? [] : await listRunsInside(name, load);
    opened.push(...(runs.length === 0 ? [argument] : runs.map((run) => ({ ...argument, run }))));
  }
  return opened;
}

/** One run a capture, or as many as a folder holds by its names; a saved analysis stands for the captures it was made of. */
export async function loadRuns(captures: readonly string[], load: LoadOptions): Promise<Run[]> {
  const [runs] = await loadSides([{ captures, side: '' }], load);
  return runs;
}

export interface SideOfCaptures {
  captures: readonly string[];
  /** When somebody had to look at them already. */
  opened?: readonly NamedArgument[];
  side: Run['side'];
}

/** The runs of each side; captures of all sides are read at the same time. */
export async function loadSides(sides: readonly SideOfCaptures[], load: LoadOptions): Promise<Run[][]> {
  const opened: (readonly NamedArgument[])[] = [];
  for (const side of sides) opened.push(side.opened ?? (await openArguments(side.captures, load)));
  const captures = opened.flat().filter((argument) => argument.saved === null && argument.opened === undefined);
  const pool = await startPool(captures, load);
  try {
    const runs: Run[][] = [];
    for (let i = 0; i < sides.length; i++) runs.push(await loadOpened(opened[i], load, sides[i].side, pool));
    return runs;
  } finally {
    pool?.close();
  }
}

/** One capture on one thread needs nothing of threads: it is not even loaded. */
async function startPool(captures: readonly NamedArgument[], load: LoadOptions): Promise<LoadPool | null> {
  if (captures.length < 2 || load.jobs === 1) return null;
  const { LoadPool } = await import('./workers/pool.ts');
  return LoadPool.start(captures, load);
}

async function loadOpened(
  opened: readonly NamedArgument[],
  load: LoadOptions,
  side: Run['side'],
  pool: LoadPool | null,
): Promise<Run[]> {
  const runs: Run[] = [];
  for (const argument of opened) {
    const { name, saved } = argument;
    if (saved !== null) runs.push(...restoreRuns(name, saved, side));
    else {
      const elsewhere = argument.opened === undefined ? pool?.take(argument) : undefined;
      const run = await (elsewhere ?? loadRun(name, { ...load, opened: argument.opened, onlyRun: argument.run }));
      runs.push({ ...run, side });
    }
  }
  if (pool !== null) clearProgress();
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
