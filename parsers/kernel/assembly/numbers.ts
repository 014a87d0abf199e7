import { CURSOR } from '../layout';
import { hexDigit, isDigit } from './scan';

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
  const first = p;
  let value: u64 = 0;
  while (true) {
    const digit = hexDigit(load<u8>(p));
    if (digit < 0) break;
    value = (value << 4) | <u64>digit;
    p++;
    if (p - first > 16) {
      digits = p - first;
      return false;
    }
  }
  digits = p - first;
  bits = value;
  store<i32>(CURSOR, p);
  return digits > 0;
}

/** parsers/scan.ts scanHex: unsigned, low bits lost beyond 53. */
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

export function hasDigit(at: i32): bool {
  return isDigit(load<u8>(at));
}
