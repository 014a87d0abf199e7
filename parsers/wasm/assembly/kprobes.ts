// kprobe and kretprobe lines whose place `(…)` and keys are those of a plan. parsers/payload/kprobe.ts
import {
  CURSOR,
  FIELD_BYTES,
  FIELDS,
  KEY_SIZE,
  PLAN_COUNT,
  PLAN_EDGE,
  PLAN_FIELDS,
  PLAN_IS_USED,
  PLAN_KIND,
  PLAN_PROBE,
  PLAN_REFS,
  PLAN_SIZE,
  ROLE,
  ROLE_NONE,
  ROLE_OBJECT,
  ROLE_SOCK,
  ROLE_WORD,
  STYLE,
  STYLE_BARE_HEX,
  STYLE_DOUBT,
  VALUES,
} from '../layout';
import { resolveSock, sockId } from './fields';
import { digits, hexAsAddress, hexAsSigned, readHex, readNumber, readSignedDec } from './numbers';
import { addRow, KPROBE_SOURCE, setArg, setObject, setSock } from './rows';
import { findBlank, hexDigit, isSame } from './scan';
import { LEAVE, TAKEN } from './tracepoints';

/** Known, but of no use. */
export const UNUSED_PLACE: i32 = -2;

export function takeKprobe(name: i32, start: i32, end: i32): i32 {
  const plans = load<i32>(name + PLAN_COUNT);
  for (let k = 0; k < plans; k++) {
    const plan = load<i32>(name + PLAN_REFS + k * 4);
    const size = load<i32>(plan + PLAN_SIZE);
    if (start + size <= end && isSame(plan, start, size)) {
      return load<i32>(plan + PLAN_IS_USED) == 0 ? UNUSED_PLACE : takeFields(plan, start + size, end);
    }
  }
  return LEAVE;
}

/** ` a=1 b=2`: every field must be the plan's, in its order. */
function takeFields(plan: i32, start: i32, end: i32): i32 {
  const count = load<i32>(plan + PLAN_FIELDS);
  let p = start;
  let sock = -1;
  let object = NaN;
  let filled = 0;
  for (let k = 0; k < count; k++) {
    while (p < end && load<u8>(p) == 32) p++;
    const field = plan + FIELDS + k * FIELD_BYTES;
    const size = load<i32>(field + KEY_SIZE);
    if (p + size > end || !isSame(field, p, size)) return LEAVE;
    const at = p + size;
    p = findBlank(at, end);
    const role = load<i32>(field + ROLE);
    if (role == ROLE_NONE) continue;
    if (role == ROLE_WORD) {
      if (p > at) return LEAVE;
      continue;
    }
    if (role == ROLE_SOCK) {
      const result = resolveSock(at, p);
      if (result != TAKEN) return result;
      if (sockId >= 0) sock = sockId;
    } else if (role == ROLE_OBJECT) {
      if (!readHex(at)) return LEAVE;
      object = hexAsAddress();
    } else {
      let value: f64 = 0;
      const style = load<i32>(field + STYLE);
      if ((style & STYLE_BARE_HEX) != 0) {
        if (load<u8>(at) == 45) {
          value = readSignedDec(at);
          if (digits <= 0) return LEAVE;
        } else {
          if (!readHex(at)) return LEAVE;
          value = hexAsSigned();
          if ((style & STYLE_DOUBT) != 0 && value > 15) return LEAVE;
        }
      } else {
        value = readNumber(at);
        if (isNaN(value)) return LEAVE;
        const rest = load<i32>(CURSOR);
        if (rest < p && hexDigit(load<u8>(rest)) >= 0) return LEAVE;
        if ((style & STYLE_DOUBT) != 0 && value > 9) return LEAVE;
      }
      store<f64>(VALUES + role * 8, value);
      filled |= 1 << role;
    }
  }
  while (p < end && load<u8>(p) == 32) p++;
  if (p < end) return LEAVE;
  const row = addRow(
    load<i32>(plan + PLAN_KIND),
    KPROBE_SOURCE,
    load<i32>(plan + PLAN_EDGE),
    load<i32>(plan + PLAN_PROBE),
  );
  if (sock >= 0) setSock(row, sock);
  if (!isNaN(object)) setObject(row, object);
  for (let role = 0; role < 4; role++) {
    if ((filled & (1 << role)) != 0) setArg(row, role, load<f64>(VALUES + role * 8));
  }
  return TAKEN;
}
