import type { Effect, Outcome } from '../../src/model/analysis/index.ts';
import type { Cell, Column, TableBlock } from '../blocks.ts';
import { formatEffect, formatQuantity, NBSP, type Quantity, UNKNOWN } from '../format.ts';
import { OUTCOME_TONES, OUTCOME_WORDS } from '../messages.ts';

export const quantityCell = (quantity: Quantity): Cell => ({ text: quantity.text, exact: quantity.exact });
export const valueCell = (value: number | null, unit: string): Cell => quantityCell(formatQuantity(value, unit));
export const nsCell = (value: number | null): Cell => valueCell(value, 'ns');
export const bytesCell = (value: number | null): Cell => valueCell(value, 'bytes');
export const pctCell = (value: number | null): Cell => valueCell(value, '%');
export const countCell = (value: number | null): Cell => valueCell(value, 'count');
export const effectCell = (effect: Effect | null): Cell => quantityCell(formatEffect(effect));
export const outcomeCell = (outcome: Outcome): Cell => ({
  text: OUTCOME_WORDS[outcome].replace(' ', NBSP),
  tone: OUTCOME_TONES[outcome],
});

/** Columns that say the same unknown or empty thing in every row tell nothing and take room. */
export function dropEmptyColumns(table: TableBlock, keep: readonly string[] = []): TableBlock {
  const useful = table.columns.map(
    (column, i) =>
      keep.includes(column.title) || table.rows.some((row) => row[i].text !== '' && row[i].text !== UNKNOWN),
  );
  if (table.rows.length === 0 || useful.every(Boolean)) return table;
  const dropped = table.columns
    .filter((column, i) => !useful[i] && !['side', 'per', 'note'].includes(column.title))
    .map((column) => column.title);
  const note = dropped.length === 0 ? '' : `Unknown in this capture: ${dropped.join(', ')}.`;
  return {
    ...table,
    columns: table.columns.filter((_, i) => useful[i]),
    rows: table.rows.map((row) => row.filter((_, i) => useful[i])),
    note: [table.note, note].filter((part) => part !== '').join(' '),
  };
}

export function makeTable(
  id: string,
  caption: string,
  columns: readonly Column[],
  rows: readonly Cell[][],
  note = '',
): TableBlock {
  return dropEmptyColumns({
    kind: 'table',
    id,
    caption,
    columns: [...columns],
    rows: rows.map((row) => [...row]),
    note,
  });
}
