import type { Exemplar, Finding } from '../../model/analysis/index.ts';

/** A finding names the exemplars that are among its evidence; without such, those of the mechanism it speaks of stay out. */
export function linkExemplars(findings: readonly Finding[], exemplars: readonly Exemplar[]): void {
  for (const finding of findings)
    for (const exemplar of exemplars)
      if (
        finding.evidence.some((e) => e.run === exemplar.run && e.call === exemplar.call) &&
        !finding.exemplars.includes(exemplar.id)
      )
        finding.exemplars.push(exemplar.id);
}
