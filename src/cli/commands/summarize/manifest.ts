import { promises as fs } from 'node:fs';
import { ExitCode, RecvscopeError } from '../../../model/diagnostics/errors.ts';

/** One capture a line; blank lines and lines that begin with # are none. */
export async function readManifest(file: string): Promise<string[]> {
  let text: string;
  try {
    text = await fs.readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new RecvscopeError(
      'unreadable',
      ExitCode.unreadable,
      `${file}: cannot be read (${reason})`,
      'a manifest names one capture a line: find captures/ -name "*.gz" > manifest.txt',
    );
  }
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/** Shard 1 … count: every count-th capture, so that neighbours of like size are spread. */
export interface Shard {
  index: number;
  count: number;
}

export const takeShard = (captures: readonly string[], shard: Shard): string[] =>
  captures.filter((_, place) => place % shard.count === shard.index - 1);
