/** Units are visible in names: *Ns, *Bytes, *Pct. "Absent" is NaN in columns and null in JSON, never 0. */

/** Nanoseconds relative to the `baseNs` of the stream they came from; NaN when the capture carries no time. */
export type RelativeNs = number;
/** Index into a StringTable; -1 = absent. */
export type StringId = number;
/** 1-based line number in the input text. */
export type LineNumber = number;

export const ABSENT = Number.NaN;

/** NaN (absent) becomes null, the JSON spelling of "unknown". */
export function toNullable(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
