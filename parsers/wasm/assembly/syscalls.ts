// Syscall events in their named spellings. parsers/payload/syscalls.ts; the state of each thread is shared with it.
import {
  COUNT,
  CURSOR,
  EXTRA,
  FIELD_BYTES,
  FIELDS,
  ITEM_ID,
  KEY_SIZE,
  KIND,
  PLAN_REFS,
  PREFIX,
  PROBE,
  THREAD,
  THREAD_BYTES,
  THREADS,
} from '../layout';
import { isBefore } from './fields';
import { digits, hexAsNumber, hexAsSigned, readHex, readSignedDec } from './numbers';
import { addRow, ENTER, EXIT, SYSCALL, setArg, setArg0 } from './rows';
import { findIn, hexDigit, isSame, skipBlanks } from './scan';
import { LEAVE, TAKEN } from './tracepoints';

const NAMED: i32 = 1;
const NONE: i32 = -1;
const COLON: i32 = 58;

/** Values of arg0 to arg2 of the line being read. */
let first: f64 = NaN;
let second: f64 = NaN;
let third: f64 = NaN;

/** `size: 0x00010000` or `size: 7530`, hex either way: 1 read, 0 absent, -1 another spelling. */
function readArgument(field: i32, start: i32, end: i32, slot: i32): i32 {
  const size = load<i32>(field + KEY_SIZE);
  if (size == 0) return 1;
  let p = start;
  while (true) {
    const colon = findIn(p, end, COLON);
    if (colon < 0) return 0;
    const at = colon - size;
    if (at >= start && isSame(field, at, size) && (at == start || isBefore(load<u8>(at - 1)))) {
      const value = skipBlanks(colon + 1);
      if (value >= end || !readHex(value)) return -1;
      const number = hexAsNumber();
      if (slot == 0) first = number;
      else if (slot == 1) second = number;
      else third = number;
      return 1;
    }
    p = colon + 1;
  }
}

/** Arguments from `start` on; the plan of the name holds the three keys. */
export function takeEnter(name: i32, start: i32, end: i32): i32 {
  const thread = load<i32>(load<i32>(PREFIX) + THREAD);
  if (thread < 0 || findIn(start, end, 61) >= 0) return LEAVE;
  const plan = load<i32>(name + PLAN_REFS);
  first = second = third = NaN;
  for (let slot = 0; slot < 3; slot++) {
    if (readArgument(plan + FIELDS + slot * FIELD_BYTES, start, end, slot) != 1) return LEAVE;
  }
  const state = THREADS + thread * THREAD_BYTES;
  const id = load<i32>(name + ITEM_ID);
  const isTold = load<i32>(state) == id && load<i32>(state + 4) != NAMED;
  store<i32>(state + 4, NAMED);
  if (isTold) return TAKEN;
  store<i32>(state, id);
  store<i32>(state + 8, NONE);
  const row = addRow(load<i32>(name + KIND), SYSCALL, ENTER, load<i32>(name + PROBE));
  setArg(row, 0, first);
  setArg(row, 1, second);
  setArg(row, 2, third);
  return TAKEN;
}

/** `0x5a8`, `-11` */
export function takeExit(name: i32, start: i32, end: i32): i32 {
  const thread = load<i32>(load<i32>(PREFIX) + THREAD);
  if (thread < 0 || start >= end) return LEAVE;
  let value: f64 = 0;
  if (load<u8>(start) == 48 && (load<u8>(start + 1) | 32) == 120) {
    if (hexDigit(load<u8>(start + 2)) < 0 || !readHex(start)) return LEAVE;
    value = hexAsSigned();
  } else {
    value = readSignedDec(start);
    if (digits <= 0 || value == 0) return LEAVE;
  }
  const state = THREADS + thread * THREAD_BYTES;
  const id = load<i32>(name + ITEM_ID);
  if (load<i32>(state) == NONE && load<i32>(state + 8) == id && load<i32>(state + 12) != NAMED) {
    store<i32>(state + 8, NONE);
    return TAKEN;
  }
  store<i32>(state, NONE);
  store<i32>(state + 8, id);
  store<i32>(state + 12, NAMED);
  setArg0(addRow(load<i32>(name + KIND), SYSCALL, EXIT, load<i32>(name + PROBE)), value);
  return TAKEN;
}
