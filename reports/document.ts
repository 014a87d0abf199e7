import type { Analysis } from '../src/model/analysis/index.ts';
import type { ReportDocument, Section } from './blocks.ts';
import { cleanDeep } from './clean.ts';
import { OUTCOME_TONES, OUTCOME_WORDS } from './messages.ts';
import { balanceSection, breakEvenSection } from './sections/break-even.ts';
import { budgetSection } from './sections/budget.ts';
import { capturedSection } from './sections/captured.ts';
import { environmentSection, notesSection, recordNextSection } from './sections/closing.ts';
import { comparisonSection } from './sections/comparison.ts';
import { dataQualitySection } from './sections/data-quality.ts';
import { declinesSection } from './sections/declines.ts';
import { distributionsSection } from './sections/distributions.ts';
import { exemplarsSection } from './sections/exemplars.ts';
import { findingsSection } from './sections/findings.ts';
import { profileSection } from './sections/profile.ts';
import { receiversSection } from './sections/receivers.ts';
import { verdictSection } from './sections/verdict.ts';
import { wakeupsSection } from './sections/wakeups.ts';
import { whatIfSection } from './sections/what-if.ts';

type MakeSection = (analysis: Analysis) => Section | null;

/** The answer first, then what explains it, then what it rests on. A comparison or prediction moves up to its answer. */
function orderSections(kind: Analysis['kind']): MakeSection[] {
  const explain: MakeSection[] = [
    budgetSection,
    breakEvenSection,
    balanceSection,
    exemplarsSection,
    distributionsSection,
    declinesSection,
    wakeupsSection,
    profileSection,
  ];
  const base: MakeSection[] = [dataQualitySection, recordNextSection, environmentSection, notesSection];
  const lead: MakeSection[] = [verdictSection, receiversSection, capturedSection];
  if (kind === 'compare') return [...lead, comparisonSection, findingsSection, ...explain, whatIfSection, ...base];
  if (kind === 'whatif') return [...lead, whatIfSection, findingsSection, ...explain, comparisonSection, ...base];
  return [...lead, findingsSection, ...explain, comparisonSection, whatIfSection, ...base];
}

/** Analysis → what every output prints. Hostile characters are replaced here, once, for all of them. */
export function makeDocument(raw: Analysis): ReportDocument {
  const analysis = cleanDeep(raw);
  return {
    kind: analysis.kind,
    title: analysis.title,
    tool: analysis.tool,
    headline: analysis.headline.sentence,
    outcome: OUTCOME_WORDS[analysis.headline.outcome],
    tone: OUTCOME_TONES[analysis.headline.outcome],
    cautions: analysis.caveats,
    sections: orderSections(analysis.kind)
      .map((make) => make(analysis))
      .filter((section) => section !== null),
    footnotes: [
      `Made by ${analysis.tool}, seed ${analysis.seed}, format of saved analyses ${analysis.schemaVersion}. The same capture gives the same report.`,
      'Intervals stand in brackets: [low, high]. A dash is an unknown value, never zero.',
    ],
  };
}
