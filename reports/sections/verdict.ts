import type { Analysis, Finding } from '../../src/model/analysis/index.ts';
import type { CardsBlock, Section } from '../blocks.ts';
import { formatEffect, formatLevel, UNKNOWN } from '../format.ts';
import { basisOf, OUTCOME_TONES, OUTCOME_WORDS } from '../messages.ts';

function toCard(finding: Finding): CardsBlock['cards'][number] {
  const effect = formatEffect(finding.effect);
  const level = finding.effect === null || finding.effect.low === null ? '' : `, ${formatLevel(finding.effect)}`;
  return {
    id: finding.id,
    title: finding.title,
    outcome: OUTCOME_WORDS[finding.outcome],
    tone: OUTCOME_TONES[finding.outcome],
    figure: effect.text === UNKNOWN ? '' : effect.text,
    exact: effect.exact,
    sentence: finding.sentence,
    basis: basisOf(finding.n, finding.unitOfN) + level,
    warnings: [...new Set(finding.warnings)],
  };
}

/** Three questions, never merged into one mark: less CPU with less throughput is a common result. */
export function verdictSection(analysis: Analysis): Section {
  return { id: 'verdict', title: 'Verdict', blocks: [{ kind: 'cards', cards: analysis.verdicts.map(toCard) }] };
}
