import type { ClauseRow } from '../../model/analysis/index.ts';
import { CLAUSE_COLUMNS, CLAUSE_TITLES, CLAUSES, decodeCell } from '../../model/mechanism.ts';
import type { CallView } from '../call-view.ts';

/** Every operand of the offload predicate by itself, over whole calls; empty where no call has one (a kernel without it). */
export function countClauses(calls: CallView): ClauseRow[] {
  const rows = CLAUSES.map((clause): ClauseRow => {
    const column = calls.column(CLAUSE_COLUMNS[clause]);
    const by = new Map<string, number>();
    const counts = { holds: 0, fails: 0, unknown: 0 };
    for (let i = 0; i < calls.size; i++) {
      const { state, knownBy } = decodeCell(column[i]);
      counts[state]++;
      if (knownBy !== '') by.set(knownBy, (by.get(knownBy) ?? 0) + 1);
    }
    const knownBy = [...by].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
    return { clause, title: CLAUSE_TITLES[clause], ...counts, knownBy: knownBy.join(', ') };
  });
  return rows.every((row) => row.holds + row.fails === 0) ? [] : rows;
}
