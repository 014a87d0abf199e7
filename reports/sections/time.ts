import type { Analysis } from '../../src/model/analysis/index.ts';
import { type Block, column, numberColumn, text } from '../blocks.ts';
import { pickRows, priceOf, STACK_ORDER, timePerMibChart } from '../charts/time-per-mib.ts';
import { formatPct } from '../format.ts';
import { capitalize } from '../messages.ts';
import { makeTable, nsCell, pctCell } from './cells.ts';
import { always, type SectionSpec } from './section.ts';

/** Phases by rows, sides by columns: the same price as the bars. */
function phaseTable(analysis: Analysis, limit: number): Block {
  const budgets = pickRows(analysis).filter((b) => b.mechanism === 'all');
  const { per, divide } = priceOf(budgets);
  const phases = STACK_ORDER.filter((phase) => budgets.some((b) => b.phases.some((p) => p.phase === phase)));
  const of = (phase: string, i: number) => budgets[i].phases.find((p) => p.phase === phase);
  const largest = [...phases].sort((a, b) => sum(b) - sum(a)).slice(0, limit);
  function sum(phase: string): number {
    return budgets.reduce((total, b, i) => total + (of(phase, i)?.totalNs ?? 0) / divide(b), 0);
  }
  return makeTable(
    'time',
    `Time in calls per ${per}`,
    [
      column('phase'),
      ...budgets.flatMap((b) => [numberColumn(b.side === '' ? `per ${per}` : b.side), numberColumn('share')]),
    ],
    largest.map((phase) => [
      text(budgets.flatMap((_, i) => of(phase, i)?.title ?? [])[0] ?? phase),
      ...budgets.flatMap((b, i) => {
        const part = of(phase, i);
        return [nsCell(part === undefined ? 0 : part.totalNs / divide(b)), pctCell(part?.sharePct ?? 0)];
      }),
    ]),
    largest.length < phases.length ? `${phases.length - largest.length} smaller phases are not listed.` : '',
  );
}

/** What is known to be inside a phase, of all calls of the judged side. */
function partsTable(analysis: Analysis): Block | null {
  const rows = analysis.budget.flatMap((b) =>
    (b.parts ?? []).map((p) => [
      text(b.title),
      text(p.title),
      nsCell(p.totalNs),
      { ...pctCell(p.sharePct), text: formatPct(p.sharePct).text },
    ]),
  );
  if (rows.length === 0) return null;
  const side = analysis.runs.some((run) => run.side === 'before') ? ' (after)' : '';
  return makeTable(
    'time-parts',
    `Known inside the phases${side}`,
    [column('phase'), column('of it'), numberColumn('time'), numberColumn('share of call time')],
    rows,
  );
}

export const timeSection: SectionSpec = {
  id: 'time',
  title: 'Where the time goes',
  isOpen: always,
  make(analysis) {
    const chart = timePerMibChart.draw(analysis);
    if (chart === null) return null;
    const parts = partsTable(analysis);
    const table = phaseTable(analysis, Number.POSITIVE_INFINITY);
    return {
      blocks: [
        chart,
        { kind: 'details', summary: 'The same as a table', blocks: parts === null ? [table] : [table, parts] },
      ],
      ticket: [phaseTable(analysis, 6)],
    };
  },
};

export const sideWord = (side: string): string => (side === '' ? '' : `${capitalize(side)}: `);
