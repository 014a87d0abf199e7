import { type CallRow, CallTable } from '../../model/calls.ts';
import { DETAILS, PHASES } from '../../model/phases.ts';
import { StringTable } from '../../model/string-table.ts';

const NOTHING = new CallTable(new StringTable());
const NAMES = NOTHING.columnNames;
const ABSENT = NOTHING.absentNumbers;

/** Place of a column in the numbers of a row: a row is filled a hundred thousand times a second, names are looked up once. */
export const At = Object.fromEntries(NAMES.map((name, index) => [name, index])) as Record<keyof CallRow, number>;
export const PHASES_AT = PHASES.map((phase) => At[`${phase}Ns`]);
export const DETAILS_AT = DETAILS.map((detail) => At[`${detail}Ns`]);

export function makeRowValues(): Float64Array {
  return ABSENT.slice();
}

export function blankRowValues(values: Float64Array): void {
  values.set(ABSENT);
}

export function zeroIfAbsent(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}
