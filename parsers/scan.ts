/**
 * Reading bytes by hand: no string, no regular expression, no object per call. A function that has more to say than its
 * result leaves it in `cursor` (read it before the next call).
 */

const encoder = new TextEncoder();

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

/** Literal for startsWith/findBytes; make it once at module level. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

export function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}
export function isBlank(c: number): boolean {
  return c === 32 || c === 9;
}
/** Letters, digits, underscore: what a C name or a printed key is made of. */
export function isWordByte(c: number): boolean {
  return (c >= 97 && c <= 122) || c === 95 || (c >= 48 && c <= 57) || (c >= 65 && c <= 90);
}
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

/** 1 for the bytes of `text`, 0 for all others: a class of characters as one look-up. */
export function byteClass(text: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of encoder.encode(text)) table[byte] = 1;
  return table;
}
const WORD = '_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Event names: letters, digits, '_', '-', '.'. */
export const NAME_BYTES = byteClass(`${WORD}-.`);
/** Kernel symbols with compiler suffixes. */
export const SYMBOL_BYTES = byteClass(`${WORD}.$`);

export function skipBlanks(buf: Uint8Array, pos: number, end: number): number {
  while (pos < end && (buf[pos] === 32 || buf[pos] === 9)) pos++;
  return pos;
}
/** First position at or after `pos` that is a blank, or `end`. */
export function skipWord(buf: Uint8Array, pos: number, end: number): number {
  while (pos < end && buf[pos] !== 32 && buf[pos] !== 9) pos++;
  return pos;
}
export function trimEnd(buf: Uint8Array, start: number, end: number): number {
  while (end > start && (buf[end - 1] === 32 || buf[end - 1] === 9 || buf[end - 1] === 13)) end--;
  return end;
}

export function startsWith(buf: Uint8Array, pos: number, end: number, literal: Uint8Array): boolean {
  const size = literal.length;
  if (pos < 0 || end - pos < size) return false;
  for (let i = 0; i < size; i++) if (buf[pos + i] !== literal[i]) return false;
  return true;
}
export function equalsBytes(buf: Uint8Array, pos: number, end: number, literal: Uint8Array): boolean {
  return end - pos === literal.length && startsWith(buf, pos, end, literal);
}
/** Position of `literal` in [start, end), or -1. */
export function findBytes(buf: Uint8Array, start: number, end: number, literal: Uint8Array): number {
  const size = literal.length;
  const first = literal[0];
  const last = end - size;
  for (let i = start; i <= last; i++) {
    if (buf[i] !== first) continue;
    let j = 1;
    while (j < size && buf[i + j] === literal[j]) j++;
    if (j === size) return i;
  }
  return -1;
}
export function findLastBytes(buf: Uint8Array, start: number, end: number, literal: Uint8Array): number {
  const last = literal.length - 1;
  const lastByte = literal[last];
  // The last byte of a key is its '=', which is rarer than the blank it begins with.
  for (let i = end - 1; i >= start + last; i--) {
    if (buf[i] !== lastByte) continue;
    const from = i - last;
    let j = 0;
    while (j < last && buf[from + j] === literal[j]) j++;
    if (j === last) return from;
  }
  return -1;
}
export function findByte(buf: Uint8Array, start: number, end: number, byte: number): number {
  for (let i = start; i < end; i++) if (buf[i] === byte) return i;
  return -1;
}

/**
 * Position of the value of `key=`, where the key begins the payload or follows a blank, comma or '('; -1 absent.
 * `key` includes its '=' (or ':' for perf's `fd: 0x3`): bytesOf('len=').
 */
export function findField(buf: Uint8Array, start: number, end: number, key: Uint8Array): number {
  let pos = start;
  for (;;) {
    const at = findBytes(buf, pos, end, key);
    if (at < 0) return -1;
    if (at === start) return at + key.length;
    const before = buf[at - 1];
    if (before === 32 || before === 44 || before === 40 || before === 9) return at + key.length;
    pos = at + 1;
  }
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

const decoder = new TextDecoder('utf-8');
/** For rare lines only: headers, examples, new names. */
export function textOf(buf: Uint8Array, start: number, end: number): string {
  return decoder.decode(buf.subarray(start, end));
}
