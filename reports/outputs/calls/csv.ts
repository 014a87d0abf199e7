import Papa from 'papaparse';
import type { CallTable } from '../../../src/model/calls.ts';
import { columnsFor } from './columns.ts';

const ROWS_PER_PIECE = 512;
/** Text that a spreadsheet would run as a formula gets a quote in front; '-bash' is a name, '-cmd|…' is not. */
const FORMULA = /^[=+@]|^-.*[|!(]/;
const OPTIONS = { newline: '\n', escapeFormulae: FORMULA } as unknown as Papa.UnparseConfig;

export function* writeCallsCsv(table: CallTable, options: { extra: boolean; header: boolean }): Generator<string> {
  const columns = columnsFor(options.extra);
  if (options.header) yield `${Papa.unparse([columns.map((c) => c.name)], OPTIONS)}\n`;
  for (let from = 0; from < table.length; from += ROWS_PER_PIECE) {
    const rows: unknown[][] = [];
    for (let row = from; row < Math.min(table.length, from + ROWS_PER_PIECE); row++)
      rows.push(columns.map((column) => column.read(table, row)));
    yield `${Papa.unparse(rows, OPTIONS)}\n`;
  }
}
