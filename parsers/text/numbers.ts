import { isDigit } from './scan.ts';

/**
 * Reading numbers from bytes: no string, no object per call. A function that has more to say than its result leaves it in
 * `cursor` (read it before the next call).
 */

/** What the last scan* call left behind. */
export const cursor = {
  /** First byte after what was read. */
  end: 0,
  /** Whole seconds, or value div 10^9 of a clock without a dot. */
  high: 0,
  /** Nanoseconds inside the second, 0 ≤ low < 10^9. */
  low: 0,
  /** Fractional digits seen; -1 without a dot. */
  digits: 0,
  /** Hex digits of the last scanHex. */
  hexDigits: 0,
};

const HEX_DIGITS = new Int8Array(256).fill(-1);
for (let i = 0; i < 10; i++) HEX_DIGITS[48 + i] = i;
for (let i = 0; i < 6; i++) {
  HEX_DIGITS[97 + i] = 10 + i;
  HEX_DIGITS[65 + i] = 10 + i;
}
/** -1 for anything else. */
export function hexDigitOf(c: number): number {
  return HEX_DIGITS[c];
}

/** Unsigned decimal at `pos`; NaN when there is no digit. Exact up to 2^53. */
export function scanDec(buf: Uint8Array, pos: number, end: number): number {
  let value = 0;
  let i = pos;
  for (; i < end; i++) {
    const digit = buf[i] - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  cursor.end = i;
  return i === pos ? Number.NaN : value;
}

/** '-5', '+5' or '5'. */
export function scanSignedDec(buf: Uint8Array, pos: number, end: number): number {
  const sign = buf[pos];
  if (pos < end && (sign === 45 || sign === 43)) {
    const value = scanDec(buf, pos + 1, end);
    return sign === 45 ? 0 - value : value;
  }
  return scanDec(buf, pos, end);
}

/**
 * Hex digits at `pos` (a leading 0x is skipped), read as unsigned; NaN when there is none. More than 52 bits lose their
 * low bits: use scanSignedHex for values, scanAddress for pointers.
 */
export function scanHex(buf: Uint8Array, pos: number, end: number): number {
  const words = hexWords(buf, pos, end);
  return Number.isNaN(words) ? words : hexHigh * 4294967296 + words;
}

/**
 * Hex as a signed value the way the kernel meant it: 0xfffffffffffffff5 → -11, 0xfffffe00 → -512 (a 32-bit int whose
 * value is an errno), 0x5a8 → 1448. A 32-bit word outside the errno range stays positive: it may be a length.
 */
export function scanSignedHex(buf: Uint8Array, pos: number, end: number): number {
  const low = hexWords(buf, pos, end);
  if (Number.isNaN(low)) return low;
  if (cursor.hexDigits >= 16 && hexHigh >= 0x80000000) return (hexHigh - 4294967296) * 4294967296 + low;
  if (hexHigh === 0 && cursor.hexDigits === 8 && low >= 0xfffff000) return low - 4294967296;
  return hexHigh * 4294967296 + low;
}

/** A pointer with or without 0x as a number: its low 52 bits, which tell two kernel objects apart. NaN when none. */
export function scanAddress(buf: Uint8Array, pos: number, end: number): number {
  let first = pos;
  if (end - first > 2 && buf[first] === 48 && (buf[first + 1] | 32) === 120) first += 2;
  let i = first;
  while (i < end && HEX_DIGITS[buf[i]] >= 0) i++;
  cursor.end = i;
  cursor.hexDigits = i - first;
  if (i === first) return Number.NaN;
  // 52 bits are 13 digits: 6 and 7, so that both halves are small integers
  let high = 0;
  let low = 0;
  for (let j = i - first > 13 ? i - 13 : first; j < i - 7; j++) high = (high << 4) | HEX_DIGITS[buf[j]];
  for (let j = i - first > 7 ? i - 7 : first; j < i; j++) low = (low << 4) | HEX_DIGITS[buf[j]];
  return high * 268435456 + low;
}

let hexHigh = 0;
/** Low 32 bits; the upper ones are in hexHigh. Digits beyond 16 are read but only the last 16 count. */
function hexWords(buf: Uint8Array, pos: number, end: number): number {
  let i = pos;
  if (end - i > 2 && buf[i] === 48 && (buf[i + 1] === 120 || buf[i + 1] === 88) && hexDigitOf(buf[i + 2]) >= 0) i += 2;
  const first = i;
  let high = 0;
  let low = 0;
  for (; i < end; i++) {
    const digit = HEX_DIGITS[buf[i]];
    if (digit < 0) break;
    high = ((high << 4) | (low >>> 28)) >>> 0;
    low = ((low << 4) | digit) >>> 0;
  }
  cursor.end = i;
  cursor.hexDigits = i - first;
  hexHigh = high;
  return i === first ? Number.NaN : low;
}

/** '0x…' as signed hex, else signed decimal. */
export function scanNumber(buf: Uint8Array, pos: number, end: number): number {
  if (end - pos > 2 && buf[pos] === 48 && (buf[pos + 1] === 120 || buf[pos + 1] === 88)) {
    return scanSignedHex(buf, pos, end);
  }
  return scanSignedDec(buf, pos, end);
}

/**
 * `12345.678901` or `12345.678901234` → cursor.high seconds and cursor.low ns, both exact integers, cursor.digits
 * fractional digits. Without a dot (clocks that are not in ns) the number is split at 10^9 and digits is -1.
 * True when a number was read; cursor.end is the first byte after it.
 */
export function scanTime(buf: Uint8Array, pos: number, end: number): boolean {
  let i = pos;
  let high = 0;
  for (; i < end; i++) {
    const digit = buf[i] - 48;
    if (digit < 0 || digit > 9) break;
    high = high * 10 + digit;
  }
  if (i === pos) {
    cursor.end = i;
    return false;
  }
  if (i + 1 >= end || buf[i] !== 46 || !isDigit(buf[i + 1])) {
    splitTicks(buf, pos, i);
    return true;
  }
  i++;
  const first = i;
  let low = 0;
  for (; i < end; i++) {
    const digit = buf[i] - 48;
    if (digit < 0 || digit > 9) break;
    if (i - first < 9) low = low * 10 + digit;
  }
  const digits = i - first;
  cursor.end = i;
  cursor.high = high;
  cursor.digits = digits;
  cursor.low = digits === 6 ? low * 1000 : digits >= 9 ? low : low * POWERS_OF_TEN[9 - digits];
  return true;
}

const POWERS_OF_TEN = [1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/** A tick counter can need more than 53 bits: the last nine digits and the rest are kept apart. */
function splitTicks(buf: Uint8Array, start: number, end: number): void {
  const cut = Math.max(start, end - 9);
  let high = 0;
  let low = 0;
  for (let i = start; i < cut; i++) high = high * 10 + (buf[i] - 48);
  for (let i = cut; i < end; i++) low = low * 10 + (buf[i] - 48);
  cursor.high = high;
  cursor.low = low;
  cursor.digits = -1;
  cursor.end = end;
}
