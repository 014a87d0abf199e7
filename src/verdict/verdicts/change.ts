import type { CompareRow, Finding, Outcome } from '../../model/analysis/index.ts';
import type { Primary } from '../compare/endpoints/index.ts';
import type { Context } from '../context/context.ts';
import { seeOffload } from '../context/offload-visibility.ts';
import { finite, makeFinding } from '../make-finding.ts';
import { EQUIVALENCE_PCT } from '../options.ts';
import { writeCount, writeNumber, writePctInterval } from '../words.ts';

const RECORD_BASELINE =
  'Record the same traffic without offload and give it as the other side: sysctl -w net.ipv4.tcp_dma_copybreak=2147483647 (five runs a side).';

/** The other side of the comparison that would tell: what it lacks, and how to record it. */
export function nameOtherSide(context: Context): { missing: string; nextStep: string } {
  switch (seeOffload(context)) {
    case 'no-such-kernel':
      return {
        missing: 'no other capture',
        nextStep:
          'Record the same traffic with another setting or mechanism and give it as the other side (five runs a side).',
      };
    case 'not-used':
      return {
        missing: 'no capture with offload',
        nextStep:
          'Record the same traffic with offload on and give it as the other side: sysctl -w net.ipv4.tcp_dma_copybreak=4096 (five runs a side).',
      };
    default:
      return { missing: 'no capture without offload', nextStep: RECORD_BASELINE };
  }
}
const ONE_RUN_WARNING =
  'one run a side cannot tell machine drift from change; what drift can make of the figure is allowed for';

export interface ChangeWords {
  id: string;
  title: string;
  noun: string;
  unit: string;
  write: (value: number) => string;
  /** Why the comparison may have no such row. */
  missing: string;
  nextStep: string;
}

export function findPrimaryRow(context: Context, primary: Primary): CompareRow | undefined {
  return context.comparison?.rows.find((row) => row.primary === primary);
}

/** A claim of the table is the verdict: better = wins, worse = loses. */
export function outcomeOfRow(row: CompareRow): Outcome {
  if (row.significant && row.direction !== '') return row.direction === 'better' ? 'wins' : 'loses';
  return row.outcome === 'noDifference' ? 'noDifference' : 'cannotTell';
}

/**
 * A verdict between two sides is one row of their comparison, declared in advance: same estimate, interval, adjusted p and
 * claim, so that verdict and table cannot disagree. Preconditions come first: where one fails the outcome is "cannot tell"
 * with the reason, and the figures stand as those of the traced runs.
 */
export function describeChange(context: Context, primary: Primary, words: ChangeWords): Finding {
  const row = findPrimaryRow(context, primary);
  const base = { id: words.id, role: 'verdict' as const, title: words.title };
  const failed = row?.reasons ?? [];
  if (row === undefined || row.before === null || row.after === null) {
    const why = failed.length > 0 ? failed.map((reason) => reason.words) : [words.missing];
    return makeFinding({
      ...base,
      outcome: 'cannotTell',
      sentence: `Cannot tell: ${why.join('; ')}.`,
      n: row === undefined ? 0 : row.nBefore + row.nAfter,
      unitOfN: row?.unitOfN ?? 'calls',
      reasons: why,
      nextStep: words.nextStep,
    });
  }
  const outcome = outcomeOfRow(row);
  const unit = row.unitOfN.replace(/s$/, '');
  const n =
    unit === 'pair'
      ? `${writeCount(row.nBefore, unit)} of neighbouring stretches`
      : `${row.nBefore.toLocaleString('en-US')} against ${writeCount(row.nAfter, unit)}`;
  const figures = `${words.noun} ${words.write(row.before)} → ${words.write(row.after)}`;
  return makeFinding({
    ...base,
    stratum: row.stratum === 'whole run' ? 'all calls' : row.stratum,
    outcome,
    sentence:
      failed.length > 0
        ? `Cannot tell: ${failed[0].words}. In these traced runs: ${figures}, ${n}.`
        : `${leadOf(row, outcome)}: ${figures}${writeChange(row)}, ${n}.`,
    effect: row.differencePct ?? row.difference,
    n: row.unitOfN === 'pairs' ? row.nBefore : row.nBefore + row.nAfter,
    unitOfN: row.unitOfN,
    reasons: listReasons(context, row, outcome),
    numbers: [
      { label: `${words.noun}, before`, value: finite(row.before), unit: words.unit },
      { label: `${words.noun}, after`, value: finite(row.after), unit: words.unit },
      { label: 'change', value: row.differencePct?.estimate ?? null, unit: '%' },
      { label: 'adjusted p', value: row.adjustedP, unit: '' },
    ],
    warnings: [
      ...(context.comparison?.unit === 'calls' ? [ONE_RUN_WARNING] : []),
      ...(context.emulation.length > 0 ? ['times of an emulated CPU and a software engine: do not quote them'] : []),
    ],
    nextStep: outcome === 'cannotTell' ? words.nextStep : '',
  });
}

function leadOf(row: CompareRow, outcome: Outcome): string {
  if (row.suggests !== undefined) return `Suggests ${row.suggests}, from too few runs for a claim`;
  return {
    wins: 'Better',
    loses: 'Worse',
    noDifference: `No difference larger than ${EQUIVALENCE_PCT} %`,
    cannotTell: 'Cannot tell',
  }[outcome];
}

function writeChange(row: CompareRow): string {
  return row.differencePct === null ? '' : ` (${writePctInterval(row.differencePct)}${writeP(row)})`;
}

function writeP({ adjustedP }: CompareRow): string {
  if (adjustedP === null) return '';
  return adjustedP < 0.001 ? ', p < 0.001' : `, p = ${writeNumber(adjustedP, 2)}`;
}

function listReasons(context: Context, row: CompareRow, outcome: Outcome): string[] {
  if (row.reasons !== undefined && row.reasons.length > 0) return row.reasons.map((reason) => reason.words);
  const reasons = [
    `the row “${row.metric}, ${row.stratum}” of the comparison; p and interval are adjusted for the three verdicts, which are one family at 5 %`,
  ];
  if (context.comparison?.isSame) reasons.push('both sides are one and the same capture');
  const parts = row.parts ?? [];
  if (parts.length > 1)
    reasons.push(
      `parts: ${parts.map((part) => `${part.title} ${writePart(part.before)} → ${writePart(part.after)} ${part.unit}`).join(', ')}`,
    );
  else if (parts.length === 1)
    reasons.push(`${parts[0].title} only: softirqs of every run are not in the text, or not of one trace`);
  if (outcome === 'noDifference') reasons.push(`the whole interval lies within ±${EQUIVALENCE_PCT} %`);
  if (outcome !== 'cannotTell' || row.suggests !== undefined) return reasons;
  const { low, high } = row.differencePct ?? { low: null, high: null };
  if (low === null || high === null) reasons.push(`no interval: ${row.difference?.method || `too few ${row.unitOfN}`}`);
  if (row.detectablePct !== null)
    reasons.push(
      `a change below about ${writeNumber(row.detectablePct, 2)} % could not have been shown with these data`,
    );
  return reasons;
}

function writePart(value: number | null): string {
  return value === null ? '?' : writeNumber(value);
}
