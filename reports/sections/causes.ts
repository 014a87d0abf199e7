import type { Analysis, Evidence, Finding } from '../../src/model/analysis/index.ts';
import type { Block, FindingBlock } from '../blocks.ts';
import { formatCount, formatLevel, formatPct } from '../format.ts';
import { basisOf, OUTCOME_TONES, OUTCOME_WORDS } from '../messages.ts';
import { anchorOf, nameCall, type ShownCalls } from './calls/choose.ts';
import { effectCell, valueCell } from './cells.ts';
import { always, never, type SectionSpec } from './section.ts';

const MAX_OPEN = 3;

/** 'run-3/trace.txt:8131, #17': open the file at that line. */
export function placeOf(evidence: Evidence): string {
  const run = evidence.run === '' || evidence.run === evidence.file ? '' : `${evidence.run}/`;
  const line = evidence.line > 0 ? `:${evidence.line}` : '';
  const call = evidence.call >= 0 ? `, #${formatCount(evidence.call).text}` : '';
  return `${run}${evidence.file}${line}${call}`;
}

export function toFindingBlock(finding: Finding, analysis: Analysis, calls: ShownCalls): FindingBlock {
  const isVerdict = finding.role === 'verdict';
  const isTold = finding.outcome !== 'cannotTell';
  const level = finding.effect === null || finding.effect.low === null ? '' : `, ${formatLevel(finding.effect)}`;
  const shown = new Set(calls.open.map(({ exemplar }) => exemplar.id));
  const drawn = new Set([...shown, ...calls.folded.map(({ exemplar }) => exemplar.id)]);
  return {
    kind: 'finding',
    id: finding.id,
    title: finding.title,
    stratum: finding.stratum,
    // A question or a note is no verdict: no outcome word, whatever its figures say.
    outcome: isVerdict || (finding.role === 'problem' && isTold) ? OUTCOME_WORDS[finding.outcome] : '',
    tone: isVerdict || (finding.role === 'problem' && isTold) ? OUTCOME_TONES[finding.outcome] : 'neutral',
    share: finding.lossSharePct === undefined ? '' : `${formatPct(finding.lossSharePct).text} of the cost`,
    sentence: finding.sentence,
    effect: finding.effect === null ? null : effectCell(finding.effect),
    basis: basisOf(finding.n, finding.unitOfN) + level,
    numbers: finding.numbers.map((n) => ({ label: n.label, value: valueCell(n.value, n.unit) })),
    reasons: finding.reasons,
    warnings: [...new Set(finding.warnings)],
    evidence: finding.evidence.map((e) => ({ place: placeOf(e), text: e.text })),
    exemplars: finding.exemplars.flatMap((id) => {
      const exemplar = analysis.exemplars.find((e) => e.id === id);
      if (exemplar === undefined || !drawn.has(id)) return [];
      return [{ id: anchorOf(exemplar), label: nameCall(exemplar), isShown: shown.has(id) }];
    }),
    nextStep: finding.nextStep,
  };
}

const isCause = (f: Finding): boolean => f.role === 'problem' && f.outcome === 'loses';
/** Questions that the first screen or another section answers already. */
const ANSWERED_ELSEWHERE = ['answer-bandwidth'];

/** What costs most, one line each; the figures behind it unfold. */
export const causesSection: SectionSpec = {
  id: 'causes',
  title: 'Causes, by what they cost',
  isOpen: always,
  make(analysis, { calls }) {
    // By share of the cost where it is known; the others keep their order after them.
    const causes = rankCauses(analysis);
    if (causes.length === 0) return null;
    const blocks = causes.slice(0, MAX_OPEN).map((f) => toFindingBlock(f, analysis, calls));
    const side = analysis.runs.some((run) => run.side === 'before') ? 'Of the later side. ' : '';
    const note = causes.some((f) => f.lossSharePct !== undefined)
      ? `${side}Shares are of all that offload cost; causes overlap, so they do not add up.`
      : side.trim();
    const items = blocks.map((b) => `${b.title}${b.share === '' ? '' : ` (${b.share})`}: ${b.sentence}`);
    return {
      blocks: note === '' ? blocks : [...blocks, { kind: 'note', text: note }],
      ticket: [{ kind: 'list', items }],
    };
  },
};

function rankCauses(analysis: Analysis): Finding[] {
  return analysis.findings
    .filter(isCause)
    .map((finding, i) => ({ finding, i }))
    .sort((a, b) => (b.finding.lossSharePct ?? -1) - (a.finding.lossSharePct ?? -1) || a.i - b.i)
    .map(({ finding }) => finding);
}

/** Everything else that was found, and what the verdicts rest on. */
export const alsoSection: SectionSpec = {
  id: 'also',
  title: 'Also found, and what the verdicts rest on',
  isOpen: never,
  make(analysis, { calls }) {
    const open = new Set(rankCauses(analysis).slice(0, MAX_OPEN));
    const hasTransfers = analysis.findings.some((f) => f.id === 'transfers-too-small');
    const rest = analysis.findings.filter(
      (f) =>
        !open.has(f) &&
        // What the calls could not tell stands nowhere else with its reasons.
        !(ANSWERED_ELSEWHERE.includes(f.id) && f.outcome !== 'cannotTell') &&
        !(f.id === 'answer-transfers' && hasTransfers) &&
        !(f.id === 'answer-settings' && (analysis.kind === 'compare' || isSettingsOpen(analysis))),
    );
    const verdicts = analysis.verdicts.filter((f) => f.reasons.length + f.evidence.length + f.numbers.length > 0);
    const blocks: Block[] = [...rest, ...verdicts].map((f) => toFindingBlock(f, analysis, calls));
    return blocks.length === 0 ? null : { blocks };
  },
};

/** The prediction of one report stands in its own open section. */
export function isSettingsOpen(analysis: Analysis): boolean {
  // What figures without calls say stands on the first screen, its numbers with everything else that was found.
  const isOnFirstScreen = (sentence: string): boolean =>
    analysis.answer?.why.some((why) => why.includes(sentence)) === true;
  return analysis.findings.some(
    (f) => f.id === 'answer-settings' && f.numbers.length > 0 && !isOnFirstScreen(f.sentence),
  );
}
