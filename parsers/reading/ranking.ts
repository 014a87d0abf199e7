import { RecvscopeError } from '../../src/model/diagnostics/errors.ts';
import { takeHead } from '../detect/heads.ts';
import { HEAD_BYTES, makeHead, sniffHead } from '../detect/sniff.ts';
import { FORMATS } from '../registry.ts';
import type { InputFile } from '../source/inputs.ts';
import { openToRank } from './opening.ts';
import type { ReadOptions } from './options.ts';

const LAST = 3;
const RANKS = { facts: 0, profile: 1, events: 2 } as const;

/** The order in which the files of a folder are read. Facts first: kprobe_events settles how a trace prints arguments. */
export async function rankFiles(files: readonly InputFile[], options: ReadOptions): Promise<number[]> {
  const order: { index: number; rank: number }[] = [];
  for (const [index, file] of files.entries()) order.push({ index, rank: await rankFile(file, options) });
  order.sort((a, b) => a.rank - b.rank || a.index - b.index);
  return order.map(({ index }) => index);
}

async function rankFile(file: InputFile, options: ReadOptions): Promise<number> {
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
