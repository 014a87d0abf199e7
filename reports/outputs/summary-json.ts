import type { Analysis, Effect, Finding } from '../../src/model/analysis/index.ts';
import { escapeUnprintableJson } from '../../src/model/printable.ts';
import { cleanDeep } from '../clean.ts';

export const SUMMARY_BYTES = 8_000;
/** Raise with every incompatible change; reports/schemas/summary.schema.json says what it is. */
const SUMMARY_VERSION = 1;
const LONGEST = 400;
const DIGITS = 6;

/** Verdicts, numbers and reasons for scripts and assistants: at most 8,000 bytes, the last items go first. */
export function writeSummaryJson(raw: Analysis): string {
  const analysis = cleanDeep(raw);
  for (const limits of LIMITS) {
    const text = `${escapeUnprintableJson(JSON.stringify(summarize(analysis, limits), null, 1))}\n`;
    if (Buffer.byteLength(text) <= SUMMARY_BYTES) return text;
  }
  return `${escapeUnprintableJson(JSON.stringify(summarize(analysis, LIMITS[LIMITS.length - 1]), null, 0))}\n`;
}

interface Limits {
  causes: number;
  changes: number;
  reasons: number;
  letters: number;
}

const LIMITS: readonly Limits[] = [
  { causes: 5, changes: 8, reasons: 4, letters: LONGEST },
  { causes: 5, changes: 4, reasons: 2, letters: 240 },
  { causes: 3, changes: 2, reasons: 1, letters: 160 },
  { causes: 1, changes: 0, reasons: 1, letters: 80 },
];

function summarize(analysis: Analysis, limits: Limits): object {
  const cut = (text: string): string =>
    [...text].length <= limits.letters ? text : `${[...text].slice(0, limits.letters - 1).join('')}…`;
  const causes = analysis.findings.filter((f) => f.role === 'problem' && f.outcome === 'loses');
  const changes = (analysis.comparison?.rows ?? []).filter((row) => row.significant && row.primary === undefined);
  const sides = ['', 'before', 'after'] as const;
  return {
    summaryVersion: SUMMARY_VERSION,
    kind: analysis.kind,
    tool: analysis.tool,
    title: cut(analysis.title),
    headline: { sentence: cut(analysis.headline.sentence), outcome: analysis.headline.outcome },
    captured: sides.flatMap((side) => {
      const runs = analysis.runs.filter((run) => run.side === side);
      if (runs.length === 0) return [];
      const known = runs.map((run) => run.bytes).filter((bytes) => bytes !== null);
      return [
        {
          side,
          runs: runs.length,
          calls: runs.reduce((sum, run) => sum + run.calls, 0),
          bytes: known.length === 0 ? null : known.reduce((a, b) => a + b, 0),
          kernels: [...new Set(runs.map((run) => run.kernel))].slice(0, 3).map(cut),
        },
      ];
    }),
    verdicts: analysis.verdicts.map((verdict) => {
      const row = analysis.comparison?.rows.find((r) => `verdict-${r.primary}` === verdict.id);
      return {
        id: verdict.id,
        outcome: verdict.outcome,
        sentence: cut(verdict.sentence),
        unit: row?.unit ?? null,
        before: shorten(row?.before ?? null),
        after: shorten(row?.after ?? null),
        difference: describeEffect(row?.differencePct ?? verdict.effect),
        reasons: verdict.reasons.slice(0, limits.reasons).map(cut),
      };
    }),
    why: (analysis.answer?.why ?? []).map(cut),
    causes: causes.slice(0, limits.causes).map((cause) => describeCause(cause, cut)),
    changes: changes.slice(0, limits.changes).map((row) => ({
      metric: cut(row.metric),
      stratum: cut(row.stratum),
      differencePct: describeEffect(row.differencePct),
      direction: row.direction,
    })),
    facts: (analysis.answer?.facts ?? []).map(({ label, effect, note }) => ({
      label,
      value: describeEffect(effect),
      note,
    })),
    actions: (analysis.answer?.actions ?? []).map(({ text, command }) => ({ text: cut(text), command: cut(command) })),
    trust: (analysis.answer?.trust ?? []).map(({ text }) => text),
    caveats: analysis.caveats.slice(0, limits.reasons).map(cut),
  };
}

function describeCause(cause: Finding, cut: (text: string) => string): object {
  return {
    id: cause.id,
    title: cut(cause.title),
    sentence: cut(cause.sentence),
    sharePct: shorten(cause.lossSharePct ?? null),
    effect: describeEffect(cause.effect),
    next: cut(cause.nextStep),
  };
}

function describeEffect(effect: Effect | null): object | null {
  if (effect === null) return null;
  const { estimate, low, high, unit } = effect;
  return { estimate: shorten(estimate), low: shorten(low), high: shorten(high), unit };
}

/** Six digits: more than anybody may quote, and the same on every machine. */
const shorten = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(DIGITS)));
