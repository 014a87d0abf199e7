// The loop over lines. Whatever is not the usual spelling of something the readers have taught goes back to them, so this
// is never a second grammar: parsers/wasm/README.md.
import {
  AT_NS,
  COUNT,
  DONE,
  END,
  EVENTS,
  EXTRA,
  FTRACE,
  FULL,
  FUNCTION,
  FUNCTIONS,
  HEAD,
  HITS,
  IRQ,
  ITEM_ID,
  KIND,
  KPROBE,
  LAST_IS_USED,
  LAST_LINE,
  LAST_NAME,
  LAST_NS,
  LAST_PERIOD,
  LAST_PREFIX,
  LAYOUT,
  LINE,
  LINE_END,
  MAX_LINE,
  MISS,
  NAME,
  NAME_END,
  NAME_START,
  NAPI_POLL,
  PAGE_ROWS,
  PARENT,
  PAYLOAD,
  PERIOD,
  PLAIN,
  POS,
  PREFIX,
  PROBE,
  PROGRAM,
  READER,
  RECV_LENGTH,
  ROWS,
  ROWS_PER_LINE,
  SAME_TIME,
  SKB,
  SKB_ENTRY,
  SKIP,
  SKIP_ARROW,
  SKIP_FUNCTION,
  SKIP_TEXT,
  SOFTIRQ,
  SPACE_ADJUST,
  SWITCH,
  SYSCALL_ARROW,
  SYSCALL_ENTER,
  SYSCALL_EXIT,
  SYSCALL_TEXT,
  TCP_PROBE,
  WAKEUP,
} from '../layout';
import { takeNapiPoll, takeSkbEntry } from './arrivals';
import { runGraph } from './graph';
import { countLine, noteLine, noteTime, readFtraceHead, readPerfHead } from './head';
import { takeKprobe, UNUSED_PLACE } from './kprobes';
import { addRow, FUNCTION_SOURCE, POINT, setArg0, setParent } from './rows';
import { findLineStart } from './scan';
import { takeEnter, takeExit } from './syscalls';
import {
  findName,
  slotForComm,
  slotForFlow,
  slotForFtracePrefix,
  slotForLane,
  slotForName,
  slotForPerfPrefix,
  slotForSock,
  slotForStatement,
} from './tables';
import {
  LEAVE,
  TAKEN,
  takeIrq,
  takePlain,
  takeRecvLength,
  takeSkb,
  takeSoftirq,
  takeSpaceAdjust,
  takeSwitch,
  takeTcpProbe,
  takeWakeup,
} from './tracepoints';

export {
  findLineStart,
  runGraph,
  slotForComm,
  slotForFlow,
  slotForFtracePrefix,
  slotForLane,
  slotForName,
  slotForPerfPrefix,
  slotForSock,
  slotForStatement,
};

/** A line without a row. */
const NO_ROW: i32 = -3;
const NO_ROW_FUNCTION: i32 = -4;
/** So many lines of one time are the readers' to notice. */
const STANDSTILL: i32 = 90;

/** Reads lines from POS to END (a newline before it); returns why it stopped. */
export function run(): i32 {
  const end = load<i32>(END);
  const isFtrace = load<i32>(LAYOUT) == FTRACE;
  let pos = load<i32>(POS);
  while (pos < end) {
    if (load<i32>(ROWS) > PAGE_ROWS - ROWS_PER_LINE) return FULL;
    const newline = noteLine(pos);
    let lineEnd = load<i32>(LINE_END);
    const c = load<u8>(pos);
    if (c == 35 || c == 9 || newline - pos > load<i32>(MAX_LINE)) return MISS;
    if (isFtrace) {
      if (!readFtraceHead(pos, lineEnd)) return MISS;
      if (load<f64>(AT_NS) == load<f64>(LAST_NS) && load<i32>(SAME_TIME) >= STANDSTILL) return MISS;
    } else {
      if (!readPerfHead(pos, lineEnd)) return MISS;
      while (lineEnd > pos && (load<u8>(lineEnd - 1) == 32 || load<u8>(lineEnd - 1) == 9)) lineEnd--;
    }
    const name = load<i32>(NAME);
    const result = name == 0 ? LEAVE : takePayload(name, lineEnd);
    if (result > 0) return result;
    noteTime();
    const prefix = load<i32>(PREFIX);
    store<i32>(prefix + COUNT, load<i32>(prefix + COUNT) + 1);
    if (isFtrace) {
      const atNs = load<f64>(AT_NS);
      store<i32>(SAME_TIME, atNs == load<f64>(LAST_NS) ? load<i32>(SAME_TIME) + 1 : 0);
      store<f64>(LAST_NS, atNs);
    }
    pos = newline + 1;
    store<i32>(POS, pos);
    const line = load<f64>(LINE) + 1;
    store<f64>(LINE, line);
    if (result == LEAVE) return HEAD;
    store<i32>(HITS, load<i32>(HITS) + 1);
    store<i32>(LAST_PREFIX, prefix);
    store<i32>(LAST_NAME, name);
    store<f64>(LAST_LINE, line);
    store<f64>(LAST_PERIOD, load<f64>(PERIOD));
    const isUsed = result == TAKEN || result == USED_FUNCTION;
    store<i32>(LAST_IS_USED, <i32>isUsed);
    countLine(isUsed);
    if (result == NO_ROW_FUNCTION || result == USED_FUNCTION) {
      store<i32>(FUNCTIONS, load<i32>(FUNCTIONS) + 1);
      continue;
    }
    store<i32>(name + COUNT, load<i32>(name + COUNT) + 1);
    store<i32>(EVENTS, load<i32>(EVENTS) + 1);
  }
  return DONE;
}

const USED_FUNCTION: i32 = -5;

/** A negative number or TAKEN: what became of the line. Positive: why the readers are asked. */
function takePayload(name: i32, end: i32): i32 {
  const at = load<i32>(PAYLOAD);
  const program = load<i32>(name + PROGRAM);
  const first = load<u8>(at);
  const isPlace = at < end && first == 40;
  if (program == KPROBE) {
    if (!isPlace) return LEAVE;
    const result = takeKprobe(name, at, end);
    return result == UNUSED_PLACE ? NO_ROW : result;
  }
  if (program == SKIP_FUNCTION || program == FUNCTION) return takeFunction(name, program, at, end);
  if (program == SYSCALL_ENTER) return takeEnter(name, at, end);
  if (program == SYSCALL_EXIT) return takeExit(name, at, end);
  if (program == SYSCALL_TEXT) {
    if (load<u8>(end - 1) != 41) return LEAVE;
    return takeEnter(name, load<i32>(NAME_START) + load<i32>(name + EXTRA), end);
  }
  if (program == SYSCALL_ARROW) {
    return isArrow(at, end) ? takeExit(name, at + 3, end) : LEAVE;
  }
  if (program == SKIP_TEXT) return load<u8>(end - 1) == 41 ? NO_ROW : LEAVE;
  if (program == SKIP_ARROW) return isArrow(at, end) ? NO_ROW : LEAVE;
  // A probe may bear the name of a tracepoint.
  // `[FAILED TO PARSE]` of trace-cmd stands before a payload.
  if (isPlace || first == 91 || program == READER || program == PARENT) return LEAVE;
  switch (program) {
    case SKIP:
      return NO_ROW;
    case PLAIN:
      return takePlain(name, at, end);
    case SOFTIRQ:
      return takeSoftirq(name, at, end);
    case IRQ:
      return takeIrq(name, at, end);
    case SKB:
      return takeSkb(name, at, end);
    case TCP_PROBE:
      return takeTcpProbe(name, at, end);
    case SPACE_ADJUST:
      return takeSpaceAdjust(name, at, end);
    case SWITCH:
      return takeSwitch(name, load<i32>(name + EXTRA), at, end);
    case WAKEUP:
      return takeWakeup(name, at, end);
    case RECV_LENGTH:
      return takeRecvLength(name, at, end);
    case NAPI_POLL:
      return takeNapiPoll(name, at, end);
    case SKB_ENTRY:
      return takeSkbEntry(name, at, end);
    default:
      return LEAVE;
  }
}

/** `sys_read -> 0x5a8`: one blank, `-> `. */
function isArrow(at: i32, end: i32): bool {
  return at == load<i32>(NAME_END) + 1 && end - at >= 3 && (load<u32>(at) & 0xffffff) == 0x203e2d;
}

/** `tcp_recvmsg <-inet_recvmsg`, both seen before. EXTRA: the softirq of a softirq function, -1 none. */
function takeFunction(name: i32, program: i32, at: i32, end: i32): i32 {
  if (end - at < 3 || at != load<i32>(NAME_END) + 1 || load<u16>(at) != 0x2d3c || load<u8>(at + 2) == 45) return LEAVE;
  if (program == SKIP_FUNCTION) return NO_ROW_FUNCTION;
  const parent = findName(at, end - at);
  if (parent == 0 || load<i32>(parent + PROGRAM) != PARENT) return LEAVE;
  const row = addRow(load<i32>(name + KIND), FUNCTION_SOURCE, POINT, load<i32>(name + PROBE));
  setParent(row, load<i32>(parent + ITEM_ID));
  const vector = load<i32>(name + EXTRA);
  if (vector >= 0) setArg0(row, <f64>vector);
  return USED_FUNCTION;
}
