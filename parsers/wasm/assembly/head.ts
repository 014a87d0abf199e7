// What every loop over lines needs: where a line lies, its time, its account; and the left part of event lines.
import {
  AT_NS,
  BASE_HIGH,
  COLUMN,
  COMM_OFFSET,
  DIGITS,
  LINE_END,
  LINE_START,
  MAX_NS,
  MIN_NS,
  NAME,
  NAME_END,
  NAME_START,
  NEXT_LINE,
  PARSED,
  PAYLOAD,
  PERIOD,
  PREFIX,
  SLOT_SIZE,
  UNUSED,
} from '../layout';
import { findBlank, findByte, isDigit, skipBlanks } from './scan';
import { findFtracePrefix, findName, findPerfPrefix } from './tables';

/** A task name of up to 15 bytes cannot hold a second reading of the line when the time ends this far to the right. */
const SAFE_COLUMNS: i32 = 15;
const MAX_SECONDS_DIGITS: i32 = 12;
const MAX_EXACT: f64 = 9007199254740991;

/** Seconds of the last time as text (eight digits at most) and as a number: they change once in thousands of lines. */
let knownText: u64 = 0;
let knownSize: i32 = 0;
let knownMask: u64 = 0;
let knownSeconds: f64 = 0;

/** First byte behind `seconds.fraction`, 0 when it is not a time of the clock's resolution. Sets AT_NS. */
export function readTime(at: i32): i32 {
  let p = at;
  let seconds = knownSeconds;
  if (knownSize > 0 && (load<u64>(at) & knownMask) == knownText && load<u8>(at + knownSize) == 46) p += knownSize;
  else {
    let value: u64 = 0;
    while (true) {
      const digit = <u32>load<u8>(p) - 48;
      if (digit > 9) break;
      value = value * 10 + <u64>digit;
      p++;
      if (p - at > MAX_SECONDS_DIGITS) return 0;
    }
    if (p == at || load<u8>(p) != 46) return 0;
    seconds = <f64>value;
    if (p - at <= 8) {
      knownSize = p - at;
      knownMask = knownSize == 8 ? ~(<u64>0) : ((<u64>1) << (<u64>knownSize * 8)) - 1;
      knownText = load<u64>(at) & knownMask;
      knownSeconds = seconds;
    }
  }
  p++;
  const wanted = load<i32>(DIGITS);
  // Six digits as one load: each byte must be a digit.
  const text = load<u64>(p);
  const six = text & 0xffffffffffff;
  if ((six & 0xf0f0f0f0f0f0) != 0x303030303030) return 0;
  if (((six + 0x060606060606) & 0xf0f0f0f0f0f0) != 0x303030303030) return 0;
  const values = six - 0x303030303030;
  const pairs = (values * 10 + (values >> 8)) & 0x00ff00ff00ff;
  let nanos =
    <u64>(<u32>(pairs & 0xff) * 10000 + <u32>((pairs >> 16) & 0xff) * 100 + <u32>((pairs >> 32) & 0xff)) * 1000;
  p += 6;
  if (wanted == 9) {
    for (let i: u64 = 100; i > 0; i /= 10) {
      const digit = <u32>load<u8>(p) - 48;
      if (digit > 9) return 0;
      nanos += <u64>digit * i;
      p++;
    }
  }
  if (isDigit(load<u8>(p))) return 0;
  const atNs = (seconds - load<f64>(BASE_HIGH)) * 1e9 + <f64>nanos;
  if (!(abs<f64>(atNs) <= MAX_EXACT)) return 0;
  store<f64>(AT_NS, atNs);
  return p;
}

/** Where the line at `start` lies, for the readers: LINE_START, LINE_END without CR, NEXT_LINE. Its newline. */
export function noteLine(start: i32): i32 {
  const newline = findByte(start, 10);
  let end = newline;
  while (end > start && load<u8>(end - 1) == 13) end--;
  store<i32>(LINE_START, start);
  store<i32>(LINE_END, end);
  store<i32>(NEXT_LINE, newline + 1);
  return newline;
}

/** The line is taken: it has led to a row, or knowingly to none. */
export function countLine(isUsed: bool): void {
  const account = isUsed ? PARSED : UNUSED;
  store<i32>(account, load<i32>(account) + 1);
}

/** Its time belongs to the span. */
export function noteTime(): void {
  const atNs = load<f64>(AT_NS);
  if (atNs < load<f64>(MIN_NS)) store<f64>(MIN_NS, atNs);
  if (atNs > load<f64>(MAX_NS)) store<f64>(MAX_NS, atNs);
}

/**
 * `rxbench 23654 [001]  1989.568283:       syscalls:sys_enter_recvfrom: …`: true when everything up to the payload is
 * known. Sets PREFIX, AT_NS, PERIOD, NAME, NAME_START, NAME_END, PAYLOAD.
 */
export function readPerfHead(start: i32, end: i32): bool {
  if (end - start < 24) return false;
  const column = load<i32>(COLUMN);
  let bracket = start + column;
  if (column < 4 || bracket >= end || load<u8>(bracket) != 91) {
    bracket = start + 4;
    const limit = min(end, start + 56);
    while (bracket < limit && load<u8>(bracket) != 91) bracket++;
    if (bracket == limit) return false;
    store<i32>(COLUMN, bracket - start);
  }
  if (bracket + 16 > end) return false;
  const prefix = findPerfPrefix(start, bracket, end - 10);
  if (prefix == 0) return false;
  let p = readTime(skipBlanks(start + load<i32>(prefix + SLOT_SIZE)));
  if (p == 0 || p >= end || load<u8>(p) != 58 || load<u8>(p + 1) != 32) return false;
  if (p - start - load<i32>(prefix + COMM_OFFSET) < SAFE_COLUMNS) return false;
  p = skipBlanks(p + 1);
  let period = NaN;
  if (isDigit(load<u8>(p))) {
    let value: u64 = 0;
    const first = p;
    while (true) {
      const digit = <u32>load<u8>(p) - 48;
      if (digit > 9) break;
      value = value * 10 + <u64>digit;
      p++;
      if (p - first > 15) return false;
    }
    if (load<u8>(p) != 32) return false;
    period = <f64>value;
    p = skipBlanks(p);
  }
  if (p >= end) return false;
  const nameEnd = findBlank(p, end);
  if (nameEnd - p < 5 || load<u8>(nameEnd - 1) != 58) return false;
  const name = findName(p, nameEnd - p);
  if (name == 0) return false;
  store<f64>(PERIOD, period);
  store<i32>(PREFIX, prefix);
  store<i32>(NAME, name);
  store<i32>(NAME_START, p);
  store<i32>(NAME_END, nameEnd);
  store<i32>(PAYLOAD, skipPadding(nameEnd, end));
  return true;
}

/** `         rxbench-23632   [001] ..s1.  1988.273948: `: true when task, cpu, flags and time are known; NAME may be 0. */
export function readFtraceHead(start: i32, end: i32): bool {
  const size = load<i32>(COLUMN);
  if (size < 25 || start + size >= end) return false;
  const prefix = findFtracePrefix(start, size);
  if (prefix == 0) return false;
  let p = readTime(skipBlanks(start + size));
  if (p == 0 || p >= end || load<u8>(p) != 58) return false;
  p++;
  if (p < end && load<u8>(p) != 32 && load<u8>(p) != 9) return false;
  p = skipPadding(p, end);
  if (p >= end) return false;
  const nameEnd = findBlank(p, end);
  store<i32>(PREFIX, prefix);
  store<i32>(NAME, findName(p, nameEnd - p));
  store<i32>(NAME_START, p);
  store<i32>(NAME_END, nameEnd);
  store<i32>(PAYLOAD, skipPadding(nameEnd, end));
  return true;
}

function skipPadding(at: i32, end: i32): i32 {
  let p = at;
  while (p < end) {
    const c = load<u8>(p);
    if (c != 32 && c != 9) break;
    p++;
  }
  return p;
}
