import { hexDigitOf } from '../../text/numbers.ts';
import { bytesOf, isBlank, isDigit, skipBlanks, startsWith, trimEnd } from '../../text/scan.ts';

export function decimal(buf: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) value = value * 10 + (buf[i] - 48);
  return value;
}

/** The token at `p` ends in ':' or is the `raw` of `raw 0x1a8:`. */
export function hasName(buf: Uint8Array, p: number, end: number): boolean {
  let q = p;
  while (q < end && buf[q] !== 32 && buf[q] !== 9) q++;
  return (buf[q - 1] === 58 && q - 1 > p) || colonAfterBlanks(buf, p, end) >= 0;
}

/** Names with blanks: `raw 0x1a8:` of old perf and `name=` terms of users. At most 64 bytes, never over a hex address. */
export function colonAfterBlanks(buf: Uint8Array, p: number, end: number): number {
  if (isHexToken(buf, p, end)) return -1;
  const limit = Math.min(end, p + 64);
  for (let i = p + 1; i < limit; i++) {
    const c = buf[i];
    if (c === 58 && (i + 1 === end || isBlank(buf[i + 1]))) return i;
    if (c === 40 || c === 61 || c === 9) return -1;
  }
  return -1;
}

/** A hex address stands at `p`, followed by a blank or the end. */
export function isHexToken(buf: Uint8Array, p: number, end: number): boolean {
  let i = p;
  while (i < end && hexDigitOf(buf[i]) >= 0) i++;
  return i > p && (i === end || isBlank(buf[i]) || buf[i] === 91);
}

/** `-F +machine_pid,+vcpu`: `VM:13998 VCPU:000 ` before the name. Guest events keep the guest's own ids and cpu. */
export function skipGuest(buf: Uint8Array, start: number, end: number): number {
  let p = start;
  if (startsWith(buf, p, end, VM)) p = skipBlanks(buf, skipDigits(buf, skipBlanks(buf, p + VM.length, end), end), end);
  if (startsWith(buf, p, end, VCPU)) p = skipBlanks(buf, skipDigits(buf, p + VCPU.length, end), end);
  return p;
}
const VM = bytesOf('VM:');
const VCPU = bytesOf('VCPU:');

function skipDigits(buf: Uint8Array, start: number, end: number): number {
  let p = start;
  while (p < end && isDigit(buf[p])) p++;
  return p;
}

/** `-F +tod`: `2026-11-21 03:55:02.915797` before the time. Returns the end of what stands before it. */
export function skipTimeOfDay(buf: Uint8Array, from: number, p: number): number {
  let i = p;
  while (i > from && isDigit(buf[i - 1])) i--;
  if (i === p || i - 9 < from || buf[i - 1] !== 46 || buf[i - 4] !== 58 || buf[i - 7] !== 58) return p;
  const clock = i - 9;
  if (!isDigit(buf[clock]) || !isDigit(buf[clock + 1]) || clock - 11 < from || !isBlank(buf[clock - 1])) return p;
  const date = clock - 11;
  if (buf[date + 4] !== 45 || buf[date + 7] !== 45 || !isDigit(buf[date]) || !isDigit(buf[date + 9])) return p;
  return trimEnd(buf, from, date);
}

/**
 * `-F +misc`: one to four of the letters K U H G g M E S p D after the cpu or the ids. Without these it is told from the end of
 * a task name by its width: six columns, blanks filling them up to `next`, where the next field or the line's end is.
 */
export function skipMisc(buf: Uint8Array, from: number, p: number, next: number): number {
  let i = p;
  while (i > from && isMiscLetter(buf[i - 1])) i--;
  if (i === p || p - i > 4 || (i > from && !isBlank(buf[i - 1]))) return p;
  const q = trimEnd(buf, from, i);
  const isAfterNumber = q > from && (buf[q - 1] === 93 || isDigit(buf[q - 1]));
  return isAfterNumber || next - i >= MISC_COLUMNS ? q : p;
}
const MISC_COLUMNS = 6;

/** ` 7478 [000]    5025125 `: no frame, whose address would be followed by a symbol. */
export function isHeadOfNumbers(buf: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const c = buf[i];
    if (c !== 32 && c !== 91 && c !== 93 && c !== 47 && c !== 45 && !isDigit(c) && !isMiscLetter(c)) return false;
  }
  return true;
}

function isMiscLetter(c: number): boolean {
  return (
    c === 75 ||
    c === 85 ||
    c === 72 ||
    c === 71 ||
    c === 103 ||
    c === 77 ||
    c === 69 ||
    c === 83 ||
    c === 112 ||
    c === 68
  );
}

/** An address as %16lx prints it: sixteen columns with the blanks before it. */
export function isWideAddress(buf: Uint8Array, fieldStart: number, start: number, end: number): boolean {
  let p = start;
  while (p < end && hexDigitOf(buf[p]) >= 0) p++;
  return p > start && p - fieldStart >= 16 && (p === end || isBlank(buf[p]));
}

/**
 * Where what stands behind the fields of a head begins: `-F addr,weight,ip` print columns of sixteen, filled with blanks from
 * the left, the address with its symbol and object (`bash  4066     55c50f53af7c [unknown] (//anon)`). `end` without one.
 */
export function endOfHead(buf: Uint8Array, start: number, end: number): number {
  let p = start;
  while (p < end) {
    p = skipBlanks(buf, p, end);
    const token = p;
    while (p < end && hexDigitOf(buf[p]) >= 0) p++;
    const column = p - WIDE_COLUMNS;
    const isWide =
      p > token && column >= start && (p === end || isBlank(buf[p])) && trimEnd(buf, column, token) === column;
    if (isWide && (column === start || isBlank(buf[column - 1]))) return column;
    while (p < end && !isBlank(buf[p])) p++;
  }
  return end;
}
const WIDE_COLUMNS = 16;

/** `^HEX{8,16} SP`: a frame whose indentation was lost. */
export function isAddress(buf: Uint8Array, start: number, end: number): boolean {
  let p = start;
  while (p < end && hexDigitOf(buf[p]) >= 0) p++;
  return p - start >= 8 && p - start <= 16 && (p === end || buf[p] === 32);
}
