import type { CompareRow } from '../../model/analysis/index.ts';
import { EQUIVALENCE_PCT } from '../options.ts';

/**
 * The changes that make the why line: rows of the exploratory table that hold in their own family, over all calls, largest
 * first (by the logarithm of after/before; what appears or vanishes altogether first; shares by the change of their odds).
 * Of a comparison with too few runs for a claim: what its table suggests. A quantity that is told per MiB is not told per call or segment too:
 * with other sizes of either everything changes per call, per segment.
 */
export function rankChanges(rows: readonly CompareRow[]): number[] {
  return rankRows(rows, (row) => row.significant || row.suggests !== undefined);
}

const RAW_LEVEL = 0.05;

/**
 * Where an endpoint is decided and no row of the table holds in its own family: the row that moved most among those whose runs lie apart
 * by themselves (p before the family). It leads to the cause and proves nothing; without a decided endpoint nothing is named.
 */
export function findLead(rows: readonly CompareRow[], why: readonly number[]): number | null {
  const isDecided = rows.some((row) => row.primary !== undefined && row.significant);
  if (!isDecided || why.length > 0) return null;
  return rankRows(rows, (row) => row.pValue !== null && row.pValue <= RAW_LEVEL)[0] ?? null;
}

function rankRows(rows: readonly CompareRow[], counts: (row: CompareRow) => boolean): number[] {
  const perMiB = new Set(rows.flatMap(({ metric }) => (metric.endsWith(' per MiB') ? [metric.slice(0, -8)] : [])));
  const isTwin = ({ metric }: CompareRow): boolean =>
    metric.endsWith(', other sizes') ||
    (metric.endsWith(' per call') && perMiB.has(nameOf(metric))) ||
    (metric.endsWith(' per segment') && perMiB.has(metric.slice(0, -' per segment'.length)));
  return rows
    .map((row, index) => ({ row, index, size: sizeOf(row) }))
    .filter(({ row }) => row.primary === undefined && counts(row) && isWhole(row) && !isTwin(row) && isMaterial(row))
    .sort((a, b) => b.size - a.size || a.index - b.index)
    .map(({ index }) => index);
}

/** 'bytes per call' is the reverse of 'calls per MiB'. */
function nameOf(metric: string): string {
  return metric === 'bytes per call' ? 'calls' : metric.slice(0, -9);
}

function isWhole({ stratum }: CompareRow): boolean {
  return stratum === 'all calls' || stratum === 'whole run' || stratum === 'profile';
}

/** What moved by less than what counts as no difference is no cause of anything, however well it is known. */
function isMaterial({ before, after, unit }: CompareRow): boolean {
  if (before === null || after === null) return false;
  if (unit === '%') return Math.abs(after - before) > EQUIVALENCE_PCT;
  return Math.abs(Math.log(after / before)) > Math.log(1 + EQUIVALENCE_PCT / 100);
}

function sizeOf({ before, after, unit }: CompareRow): number {
  if (before === null || after === null) return 0;
  if (unit === '%') return Math.abs(oddsOf(after) - oddsOf(before));
  return Math.abs(Math.log(after / before));
}

/** Log odds of a share in %; 0 and 100 % are as far as half a per mille from the end. */
function oddsOf(pct: number): number {
  const share = Math.min(0.9995, Math.max(0.0005, pct / 100));
  return Math.log(share / (1 - share));
}
