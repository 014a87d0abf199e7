// The loop over lines of function_graph. parsers/formats/function-graph is the reference.
import {
  AT_NS,
  BAR,
  CALLER,
  COUNT,
  CPU,
  CPU_CLOCKS,
  DONE,
  DOT,
  DUR,
  END,
  EVENT,
  EVENTS,
  FOLLOWER,
  FULL,
  FUNC_BYTES,
  FUNCS,
  HAS_VALUE,
  HIDDEN_NS,
  HITS,
  KIND,
  LANE,
  LANE_SIZE,
  LAST_NS,
  LAST_STATEMENT,
  LINE,
  MAX_CPUS,
  MAX_FUNCS,
  MAX_LINE,
  MISS,
  OPENINGS,
  PAGE_ROWS,
  POS,
  PREFIX,
  ROWS,
  SLOT_SIZE,
  STACK_BYTES,
  STACK_DEPTH,
  STACKS,
  STAMP_NS,
  THREAD,
  VALUE,
} from '../layout';
import { countLine, noteLine, noteTime, readTime } from './head';
import { addDeepRow, ENTER, EXIT, POINT, setArg0, setArg3, setParent, WHOLE } from './rows';
import { findByte, isDigit, isSame, skipBlanks } from './scan';
import { findLane, findStatement } from './tables';

/** Tree of parsers/formats/function-graph/stacks/tree.ts. */
const LEAF: i32 = 2;
const CLOSE: i32 = 3;
const DURATION_WIDTH: i32 = 14;
/** A clock that stands still longer is the reader's to report (parsers/formats/function-graph/stacks/clock.ts). */
const STANDSTILL_NS: f64 = 5000;

let duration: f64 = NaN;

/** Reads lines from POS to END (a newline before it); returns why it stopped. */
export function runGraph(): i32 {
  const end = load<i32>(END);
  const first = load<i32>(POS);
  const before = load<f64>(LINE);
  let pos = first;
  let hits = 0;
  let reason = DONE;
  while (pos < end) {
    if (load<i32>(ROWS) == PAGE_ROWS) {
      reason = FULL;
      break;
    }
    store<f64>(LINE, before + <f64>hits);
    const next = takeLine(pos);
    if (next == 0) {
      noteLine(pos);
      reason = MISS;
      break;
    }
    pos = next;
    hits++;
  }
  store<i32>(POS, pos);
  store<f64>(LINE, before + <f64>hits);
  store<i32>(HITS, load<i32>(HITS) + hits);
  store<i32>(EVENTS, load<i32>(EVENTS) + hits);
  return reason;
}

/** The first byte of the next line; 0: nothing was done. Columns are read before it is known that the line reaches them. */
function takeLine(start: i32): i32 {
  const bar = start + load<i32>(BAR);
  if ((load<u32>(bar) & 0xffffff) != 0x20207c) return 0;
  const dot = load<i32>(DOT);
  if (dot >= 0 && readTime(skipBlanks(start)) != start + dot + 7) return 0;
  const lane = laneAt(start + load<i32>(LANE), load<i32>(LANE_SIZE));
  if (lane == 0 || !readDuration(bar - DURATION_WIDTH)) return 0;
  const thread = load<i32>(lane + THREAD);
  if (thread < 0) return 0;
  const text = skipBlanks(bar + 3);
  const statement = statementAt(text, lane);
  if (statement == 0 || next - start > load<i32>(MAX_LINE)) return 0;
  const depth = (text - bar - 3) >> 1;
  const kind = load<i32>(statement + KIND);
  const stack = STACKS + thread * STACK_BYTES;
  const top = load<i32>(stack);
  let index = load<i32>(statement + EVENT);
  if (kind == CLOSE) {
    // Orphans, and frames above whose returns are missing.
    if (depth + 1 != top) return 0;
    const open = load<i32>(stack + 8 + depth * 4);
    if (open < 0 || open >= MAX_FUNCS || (index >= 0 && index != open)) return 0;
    index = open;
  } else if (depth < top || depth >= STACK_DEPTH) return 0;
  const cpu = load<i32>(lane + CPU);
  if (dot >= 0) {
    if (!takeTime(cpu, kind == LEAF && duration > 0 ? duration : 0)) return 0;
    noteTime();
    store<f64>(LAST_NS, load<f64>(AT_NS));
  } else store<f64>(AT_NS, NaN);
  store<i32>(PREFIX, lane);
  store<i32>(stack + 4, cpu);
  store<i32>(lane + COUNT, load<i32>(lane + COUNT) + 1);
  store<i32>(load<i32>(lane + LAST_STATEMENT) + FOLLOWER, statement);
  store<i32>(lane + LAST_STATEMENT, statement);
  const func = FUNCS + index * FUNC_BYTES;
  const isUsed =
    kind == CLOSE ? takeReturn(stack, statement, func, depth) : takeCall(stack, statement, func, depth, kind);
  countLine(isUsed);
  return next;
}

/** Most lines are of the cpu and task of the line before. */
function laneAt(at: i32, size: i32): i32 {
  const last = load<i32>(PREFIX);
  if (last != 0 && load<i32>(last + SLOT_SIZE) == size && isSame(last, at, size)) return last;
  return findLane(at, size);
}

/** First byte behind the newline of the line, set by statementAt. */
let next: i32 = 0;

/**
 * Functions call the same functions again and again: the statement that followed the lane's last one is tried first. A guess, never
 * a rule: every byte is compared, the newline too.
 */
function statementAt(text: i32, lane: i32): i32 {
  const guess = load<i32>(load<i32>(lane + LAST_STATEMENT) + FOLLOWER);
  if (guess != 0) {
    const size = load<i32>(guess + SLOT_SIZE);
    if (size > 0 && load<u8>(text + size) == 10 && isSame(guess, text, size)) {
      next = text + size + 1;
      return guess;
    }
  }
  const newline = findByte(text, 10);
  next = newline + 1;
  let end = newline;
  while (end > text && load<u8>(end - 1) == 13) end--;
  return text == end ? 0 : findStatement(text, end - text);
}

function takeCall(stack: i32, statement: i32, func: i32, depth: i32, kind: i32): bool {
  store<i32>(OPENINGS, load<i32>(OPENINGS) + 1);
  store<i32>(statement + COUNT, load<i32>(statement + COUNT) + 1);
  if (kind != LEAF) {
    for (let d = load<i32>(stack); d < depth; d++) store<i32>(stack + 8 + d * 4, -1);
    store<i32>(stack + 8 + depth * 4, load<i32>(statement + EVENT));
    store<i32>(stack, depth + 1);
  }
  const enter = load<i32>(func);
  if (enter == 0) return false;
  const edge = kind == LEAF ? WHOLE : load<i32>(func + 4) == 0 ? POINT : ENTER;
  const row = addDeepRow(enter, edge, load<i32>(func + 8), depth);
  const softirq = load<i32>(func + 12);
  if (softirq >= 0) setArg0(row, <f64>softirq);
  if (kind == LEAF) store<f64>(DUR + row * 8, duration);
  const caller = load<i32>(statement + CALLER);
  if (caller >= 0) setParent(row, caller);
  const valueColumn = load<i32>(statement + HAS_VALUE);
  if (valueColumn == 1) setArg0(row, load<f64>(statement + VALUE));
  else if (valueColumn == 2) setArg3(row, load<f64>(statement + VALUE));
  return true;
}

function takeReturn(stack: i32, statement: i32, func: i32, depth: i32): bool {
  store<i32>(stack, depth);
  const exit = load<i32>(func + 4);
  if (exit == 0) return load<i32>(func) != 0;
  const row = addDeepRow(exit, EXIT, load<i32>(func + 8), depth);
  store<f64>(DUR + row * 8, duration);
  const softirq = load<i32>(func + 12);
  if (load<i32>(statement + HAS_VALUE) != 0) setArg0(row, load<f64>(statement + VALUE));
  else if (softirq >= 0) setArg0(row, <f64>softirq);
  return true;
}

/** take() of stacks/clock.ts: false where it has something to report. */
function takeTime(cpu: i32, leafNs: f64): bool {
  if (cpu >= MAX_CPUS) return false;
  const atNs = load<f64>(AT_NS);
  const isNew = atNs != load<f64>(STAMP_NS);
  const hidden = isNew ? 0 : load<f64>(HIDDEN_NS);
  if (isNew && load<f64>(HIDDEN_NS) >= STANDSTILL_NS) return false;
  const clock = CPU_CLOCKS + cpu * 8;
  const last = load<f64>(clock);
  if (last > atNs) return false;
  const leaf = clock + MAX_CPUS * 8;
  store<f64>(STAMP_NS, atNs);
  store<f64>(HIDDEN_NS, last == atNs ? hidden + load<f64>(leaf) : hidden);
  store<f64>(clock, atNs);
  store<f64>(leaf, leafNs);
  return true;
}

/** `+ 17.496 us   ` in 14 bytes: the dot tells how many digits stand where. Sets `duration`; false: another spelling. */
function readDuration(start: i32): bool {
  if (load<u64>(start) == 0x2020202020202020) {
    duration = NaN;
    return load<u64>(start + 6) == 0x2020202020202020;
  }
  if (!isMark(load<u8>(start)) || load<u8>(start + 1) != 32) return false;
  const first = start + 2;
  let dot = first;
  let us = 0;
  while (dot < first + 7) {
    const digit = <u32>load<u8>(dot) - 48;
    if (digit > 9) break;
    us = us * 10 + <i32>digit;
    dot++;
  }
  // Three decimals up to four digits, then fewer: seven digits in all.
  const size = dot - first;
  if (size == 0 || size > 6 || load<u8>(dot) != 46) return false;
  let ns = us * 1000;
  let at = dot + 1;
  let scale = 100;
  const decimals = size < 5 ? 3 : size == 5 ? 2 : 1;
  for (let i = 0; i < decimals; i++) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit > 9) return false;
    ns += <i32>digit * scale;
    scale /= 10;
    at++;
  }
  // ` us` and blanks
  if ((load<u32>(at) & 0xffffff) != 0x737520 || isDigit(load<u8>(at))) return false;
  for (at += 3; at < start + DURATION_WIDTH; at++) if (load<u8>(at) != 32) return false;
  duration = <f64>ns;
  return true;
}

/** Overhead marks: ' ', '+', '!', '#', '*', '@', '$'. */
function isMark(c: i32): bool {
  return c == 32 || c == 43 || c == 33 || c == 35 || c == 42 || c == 64 || c == 36;
}
