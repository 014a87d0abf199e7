import Papa from 'papaparse';
import type { CallTable } from '../../../src/model/calls.ts';
import { type CallValue, columnsFor } from './columns.ts';
import { rememberText } from './remember.ts';

const ROWS_PER_PIECE = 512;
/** Text that a spreadsheet would run as a formula gets a quote in front; '-bash' is a name, '-cmd|…' is not. */
const FORMULA = /^[=+@]|^-.*[|!(]/;
const OPTIONS = { newline: '\n', escapeFormulae: FORMULA } as unknown as Papa.UnparseConfig;

export function* writeCallsCsv(table: CallTable, options: { extra: boolean; header: boolean }): Generator<string> {
  const columns = columnsFor(options.extra);
  if (options.header) yield `${Papa.unparse([columns.map((c) => c.name)], OPTIONS)}\n`;
  for (let from = 0; from < table.length; from += ROWS_PER_PIECE) {
    let piece = '';
    for (let row = from; row < Math.min(table.length, from + ROWS_PER_PIECE); row++) {
      for (let c = 0; c < columns.length; c++) piece += `${c > 0 ? ',' : ''}${writeCell(columns[c].read(table, row))}`;
      piece += '\n';
    }
    yield piece;
  }
}

/** Digits need no quotes: only texts are looked at, each once. */
function writeCell(value: CallValue): string {
  if (value === null) return '';
  return typeof value === 'string' ? quoteText(value) : `${value}`;
}

const quoteText = rememberText((text) => Papa.unparse([[text]], OPTIONS));
