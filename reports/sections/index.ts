import { callsSection } from './calls/index.ts';
import { capturedSection, cautionsSection, notesSection } from './captured.ts';
import { alsoSection, causesSection } from './causes.ts';
import { comparisonSection } from './comparison.ts';
import { dataQualitySection } from './data-quality.ts';
import { distributionsSection } from './distributions.ts';
import { glossarySection } from './glossary.ts';
import { lensesSection } from './lenses.ts';
import { overviewSection } from './overview.ts';
import { profileSection } from './profile.ts';
import { questionsSection } from './questions.ts';
import { receiversSection } from './receivers.ts';
import { recordSection } from './record.ts';
import type { SectionSpec } from './section.ts';
import { settingsSection } from './settings.ts';
import { balanceSection, sizesSection } from './sizes.ts';
import { timeSection } from './time.ts';
import { declinesSection, wakeupsSection } from './waking.ts';

/** Every section in the order of the page: what is open first, the order of the folded ones below it. */
export const SECTIONS: readonly SectionSpec[] = [
  questionsSection,
  timeSection,
  overviewSection,
  causesSection,
  callsSection,
  settingsSection,
  cautionsSection,
  comparisonSection,
  sizesSection,
  balanceSection,
  distributionsSection,
  declinesSection,
  wakeupsSection,
  profileSection,
  lensesSection,
  alsoSection,
  receiversSection,
  capturedSection,
  dataQualitySection,
  notesSection,
  recordSection,
  glossarySection,
];

/** A prediction is its table and what it assumes; everything else is in the report of the same capture. */
export const SECTIONS_OF_WHATIF: readonly SectionSpec[] = [
  settingsSection,
  cautionsSection,
  receiversSection,
  capturedSection,
  dataQualitySection,
  glossarySection,
];
