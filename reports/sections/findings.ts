import type { Analysis, Evidence, Finding } from '../../src/model/analysis/index.ts';
import { type Block, type FindingBlock, paragraph, type Section } from '../blocks.ts';
import { formatLevel } from '../format.ts';
import { ABSENT, basisOf, OUTCOME_TONES, OUTCOME_WORDS } from '../messages.ts';
import { effectCell, valueCell } from './cells.ts';

/** 'run-3/trace.txt:8131, call 17': open the file at that line. */
export function placeOf(evidence: Evidence): string {
  const run = evidence.run === '' || evidence.run === evidence.file ? '' : `${evidence.run}/`;
  const line = evidence.line > 0 ? `:${evidence.line}` : '';
  const call = evidence.call >= 0 ? `, call ${evidence.call}` : '';
  return `${run}${evidence.file}${line}${call}`;
}

export function toFindingBlock(finding: Finding, analysis: Analysis): FindingBlock {
  const isVerdictLike = finding.role === 'verdict' || finding.role === 'answer';
  const level = finding.effect === null || finding.effect.low === null ? '' : `, ${formatLevel(finding.effect)}`;
  return {
    kind: 'finding',
    id: finding.id,
    title: finding.title,
    stratum: finding.stratum,
    outcome: isVerdictLike || finding.outcome !== 'cannotTell' ? OUTCOME_WORDS[finding.outcome] : '',
    tone: !isVerdictLike && finding.outcome === 'cannotTell' ? 'neutral' : OUTCOME_TONES[finding.outcome],
    sentence: finding.sentence,
    effect: finding.effect === null ? null : effectCell(finding.effect),
    basis: basisOf(finding.n, finding.unitOfN) + level,
    numbers: finding.numbers.map((n) => ({ label: n.label, value: valueCell(n.value, n.unit) })),
    reasons: finding.reasons,
    warnings: [...new Set(finding.warnings)],
    evidence: finding.evidence.map((e) => ({ place: placeOf(e), text: e.text })),
    exemplars: finding.exemplars.flatMap((id) => {
      const exemplar = analysis.exemplars.find((e) => e.id === id);
      return exemplar === undefined ? [] : [{ id, label: `call ${exemplar.call} (${exemplar.role})` }];
    }),
    nextStep: finding.nextStep,
  };
}

const GROUPS: { role: Finding['role']; heading: string }[] = [
  { role: 'answer', heading: 'The three questions' },
  { role: 'problem', heading: 'Causes' },
  { role: 'note', heading: 'Also seen' },
];

export function findingsSection(analysis: Analysis): Section {
  const blocks: Block[] = [];
  for (const { role, heading } of GROUPS) {
    const findings = analysis.findings.filter((f) => f.role === role);
    if (findings.length === 0) continue;
    blocks.push({ kind: 'heading', text: heading, id: `findings-${role}` });
    blocks.push(...findings.map((f) => toFindingBlock(f, analysis)));
  }
  if (blocks.length === 0) blocks.push(paragraph(ABSENT.findings));
  // Reasons of the three cards stand here: the cards themselves stay short.
  const reasons = analysis.verdicts.filter((f) => f.reasons.length + f.evidence.length + f.numbers.length > 0);
  if (reasons.length > 0) {
    blocks.push({
      kind: 'details',
      summary: 'What the three verdicts rest on',
      blocks: reasons.map((f) => toFindingBlock(f, analysis)),
    });
  }
  return { id: 'findings', title: 'Findings', blocks };
}
