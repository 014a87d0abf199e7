import type { Analysis, CompareRow, Finding, Outcome, TrustTopic } from '../src/model/analysis/index.ts';
import type { FirstScreen, StripRow } from './blocks.ts';
import { formatBytes, formatCount, formatEffect, formatQuantity, UNKNOWN } from './format.ts';
import { OUTCOME_TONES, OUTCOME_WORDS } from './messages.ts';

const KIND_WORDS = { report: 'report', compare: 'comparison', whatif: 'prediction' } as const;
const CHANGE_WORDS: Record<Outcome, string> = {
  wins: 'better',
  loses: 'worse',
  noDifference: 'no difference',
  cannotTell: 'cannot tell',
};
const TRUST_SECTIONS: Record<TrustTopic, string> = {
  runs: 'captured',
  identity: 'captured',
  loss: 'data',
  probes: 'also',
  emulation: 'cautions',
};
const EMPTY_CELL = { text: '' };

export function makeFirstScreen(analysis: Analysis): FirstScreen {
  const { headline, answer, scope } = analysis;
  const strip = analysis.verdicts.map((verdict) => toStripRow(verdict, findRow(analysis, verdict)));
  const isTold = strip.some((row) => row.tone !== 'doubt' || row.before.text !== '');
  return {
    eyebrow: writeEyebrow(analysis),
    headline: headline.sentence,
    outcome: OUTCOME_WORDS[headline.outcome],
    // Facts where nothing was compared are a plain statement: no mark of doubt before it.
    tone: isPlain(analysis, isTold) ? '' : OUTCOME_TONES[headline.outcome],
    // Until every headline is one short sentence, what it says already is not said again.
    why: [scope?.sentence ?? '', ...(answer?.why ?? [])].filter(
      (sentence) => sentence !== '' && !headline.sentence.includes(sentence),
    ),
    actions: answer?.actions ?? [],
    strip: isTold && analysis.kind !== 'whatif' ? strip : [],
    facts: (isTold ? [] : (answer?.facts ?? [])).map(({ label, effect, note }) => ({
      label,
      value:
        effect.low === null || effect.high === null
          ? formatQuantity(effect.estimate, effect.unit)
          : formatEffect(effect),
      note,
    })),
    trust: (answer?.trust ?? []).map(({ text, about }) => ({ text, section: TRUST_SECTIONS[about] })),
  };
}

/** Facts, or what a lens counted: nothing is in doubt about them. */
function isPlain(analysis: Analysis, isTold: boolean): boolean {
  if (!isTold && (analysis.answer?.facts ?? []).length > 0) return true;
  return analysis.kind === 'report' && analysis.lenses?.[0]?.sentences[0] === analysis.headline.sentence;
}

/** What, kernel, runs, calls, bytes: no date, no path. */
function writeEyebrow(analysis: Analysis): string[] {
  const kernels = [...new Set(analysis.runs.map((run) => run.kernel).filter((kernel) => kernel !== ''))];
  const bytes = analysis.runs.reduce((sum, run) => sum + (run.bytes ?? 0), 0);
  const calls = analysis.runs.reduce((sum, run) => sum + run.calls, 0);
  return [
    analysis.tool,
    KIND_WORDS[analysis.kind],
    analysis.title,
    ...(kernels.length === 0 ? [] : [`kernel ${kernels.slice(0, 3).join(', ')}`]),
    ...(calls > 0 ? [`${formatCount(calls).text} calls`] : []),
    ...(bytes > 0 ? [formatBytes(bytes).text] : []),
  ];
}

function findRow(analysis: Analysis, verdict: Finding): CompareRow | undefined {
  return analysis.comparison?.rows.find((row) => `verdict-${row.primary}` === verdict.id);
}

function toStripRow(verdict: Finding, row: CompareRow | undefined): StripRow {
  const base = {
    id: verdict.id,
    title: verdict.title,
    tone: OUTCOME_TONES[verdict.outcome],
    word: wordOf(verdict, row),
    reason: verdict.outcome === 'cannotTell' ? (row?.reasons?.[0]?.words ?? pickReason(verdict)) : '',
  };
  if (row === undefined || (row.before === null && row.after === null)) {
    const figure = verdict.outcome === 'cannotTell' ? EMPTY_CELL : formatEffect(verdict.effect);
    return { ...base, before: EMPTY_CELL, after: EMPTY_CELL, difference: figure, ratio: null };
  }
  const pct = row.differencePct;
  const asRatio = (value: number | null): number | null => (value === null ? null : Math.max(0.001, 1 + value / 100));
  return {
    ...base,
    before: formatQuantity(row.before, row.unit),
    after: formatQuantity(row.after, row.unit),
    difference: pct === null ? { text: UNKNOWN } : signed(formatEffect(pct), pct.estimate),
    ratio:
      pct === null || pct.estimate === null
        ? null
        : { estimate: asRatio(pct.estimate)!, low: asRatio(pct.low), high: asRatio(pct.high) },
  };
}

/** From too few runs for a claim an interval without 0 suggests: it never stands beside "cannot tell". */
function wordOf(verdict: Finding, row: CompareRow | undefined): string {
  if (row === undefined) return OUTCOME_WORDS[verdict.outcome];
  return row.suggests === undefined ? CHANGE_WORDS[verdict.outcome] : `suggests ${row.suggests}`;
}

/** A difference without a sign reads as an amount. */
function signed<T extends { text: string }>(cell: T, estimate: number | null): T {
  return estimate !== null && estimate > 0 ? { ...cell, text: `+${cell.text}` } : cell;
}

/** Of a verdict without a coded reason (the row carries those): the first sentence that says why it cannot be told, not where the figure comes from. */
function pickReason(verdict: Finding): string {
  const reason = verdict.reasons.find((text) => !/^(the row|as iperf|bytes returned|inside the capture)/.test(text));
  return reason ?? '';
}
