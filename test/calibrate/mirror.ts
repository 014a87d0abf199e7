import type { Comparison, Effect } from '../../src/model/analysis/index.ts';

const OPPOSITE: Record<string, string> = { higher: 'lower', lower: 'higher', better: 'worse', worse: 'better' };
const turn = (word: string): string => OPPOSITE[word] ?? word;
const negate = (value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : 0 - value;

/** What swapping the sides must change and what it must leave: every difference between the two is listed. */
export function findMirrorBreaks(forth: Comparison, back: Comparison): string[] {
  const breaks: string[] = [];
  const other = new Map(back.rows.map((row) => [`${row.stratum}/${row.metric}`, row]));
  if (forth.rows.length !== back.rows.length) breaks.push(`${forth.rows.length} rows against ${back.rows.length}`);
  for (const row of forth.rows) {
    const name = `${row.stratum}/${row.metric}`;
    const mate = other.get(name);
    if (mate === undefined) {
      breaks.push(`${name}: no such row`);
      continue;
    }
    if (
      row.outcome !== turn(mate.outcome) ||
      row.direction !== turn(mate.direction) ||
      (row.suggests ?? '') !== turn(mate.suggests ?? '')
    )
      breaks.push(`${name}: ${row.outcome} ${row.direction} against ${mate.outcome} ${mate.direction}`);
    if (row.before !== mate.after || row.after !== mate.before) breaks.push(`${name}: values not swapped`);
    if (!same(row.pValue, mate.pValue) || !same(row.adjustedP, mate.adjustedP))
      breaks.push(`${name}: p ${row.pValue} against ${mate.pValue}`);
    if (!mirrors(row.difference, mate.difference)) breaks.push(`${name}: difference not mirrored`);
    const pct = [row.differencePct?.estimate ?? 0, mate.differencePct?.estimate ?? 0];
    if (Math.sign(pct[0]) !== -Math.sign(pct[1]) && row.before !== 0 && row.after !== 0)
      breaks.push(`${name}: % ${pct.join(' against ')}`);
  }
  return breaks;
}

function mirrors(a: Effect | null, b: Effect | null): boolean {
  if (a === null || b === null) return a === b;
  return same(a.estimate, negate(b.estimate)) && same(a.low, negate(b.high)) && same(a.high, negate(b.low));
}

/** Equal up to the rounding of sums taken in another order. */
function same(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}
