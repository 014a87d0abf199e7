// The loop over lines of function_graph. parsers/formats/function-graph-reader.ts and graph-*.ts are the reference.
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
  LINE,
  LINE_END,
  LINE_START,
  MAX_CPUS,
  MAX_LINE,
  MISS,
  NEXT_LINE,
  OPENINGS,
  PAGE_ROWS,
  PARSED,
  POS,
  PREFIX,
  ROWS,
  STACK_BYTES,
  STACK_DEPTH,
  STACKS,
  STAMP_NS,
  THREAD,
  UNUSED,
  VALUE,
} from '../layout';
import { noteTime, readTime } from './head';
import { addDeepRow, ENTER, EXIT, POINT, setArg0, setArg3, setParent, WHOLE } from './rows';
import { findByte, isDigit, skipBlanks } from './scan';
import { findLane, findStatement } from './tables';

/** Tree of parsers/formats/graph-tree.ts. */
const LEAF: i32 = 2;
const CLOSE: i32 = 3;
const DURATION_WIDTH: i32 = 14;
/** A clock that stands still longer is the reader's to report (graph-clock.ts). */
const STANDSTILL_NS: f64 = 5000;

let duration: f64 = NaN;

/** Reads lines from POS to END (a newline before it); returns why it stopped. */
export function runGraph(): i32 {
  const end = load<i32>(END);
  let pos = load<i32>(POS);
  while (pos < end) {
    if (load<i32>(ROWS) == PAGE_ROWS) return FULL;
    const newline = findByte(pos, 10);
    let lineEnd = newline;
    while (lineEnd > pos && load<u8>(lineEnd - 1) == 13) lineEnd--;
    store<i32>(LINE_START, pos);
    store<i32>(LINE_END, lineEnd);
    store<i32>(NEXT_LINE, newline + 1);
    if (newline - pos > load<i32>(MAX_LINE) || !takeLine(pos, lineEnd)) return MISS;
    pos = newline + 1;
    store<i32>(POS, pos);
    store<f64>(LINE, load<f64>(LINE) + 1);
    store<i32>(HITS, load<i32>(HITS) + 1);
    store<i32>(EVENTS, load<i32>(EVENTS) + 1);
    const prefix = load<i32>(PREFIX);
    store<i32>(prefix + COUNT, load<i32>(prefix + COUNT) + 1);
  }
  return DONE;
}

/** False: nothing was done. */
function takeLine(start: i32, end: i32): bool {
  const bar = start + load<i32>(BAR);
  if (bar + 3 >= end || load<u8>(bar) != 124 || load<u16>(bar + 1) != 0x2020) return false;
  const dot = load<i32>(DOT);
  if (dot >= 0 && readTime(skipBlanks(start)) != start + dot + 7) return false;
  const lane = findLane(start + load<i32>(LANE), load<i32>(LANE_SIZE));
  if (lane == 0 || !readDuration(bar - DURATION_WIDTH)) return false;
  const thread = load<i32>(lane + THREAD);
  const text = skipBlanks(bar + 3);
  if (thread < 0 || text >= end) return false;
  const statement = findStatement(text, end - text);
  if (statement == 0) return false;
  const depth = (text - bar - 3) >> 1;
  const kind = load<i32>(statement + KIND);
  const stack = STACKS + thread * STACK_BYTES;
  const top = load<i32>(stack);
  let index = load<i32>(statement + EVENT);
  if (kind == CLOSE) {
    // Orphans, and frames above whose returns are missing.
    if (depth + 1 != top) return false;
    const open = load<i32>(stack + 8 + depth * 4);
    if (open < 0 || (index >= 0 && index != open)) return false;
    index = open;
  } else if (depth < top || depth >= STACK_DEPTH) return false;
  const cpu = load<i32>(lane + CPU);
  store<i32>(PREFIX, lane);
  if (dot >= 0) {
    if (!takeTime(cpu, kind == LEAF && duration > 0 ? duration : 0)) return false;
    noteTime();
    store<f64>(LAST_NS, load<f64>(AT_NS));
  } else store<f64>(AT_NS, NaN);
  store<i32>(stack + 4, cpu);
  const func = FUNCS + index * FUNC_BYTES;
  const isUsed =
    kind == CLOSE ? takeReturn(stack, statement, func, depth) : takeCall(stack, statement, func, depth, kind);
  const account = isUsed ? PARSED : UNUSED;
  store<i32>(account, load<i32>(account) + 1);
  return true;
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

/** graph-clock.ts take(): false where it has something to report. */
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
