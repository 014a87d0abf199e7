import type { Outcome } from '../src/model/analysis/index.ts';
import type { Tone } from './blocks.ts';
import { groupDigits } from './format.ts';

/** Words of the reports in one place; tests check codes and structure, not sentences. */
export const OUTCOME_WORDS: Record<Outcome, string> = {
  wins: 'wins',
  loses: 'loses',
  noDifference: 'no difference',
  cannotTell: 'cannot tell',
};
export const OUTCOME_TONES: Record<Outcome, Tone> = {
  wins: 'good',
  loses: 'bad',
  noDifference: 'neutral',
  cannotTell: 'doubt',
};
/** Shape as well as colour, for black-and-white print and colour-blind readers. */
export const TONE_MARKS: Record<Tone, string> = { good: '▲', bad: '▼', neutral: '=', doubt: '?', '': '' };

/** '12 calls', '1 run'. */
export function basisOf(n: number, unitOfN: string): string {
  const unit = unitOfN === '' ? 'observations' : unitOfN;
  return `n = ${groupDigits(n)} ${n === 1 ? unit.replace(/s$/, '') : unit}`;
}

export const capitalize = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** The numbers of `inspect`: unknown and malformed lines together. */
export const nameUnread = (unread: number, lines: number): string =>
  `${groupDigits(unread)} of ${groupDigits(lines)} ${lines === 1 ? 'line was' : 'lines were'} not understood.`;

export const ABSENT = {
  diagnostics: 'Nothing was lost and every line was understood.',
} as const;
