/** Contract of this room: callers leave absent values (NaN) out; one that slips in is a bug, not a datum. */
export function assertNoNaN(values: ArrayLike<number>, name: string): void {
  for (let i = 0; i < values.length; i++)
    if (Number.isNaN(values[i])) throw new RangeError(`${name}[${i}] is NaN; absent values must be left out before`);
}

export function assertLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`level ${level} is not between 0 and 1`);
}

/** Ascending copy; typed arrays sort numerically. */
export function sortedCopy(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}
