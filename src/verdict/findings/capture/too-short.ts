import { makeFinding } from '../../make-finding.ts';
import { MIN_CALLS } from '../../options.ts';
import { writeCount } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

const ENOUGH = 30;

export const captureTooShort: FindingRule = {
  id: 'capture-too-short',
  judge(context) {
    const { fit, all } = context.selection;
    if (all.size === 0 || fit.size >= ENOUGH) return null;
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: 'cannotTell',
      title: 'The capture is too short to tell',
      sentence: `Only ${writeCount(fit.size, 'whole receive call')} of ${all.size} can be used${fit.size < MIN_CALLS ? '; nothing is claimed about so few' : '; intervals are wide'}.`,
      n: fit.size,
      reasons: context.selection.excluded.map((x) => `${x.count} left out: ${x.reason}`),
      nextStep: 'Record longer or filter on the reader’s pid, so that the buffer holds more calls.',
    });
  },
};
