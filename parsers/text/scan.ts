/** Looking at bytes by hand: no string, no regular expression, no object per call. Numbers: numbers.ts. */

const encoder = new TextEncoder();

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
/** The padding of printf is spaces; a TAB belongs to what follows. */
export function skipSpaces(buf: Uint8Array, from: number, end: number): number {
  let pos = from;
  while (pos < end && buf[pos] === 32) pos++;
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

const decoder = new TextDecoder('utf-8');
/** For rare lines only: headers, examples, new names. */
export function textOf(buf: Uint8Array, start: number, end: number): string {
  return decoder.decode(buf.subarray(start, end));
}
