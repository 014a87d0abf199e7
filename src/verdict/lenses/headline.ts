import type { Analysis, Answer, Finding, LensReport } from '../../model/analysis/index.ts';
import { MIN_CALLS } from '../options.ts';
import { PACKETS_DROPPED } from './drops.ts';
import type { ScreenFact } from './lens.ts';

/**
 * A capture without whole TCP receive calls still answers what its lines allow: the first sentence of the first lens that spoke is the
 * headline, those of the next two stand below it. Calls that were made and not recorded come before all that. null: no lens
 * had anything to say.
 */
export function headWithoutCalls(
  lenses: readonly LensReport[],
  findings: readonly Finding[],
): { sentence: string; why: string[] } | null {
  const [first, ...rest] = lenses.flatMap(({ sentences }) => sentences.slice(0, 1));
  const unrecorded = findings.find((f) => f.id === 'unrecorded-receiver');
  if (unrecorded !== undefined) {
    const why = [...unrecorded.reasons.slice(0, 1), ...[first, ...rest].slice(0, 1)];
    return { sentence: `${unrecorded.sentence.split(':')[0]}.`, why: why.filter((line) => line !== undefined) };
  }
  if (first === undefined) return null;
  const sentence = withoutBrackets(first);
  return {
    sentence,
    why: [
      // What the brackets held stands below.
      ...(sentence === first ? [] : [first]),
      ...lenses[0].sentences.slice(1, 2),
      ...rest.slice(0, 1),
      'No whole TCP receive call is in this capture, so nothing is said about offload.',
    ],
  };
}

/** A headline has no bracket: `16 runs (75 % of the recorded time)`. */
const withoutBrackets = (sentence: string): string => sentence.replace(/ \([^()]*\)/g, '');

/** Figures of the first screen at most. */
const MAX_FACTS = 12;

/** Calls too few to judge say less than what was lost on the way to the readers. null: nothing was lost, or there are enough calls. */
export function headByLosses(decidedCalls: number, cards: readonly Finding[]): Analysis['headline'] | null {
  // Of packets that lines show: a counter that rose may be of other programs, it stands below the headline.
  const lost = cards.find((card) => isLoss(card) && card.title === PACKETS_DROPPED);
  if (lost === undefined || decidedCalls === 0 || decidedCalls >= MIN_CALLS) return null;
  return { sentence: lost.sentence, outcome: 'cannotTell' };
}

/** What arrived beside the figures of the calls, where nothing was compared; losses stand before everything else. */
export function showArrivals(
  answer: Answer,
  { headline, verdicts }: Pick<Analysis, 'headline' | 'verdicts'>,
  { facts, cards }: { facts: readonly ScreenFact[]; cards: readonly Finding[] },
): Answer {
  const isJudged = verdicts.some((v) => v.outcome !== 'cannotTell');
  const lost = cards.find(isLoss);
  const why = lost === undefined ? [] : [lost.sentence].filter((sentence) => sentence !== headline.sentence);
  const isSaid = answer.actions.some(({ text }) => text === lost?.nextStep);
  const cure = lost === undefined || lost.nextStep === '' || isSaid ? [] : [{ text: lost.nextStep, command: '' }];
  return {
    ...answer,
    why: why.length === 0 ? answer.why : [...why, ...answer.why.slice(0, 1)],
    actions: cure.length === 0 ? answer.actions : [...cure, ...answer.actions].slice(0, 3),
    facts: isJudged ? answer.facts : [...answer.facts, ...facts].slice(0, MAX_FACTS),
  };
}

const isLoss = ({ id, role }: Finding): boolean => id === 'lens-drops' && role === 'problem';

/** A headline of the softirq side is the machine's, not one receiver's. */
export function isHeadOfMachine({ headline, lenses, findings }: Analysis): boolean {
  return (
    (lenses ?? []).some(
      ({ sentences }) => sentences[0] !== undefined && withoutBrackets(sentences[0]) === headline.sentence,
    ) || findings.some((f) => isLoss(f) && f.sentence === headline.sentence)
  );
}
