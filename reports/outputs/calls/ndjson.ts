import type { CallTable } from '../../../src/model/calls.ts';
import { columnsFor } from './columns.ts';

/** One object a line, unknown = null. Absolute times are written as JSON integers; they may pass 2^53. */
export function* writeCallsNdjson(table: CallTable, options: { extra: boolean }): Generator<string> {
  const columns = columnsFor(options.extra);
  const keys = columns.map((column) => JSON.stringify(column.name));
  for (let row = 0; row < table.length; row++) {
    const fields = columns.map((column, i) => {
      const value = column.read(table, row);
      return `${keys[i]}:${typeof value === 'bigint' ? String(value) : JSON.stringify(value)}`;
    });
    yield `{${fields.join(',')}}\n`;
  }
}
