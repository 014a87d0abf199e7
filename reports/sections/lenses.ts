import type { LensTable } from '../../src/model/analysis/index.ts';
import { type Block, type Cell, column, numberColumn, paragraph, text } from '../blocks.ts';
import { makeTable, valueCell } from './cells.ts';
import type { SectionSpec } from './section.ts';

/** What arrived, was dropped, waited and was counted: a heading, sentences and tables for each question that found something. */
export const lensesSection: SectionSpec = {
  id: 'arrivals',
  title: 'Arrivals, waits, counters',
  // Without receive calls this is all that the capture answers.
  isOpen: (analysis) => analysis.calls.total === 0,
  make(analysis) {
    const lenses = analysis.lenses ?? [];
    if (lenses.length === 0) return null;
    const blocks = lenses.flatMap(({ id, title, sentences, tables }): Block[] => [
      { kind: 'heading', text: title, id: `lens-${id}` },
      paragraph(sentences.join(' ')),
      ...tables
        .filter((table) => table.rows.length > 0)
        .map((table, i) => makeTable(`lens-${id}-${i}`, table.caption, table.columns.map(headOf), rowsOf(table))),
    ]);
    const ticket: Block[] = [
      { kind: 'list', items: lenses.map(({ title, sentences }) => `${title}: ${sentences[0]}`) },
    ];
    return { blocks, ticket };
  },
};

const headOf = ({ title, unit }: LensTable['columns'][number]) => (unit === '' ? column(title) : numberColumn(title));

function rowsOf({ columns, rows }: LensTable): Cell[][] {
  return rows.map((row) =>
    row.map((cell, i) => (typeof cell === 'string' ? text(cell) : valueCell(cell, columns[i].unit))),
  );
}
