/**
 * Equal bytes, eight at a time, the last eight overlapping. Compared as doubles because that is one machine load: a pattern
 * that is not a number is never equal to itself, so such bytes (0xff, never in plain text) only miss a cache; the two zeros,
 * which are equal and differ in a bit, need NUL bytes, and chunks that hold one are not read in place.
 */
export function isSameBytes(stored: DataView, base: number, view: DataView, pos: number, length: number): boolean {
  if (length < 8) {
    for (let i = 0; i < length; i++) if (stored.getUint8(base + i) !== view.getUint8(pos + i)) return false;
    return true;
  }
  const last = length - 8;
  for (let i = 0; i < last; i += 8) {
    if (stored.getFloat64(base + i, true) !== view.getFloat64(pos + i, true)) return false;
  }
  return stored.getFloat64(base + last, true) === view.getFloat64(pos + last, true);
}
