import type { Finding } from '../model/analysis/index.ts';
import { tidySentence } from './words.ts';

/** A finding with the parts a rule does not need filled in. */
export function makeFinding(
  given: Pick<Finding, 'id' | 'title' | 'sentence' | 'outcome' | 'role'> & Partial<Finding>,
): Finding {
  return {
    id: given.id,
    stratum: given.stratum ?? 'all calls',
    outcome: given.outcome,
    role: given.role,
    title: given.title,
    sentence: tidySentence(given.sentence),
    effect: given.effect ?? null,
    n: given.n ?? 0,
    unitOfN: given.unitOfN ?? 'calls',
    reasons: (given.reasons ?? []).map(tidySentence),
    numbers: (given.numbers ?? []).map((x) => ({
      ...x,
      value: x.value !== null && Number.isFinite(x.value) ? x.value : null,
    })),
    evidence: given.evidence ?? [],
    exemplars: given.exemplars ?? [],
    warnings: given.warnings ?? [],
    nextStep: given.nextStep ?? '',
    ...(given.told === undefined ? {} : { told: given.told }),
  };
}

/** null for everything that is not a finite number: the analysis is plain JSON. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
