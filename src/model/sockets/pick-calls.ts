import { CallTable } from '../calls.ts';

/** A table of some of the calls; they keep the numbers that they have in the whole table. */
export function pickCalls(from: CallTable, rows: ArrayLike<number>): CallTable {
  const calls = new CallTable(from.strings);
  calls.files.push(...from.files);
  calls.addRowsOf(from, rows);
  const numbers: number[] = [];
  for (let at = 0; at < rows.length; at++) {
    numbers.push(from.numberOf(rows[at]));
    const segments = from.segmentsByCall.get(rows[at]);
    if (segments !== undefined) calls.segmentsByCall.set(at, segments);
  }
  calls.numbers = numbers;
  return calls;
}
