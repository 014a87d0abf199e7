import { type CallRow, CallTable } from '../calls.ts';

/** A table of some of the calls; they keep the numbers that they have in the whole table. */
export function pickCalls(from: CallTable, rows: readonly number[]): CallTable {
  const calls = new CallTable(from.strings);
  calls.files.push(...from.files);
  const numbers: number[] = [];
  const names = from.columnNames;
  for (const row of rows) {
    const values: Partial<CallRow> = {};
    for (const name of names) values[name] = from.get(name, row);
    const at = calls.addRow(values);
    numbers.push(from.numberOf(row));
    const segments = from.segmentsByCall.get(row);
    if (segments !== undefined) calls.segmentsByCall.set(at, segments);
  }
  calls.numbers = numbers;
  return calls;
}
