// Bytes by sixteen. All text lies between CHUNK and a newline, with room for wide loads on both sides.
import { FIRST_BYTES } from '../layout';

/** First `byte` at or after `at`; the caller knows that there is one (a newline ends every text). */
export function findByte(at: i32, byte: i32): i32 {
  const wanted = i8x16.splat(<i8>byte);
  let p = at;
  while (true) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(p), wanted));
    if (mask != 0) return p + ctz(mask);
    p += 16;
  }
}

/** First `byte` in [at, end), or -1. */
export function findIn(at: i32, end: i32, byte: i32): i32 {
  const wanted = i8x16.splat(<i8>byte);
  for (let p = at; p < end; p += 16) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(p), wanted));
    if (mask != 0) {
      const found = p + ctz(mask);
      return found < end ? found : -1;
    }
  }
  return -1;
}

/** First byte in [at, end) that is a blank, else `end`. */
export function findBlank(at: i32, end: i32): i32 {
  const found = findIn(at, end, 32);
  return found < 0 ? end : found;
}

/** First byte at or after `at` that is no blank; the newline is none. */
export function skipBlanks(at: i32): i32 {
  const blanks = i8x16.splat(32);
  let p = at;
  while (true) {
    const mask = ~i8x16.bitmask(i8x16.eq(v128.load(p), blanks)) & 0xffff;
    if (mask != 0) return p + ctz(mask);
    p += 16;
  }
}

/** Equal bytes; `known` is padded to whole sixteens. */
export function isSame(known: i32, at: i32, size: i32): bool {
  let left = size;
  let a = known;
  let b = at;
  while (left >= 16) {
    if (i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b))) != 0xffff) return false;
    a += 16;
    b += 16;
    left -= 16;
  }
  if (left == 0) return true;
  const mask = i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b)));
  return (~mask & ((1 << left) - 1)) == 0;
}

/** Up to eight bytes as a number. */
export function word(at: i32, size: i32): u64 {
  if (size >= 8) return load<u64>(at);
  return load<u64>(at) & (((<u64>1) << (<u64>size * 8)) - 1);
}

export function mix(a: u64, b: u64): u32 {
  let hash = (a ^ rotl(b, 29)) * 0x9e3779b97f4a7c15;
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93;
  return <u32>(hash >> 40);
}

export function isDigit(c: i32): bool {
  return <u32>(c - 48) < 10;
}

export function hexDigit(c: i32): i32 {
  if (<u32>(c - 48) < 10) return c - 48;
  const lower = c | 32;
  return <u32>(lower - 97) < 6 ? lower - 87 : -1;
}

/** First position in [at, end) behind a newline whose byte is one of FIRST_BYTES, -1 when there is none. */
export function findLineStart(at: i32, end: i32): i32 {
  const newline = i8x16.splat(10);
  const a = i8x16.splat(load<i8>(FIRST_BYTES));
  const b = i8x16.splat(load<i8>(FIRST_BYTES + 1));
  const c = i8x16.splat(load<i8>(FIRST_BYTES + 2));
  const d = i8x16.splat(load<i8>(FIRST_BYTES + 3));
  const e = i8x16.splat(load<i8>(FIRST_BYTES + 4));
  const f = i8x16.splat(load<i8>(FIRST_BYTES + 5));
  const g = i8x16.splat(load<i8>(FIRST_BYTES + 6));
  const h = i8x16.splat(load<i8>(FIRST_BYTES + 7));
  for (let p = at; p < end; p += 16) {
    const before = i8x16.eq(v128.load(p - 1), newline);
    if (!v128.any_true(before)) continue;
    const text = v128.load(p);
    const low = v128.or(v128.or(i8x16.eq(text, a), i8x16.eq(text, b)), v128.or(i8x16.eq(text, c), i8x16.eq(text, d)));
    const high = v128.or(v128.or(i8x16.eq(text, e), i8x16.eq(text, f)), v128.or(i8x16.eq(text, g), i8x16.eq(text, h)));
    const mask = i8x16.bitmask(v128.and(before, v128.or(low, high)));
    if (mask != 0) {
      const found = p + ctz(mask);
      return found < end ? found : -1;
    }
  }
  return -1;
}
