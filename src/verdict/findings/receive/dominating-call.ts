import { PHASE_TITLES } from '../../../model/phases.ts';
import { citeCall } from '../../evidence.ts';
import { makeFinding } from '../../make-finding.ts';
import { findDominant, writeDominant } from '../../summaries/dominant.ts';
import type { FindingRule } from '../rule.ts';

/** Where one call decides a sum, the sum says nothing of the others. */
export const dominatingCall: FindingRule = {
  id: 'dominating-call',
  judge({ fit }) {
    const dominant = findDominant(fit);
    if (dominant === null) return null;
    const { i, phase, ns, totalNs, calls } = dominant;
    return makeFinding({
      id: this.id,
      role: 'note',
      outcome: 'cannotTell',
      title: 'One call holds most of a phase',
      sentence: writeDominant(dominant, fit.callNumber(i)),
      n: calls,
      numbers: [
        { label: PHASE_TITLES[phase], value: ns, unit: 'ns' },
        { label: `${PHASE_TITLES[phase]}, all calls`, value: totalNs, unit: 'ns' },
      ],
      evidence: [citeCall(fit, i, `${PHASE_TITLES[phase]} of this call`)],
      nextStep: 'Look at that call before changing anything: sums and means of this phase are about it alone.',
    });
  },
};
