import { RecvscopeError } from '../../src/model/diagnostics/errors.ts';
import { takeHead } from '../detect/heads.ts';
import { HEAD_BYTES, makeHead, sniffHead } from '../detect/sniff.ts';
import { FORMATS } from '../registry.ts';
import { type InputFile, listInputs } from '../source/inputs.ts';
import { listRunsByName, runOfFile } from '../source/series.ts';
import { openToRank } from './opening.ts';
import type { LookOptions } from './options.ts';

const LAST = 3;
const RANKS = { facts: 0, profile: 1, events: 2 } as const;

/** The order in which the files of a folder are read. Facts first: kprobe_events settles how a trace prints arguments. */
export async function rankFiles(files: readonly InputFile[], options: LookOptions): Promise<number[]> {
  const order: { index: number; rank: number }[] = [];
  for (const [index, file] of files.entries()) order.push({ index, rank: await rankFile(file, options) });
  order.sort((a, b) => a.rank - b.rank || a.index - b.index);
  return order.map(({ index }) => index);
}

async function rankFile(file: InputFile, options: LookOptions): Promise<number> {
  try {
    const { binary, chunks } = await openToRank(file, options);
    if (binary !== null) return LAST;
    const bytes = await takeHead(chunks);
    const { format } = sniffHead(makeHead(bytes, bytes.length < HEAD_BYTES), FORMATS, true);
    if (format === null) return LAST;
    // The last of several facts is the one that is found.
    return format.isRounded === true ? -1 : RANKS[format.fills];
  } catch (error) {
    if (error instanceof RecvscopeError) return LAST;
    throw error;
  }
}

/** Runs of one experiment inside the folder `argument` (source/series.ts); empty: it is one capture, as every file is. */
export async function listRunsInside(argument: string, options: LookOptions): Promise<string[]> {
  const { isFolder, files } = listInputs(argument, options);
  if (!isFolder) return [];
  const runs = listRunsByName(files.map(({ name }) => name));
  if (runs.length === 0) return [];
  // A capture without a number belongs to none of them: nobody can say how the folder is meant.
  for (const file of files.filter(({ name }) => runOfFile(name) === '')) if (await isCapture(file, options)) return [];
  return runs;
}

const isCapture = async (file: InputFile, options: LookOptions): Promise<boolean> => {
  const rank = await rankFile(file, options);
  return rank === RANKS.profile || rank === RANKS.events;
};
