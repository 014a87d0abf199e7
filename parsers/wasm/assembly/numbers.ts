import { CURSOR } from '../layout';
import { hexDigit } from './scan';

/** More digits than a double holds exactly are the readers' business. */
const MAX_DIGITS: i32 = 15;

/** Digits of the last number read; 0 = there was none. CURSOR holds the first byte after it. */
export let digits: i32 = 0;
/** Value of the last hex number: all its bits (of 16 digits at most). */
export let bits: u64 = 0;

/** Unsigned decimal; `digits` 0 when there is none, negative when there are too many. */
export function readDec(at: i32): f64 {
  let p = at;
  let value: u64 = 0;
  while (true) {
    const digit = <i32>load<u8>(p) - 48;
    if (<u32>digit > 9) break;
    value = value * 10 + <u64>digit;
    p++;
    if (p - at > MAX_DIGITS) break;
  }
  digits = p - at;
  if (digits > MAX_DIGITS) digits = -1;
  store<i32>(CURSOR, p);
  return <f64>value;
}

export function readSignedDec(at: i32): f64 {
  const sign = load<u8>(at);
  if (sign != 45 && sign != 43) return readDec(at);
  const value = readDec(at + 1);
  return sign == 45 ? 0 - value : value;
}

/** Hex digits behind an optional 0x, at most sixteen: `bits`, `digits`, CURSOR. False when there is none or more. */
export function readHex(at: i32): bool {
  let p = at;
  if (load<u8>(p) == 48 && (load<u8>(p + 1) | 32) == 120) {
    p += 2;
    if (hexDigit(load<u8>(p)) < 0) {
      digits = 1;
      return false;
    }
  }
  const text = v128.load(p);
  const decimals = i8x16.sub(text, i8x16.splat(48));
  const letters = i8x16.sub(v128.or(text, i8x16.splat(32)), i8x16.splat(97));
  const isDecimal = i8x16.lt_u(decimals, i8x16.splat(10));
  const isHex = v128.or(isDecimal, i8x16.lt_u(letters, i8x16.splat(6)));
  const rest = ~i8x16.bitmask(isHex) & 0xffff;
  const count = rest == 0 ? 16 : ctz(rest);
  digits = count;
  if (count == 0) return false;
  if (count == 16 && hexDigit(load<u8>(p + 16)) >= 0) {
    digits = 17;
    return false;
  }
  // Sixteen digits to eight bytes, first digit first; what stands behind the number is shifted out.
  const values = v128.bitselect(decimals, i8x16.add(letters, i8x16.splat(10)), isDecimal);
  const pairs = v128.or(
    i16x8.shl(v128.and(values, i16x8.splat(15)), 4),
    v128.and(i16x8.shr_u(values, 8), i16x8.splat(15)),
  );
  const packed = i64x2.extract_lane(i8x16.narrow_i16x8_u(pairs, pairs), 0);
  bits = bswap<u64>(packed) >> (<u64>(16 - count) * 4);
  store<i32>(CURSOR, p + count);
  return true;
}

/** parsers/text/scan.ts scanHex: unsigned, low bits lost beyond 53. */
export function hexAsNumber(): f64 {
  return <f64>(bits >> 32) * 4294967296.0 + <f64>(bits & 0xffffffff);
}

/** scanAddress: the low 52 bits. */
export function hexAsAddress(): f64 {
  return <f64>(bits & 0xfffffffffffff);
}

/** scanSignedHex: 64-bit values are signed, 32-bit ones only in the range of errno. */
export function hexAsSigned(): f64 {
  const high = <u32>(bits >> 32);
  const low = <u32>bits;
  if (digits >= 16 && high >= 0x80000000) return (<f64>high - 4294967296.0) * 4294967296.0 + <f64>low;
  if (high == 0 && digits == 8 && low >= 0xfffff000) return <f64>low - 4294967296.0;
  return <f64>high * 4294967296.0 + <f64>low;
}

/** scanNumber: '0x…' as signed hex, else signed decimal. NaN when there is no number or one too long. */
export function readNumber(at: i32): f64 {
  if (load<u8>(at) == 48 && (load<u8>(at + 1) | 32) == 120) {
    if (!readHex(at)) return NaN;
    return hexAsSigned();
  }
  const value = readSignedDec(at);
  return digits > 0 ? value : NaN;
}
