/** Units are visible in names: *Ns, *Bytes, *Pct. "Absent" is NaN in columns and null in JSON, never 0. */

/** Index into a StringTable; -1 = absent. */
export type StringId = number;

export const ABSENT = Number.NaN;

/** NaN (absent) becomes null, the JSON spelling of "unknown". */
export function toNullable(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
