import type { Cell } from '../blocks.ts';
import { formatBytes } from '../format.ts';

/** Lower end of a power of two as a range. */
export function nameSize(lowBytes: number | null): string {
  if (lowBytes === null) return 'not known';
  if (lowBytes === 0) return 'no bytes';
  return `${formatBytes(lowBytes).text} – ${formatBytes(2 * lowBytes).text}`;
}

export const OUTCOMES: Readonly<Record<string, { words: string; tone: Cell['tone'] }>> = {
  higher: { words: 'higher', tone: 'bad' },
  lower: { words: 'lower', tone: 'good' },
  noDifference: { words: 'no difference', tone: 'neutral' },
  cannotTell: { words: 'cannot tell', tone: 'doubt' },
};
