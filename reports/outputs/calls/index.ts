import type { CallTable } from '../../../src/model/calls.ts';
import { writeCallsCsv } from './csv.ts';
import { writeCallsNdjson } from './ndjson.ts';

/** Yields pieces of text; the table may be far larger than one string should be. */
export function* writeCalls(
  table: CallTable,
  format: 'csv' | 'ndjson',
  options: { extra?: boolean; header?: boolean } = {},
): Generator<string> {
  const { extra = false, header = true } = options;
  yield* format === 'csv' ? writeCallsCsv(table, { extra, header }) : writeCallsNdjson(table, { extra });
}
