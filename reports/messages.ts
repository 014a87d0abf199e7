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

export const ABSENT = {
  findings: 'Nothing beyond the verdict was found.',
  sizes: 'No receive call of this capture is complete enough for a budget.',
  breakEven: 'No break-even analysis: the capture has no calls of different sizes with a known cost.',
  exemplars: 'No call could be chosen as an example.',
  distributions: 'No call has a known duration.',
  declines: 'No call was declined, or the capture cannot show why.',
  wakeups: 'No wakeups in this capture.',
  profiles: 'No CPU samples in this capture.',
  diagnostics: 'Nothing was lost and every line was understood.',
  environment: 'The capture says nothing about the machine: no sysctls, counters or headers were found.',
  recordNext: 'Nothing is missing that recvscope could use.',
} as const;
