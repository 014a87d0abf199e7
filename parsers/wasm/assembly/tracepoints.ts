// Payloads of tracepoints. Each program reads the usual spelling only and leaves every other one to the readers
// (result LEAVE): parsers/payload/net.ts, sched.ts. Nothing may be stored before a line is understood.
import { ASK_COMM, ASK_END, ASK_START, CURSOR, EXTRA, KIND, PROBE } from '../layout';
import { findLongField, findShortField, flowId, LEN_KEY, resolveFlow, resolveSock, sockId } from './fields';
import { digits, hexAsAddress, hexAsNumber, readDec, readHex, readNumber, readSignedDec } from './numbers';
import {
  addRow,
  POINT,
  setArg0,
  setArg1,
  setArg2,
  setArg3,
  setAux,
  setObject,
  setSock,
  setTask,
  TRACEPOINT,
} from './rows';
import { findIn, isDigit } from './scan';
import { findComm } from './tables';

/** The line is done. */
export const TAKEN: i32 = 0;
/** The readers must decode it; rows added so far are dropped by the caller. */
export const LEAVE: i32 = -1;

/** `skbaddr=` and the seven bytes of `skaddr=`. */
export const SKBADDR: u64 = 0x3d72646461626b73;
const SKADDR: u64 = 0x3d726464616b73;

function startsWithSkaddr(at: i32): bool {
  return (load<u64>(at) & 0xffffffffffffff) == SKADDR;
}

/** tcp_rcv_space_adjust and others: the fact that it happened; `skaddr=` stands first if at all. */
export function takePlain(name: i32, at: i32, end: i32): i32 {
  const hasSock = end - at >= 7 && startsWithSkaddr(at);
  if (hasSock) {
    const result = resolveSock(at + 7, end);
    if (result != TAKEN) return result;
  }
  const row = addRow(load<i32>(name + KIND), TRACEPOINT, POINT, load<i32>(name + PROBE));
  if (hasSock) setSock(row, sockId);
  return TAKEN;
}

/** `vec=3 [action=NET_RX]` */
export function takeSoftirq(name: i32, at: i32, end: i32): i32 {
  if (end - at < 5 || load<u32>(at) != 0x3d636576 || !isDigit(load<u8>(at + 4))) return LEAVE;
  // `vec=0x3 (3)` and two digits are the readers' business.
  if (at + 5 != end && load<u8>(at + 5) != 32) return LEAVE;
  const vector = load<u8>(at + 4);
  const row = addRow(load<i32>(name + KIND), TRACEPOINT, POINT, load<i32>(name + PROBE));
  setArg0(row, vector == 51 ? 1 : vector == 50 ? 2 : vector == 49 ? 3 : 0);
  return TAKEN;
}

/** `irq=10 name=virtio1` · `vector=236` */
export function takeIrq(name: i32, at: i32, end: i32): i32 {
  let from = 0;
  if (load<u32>(at) == 0x3d717269) from = at + 4;
  else if ((load<u64>(at) & 0xffffffffffffff) == 0x3d726f74636576) from = at + 7;
  if (from == 0 || from >= end) return LEAVE;
  const value = readNumber(from);
  if (isNaN(value)) return LEAVE;
  setArg0(addRow(load<i32>(name + KIND), TRACEPOINT, POINT, load<i32>(name + PROBE)), value);
  return TAKEN;
}

/** `[dev=eth0 ]skbaddr=0xffff888122e2b2e0 … len=7240`; EXTRA: what the length counts, -1 = no length kind. */
export function takeSkb(name: i32, start: i32, end: i32): i32 {
  let at = start;
  let device = 0;
  const lengthKind = load<i32>(name + EXTRA);
  // `dev=`
  if (load<u8>(at) == 100) {
    const blank = findIn(at, end, 32);
    if (blank < 0 || load<u32>(at) != 0x3d766564) return LEAVE;
    if (lengthKind >= 0) {
      device = askComm(at + 4, blank);
      if (device == 0) return blank - at - 4 > 16 ? LEAVE : ASK_COMM;
    }
    at = blank + 1;
  }
  if (end - at < 16 || load<u64>(at) != SKBADDR) return LEAVE;
  const address = at + 8;
  if (!readHex(address)) return LEAVE;
  const skb = hexAsAddress();
  const length = findShortField(address, end, LEN_KEY);
  if (length == 0) return LEAVE;
  const bytes = readNumber(length);
  if (isNaN(bytes)) return LEAVE;
  const row = addRow(load<i32>(name + KIND), TRACEPOINT, POINT, load<i32>(name + PROBE));
  setObject(row, skb);
  setArg0(row, bytes);
  if (lengthKind < 0) return TAKEN;
  setArg1(row, <f64>lengthKind);
  if (device != 0) setAux(row, load<i32>(device + 20));
  return TAKEN;
}

/** Both addresses of tcp_probe stand at the end. */
const ADDRESS_TAIL: i32 = 60;

/** `family=AF_INET src=… data_len=1448 … [skbaddr=… skaddr=…]` */
export function takeTcpProbe(name: i32, at: i32, end: i32): i32 {
  // `data_len=`: its first and last eight bytes
  const length = findLongField(at, end, 0x6e656c5f61746164, 0x3d6e656c5f617461, 9);
  if (length == 0) return LEAVE;
  const bytes = readNumber(length);
  if (isNaN(bytes)) return LEAVE;
  // `rcv_wnd=`
  const windowAt = findLongField(length, end, 0x3d646e775f766372, 0x3d646e775f766372, 8);
  if (windowAt == 0) return LEAVE;
  const window = readNumber(windowAt);
  if (isNaN(window)) return LEAVE;
  // `[family=AF_INET ]src=… dest=… mark=`
  let from = at;
  if (load<u8>(from) == 102) from = findIn(from, end, 32) + 1;
  if (from == 0 || load<u32>(from) != 0x3d637273) return LEAVE;
  const gap = findIn(from, end, 32);
  // `dest=`
  if (gap < 0 || (load<u64>(gap + 1) & 0xffffffffff) != 0x3d74736564) return LEAVE;
  const flowEnd = findIn(gap + 1, end, 32);
  // ` mark=`
  if (flowEnd < 0 || (load<u64>(flowEnd) & 0xffffffffffff) != 0x3d6b72616d20) return LEAVE;
  const flow = resolveFlow(from, flowEnd);
  if (flow != TAKEN) return flow;
  const tail = max(at, end - ADDRESS_TAIL);
  const skb = findLongField(tail, end, SKBADDR, SKBADDR, 8);
  let object = NaN;
  if (skb != 0) {
    if (!readHex(skb)) return LEAVE;
    object = hexAsAddress();
    const blank = findIn(skb, end, 32);
    if (blank < 0 || end - blank < 8 || !startsWithSkaddr(blank + 1)) return LEAVE;
    const result = resolveSock(blank + 8, end);
    if (result != TAKEN) return result;
  }
  const row = addRow(load<i32>(name + KIND), TRACEPOINT, POINT, load<i32>(name + PROBE));
  setArg0(row, bytes);
  setArg1(row, window);
  setAux(row, flowId);
  if (skb == 0) return TAKEN;
  setObject(row, object);
  setSock(row, sockId);
  return TAKEN;
}

/** `family=AF_INET sport=… dport=… saddr=… daddr=… saddrv6=… daddrv6=… sock_cookie=…` (5.15 on; others are the readers'). */
export function takeSpaceAdjust(name: i32, at: i32, end: i32): i32 {
  // `family=A`
  if (end - at < 60 || load<u64>(at) != 0x413d796c696d6166) return LEAVE;
  const from = findIn(at, end, 32) + 1;
  // `sport=`
  if (from == 0 || (load<u64>(from) & 0xffffffffffff) != 0x3d74726f7073) return LEAVE;
  // ` sock_cookie=`
  let flowEnd = end;
  while (flowEnd > from && load<u8>(flowEnd - 1) != 32) flowEnd--;
  flowEnd--;
  if (flowEnd <= from || load<u64>(flowEnd) != 0x6f635f6b636f7320 || load<u8>(flowEnd + 12) != 61) return LEAVE;
  const result = resolveFlow(from, flowEnd);
  if (result != TAKEN) return result;
  setAux(addRow(load<i32>(name + KIND), TRACEPOINT, POINT, load<i32>(name + PROBE)), flowId);
  return TAKEN;
}

/** `comm=x pid=1 prio=120 [success=1 ]target_cpu=003` */
export function takeWakeup(name: i32, start: i32, end: i32): i32 {
  if ((load<u64>(start) & 0xffffffffff) != 0x3d6d6d6f63) return takePluginWakeup(name, start, end);
  const pid = findIn(start + 5, end, 61);
  if (pid < 0 || load<u32>(pid - 4) != 0x64697020) return LEAVE;
  const tid = readSignedDec(pid + 1);
  if (digits <= 0) return LEAVE;
  const prio = load<i32>(CURSOR);
  // ` prio=`
  if ((load<u64>(prio) & 0xffffffffffff) != 0x3d6f69727020) return LEAVE;
  readSignedDec(prio + 6);
  if (digits <= 0) return LEAVE;
  let target = load<i32>(CURSOR);
  let success = NaN;
  // ` success=`
  if (load<u64>(target) == 0x7373656363757320 && load<u8>(target + 8) == 61) {
    success = readDec(target + 9);
    if (digits <= 0) return LEAVE;
    target = load<i32>(CURSOR);
  }
  // ` target_cpu=`
  if (load<u64>(target) != 0x5f74656772617420 || load<u32>(target + 8) != 0x3d757063) return LEAVE;
  const cpu = readDec(target + 12);
  if (digits <= 0 || load<i32>(CURSOR) != end) return LEAVE;
  const row = addRow(load<i32>(name + KIND), TRACEPOINT, POINT, load<i32>(name + PROBE));
  setArg0(row, tid);
  setArg1(row, cpu);
  if (!isNaN(success)) setArg2(row, success);
  return TAKEN;
}

/** TaskState of src/model/events.ts; -1 for spellings the readers know better. */
function readState(c: i32): i32 {
  if (c == 82) return 0;
  if (c == 83) return 1;
  if (c == 68) return 2;
  if (c == 88 || c == 90 || c == 120) return 3;
  if (c == 73) return 5;
  const letter = c | 32;
  if (letter < 97 || letter > 122) return -1;
  return 4;
}

const MAX_TID: f64 = 2147483647;

/** `prev_comm=a prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=b next_pid=2 next_prio=120`, no '=' in a name. */
export function takeSwitch(name: i32, switchIn: i32, start: i32, end: i32): i32 {
  if (load<u64>(start) != 0x6d6f635f76657270) return takePluginSwitch(name, switchIn, start, end);
  if (end - start < 60 || load<u16>(start + 8) != 0x3d6d) return LEAVE;
  const prevStart = start + 10;
  const pid = findIn(prevStart, end, 61);
  // ` prev_pid`
  if (pid < 0 || load<u64>(pid - 8) != 0x6469705f76657270 || load<u8>(pid - 9) != 32) return LEAVE;
  const prevEnd = pid - 9;
  if (prevEnd < prevStart) return LEAVE;
  const prevTid = readSignedDec(pid + 1);
  if (digits <= 0) return LEAVE;
  const prio = load<i32>(CURSOR);
  // ` prev_prio=`
  if (load<u64>(prio) != 0x72705f7665727020 || load<u32>(prio + 7) != 0x3d6f6972) return LEAVE;
  readSignedDec(prio + 11);
  if (digits <= 0) return LEAVE;
  const stateKey = load<i32>(CURSOR);
  // ` prev_state=`
  if (load<u64>(stateKey) != 0x74735f7665727020 || load<u32>(stateKey + 8) != 0x3d657461) return LEAVE;
  const state = readState(load<u8>(stateKey + 12));
  if (state < 0) return LEAVE;
  const gap = findIn(stateKey + 12, end, 32);
  // ` ==> next_comm=`
  if (gap < 0 || load<u64>(gap) != 0x78656e203e3d3d20 || load<u64>(gap + 7) != 0x3d6d6d6f635f7478) return LEAVE;
  const nextStart = gap + 15;
  const nextPid = findIn(nextStart, end, 61);
  // ` next_pid`
  if (nextPid < 0 || load<u64>(nextPid - 8) != 0x6469705f7478656e || load<u8>(nextPid - 9) != 32) return LEAVE;
  const nextEnd = nextPid - 9;
  if (nextEnd < nextStart) return LEAVE;
  const nextTid = readSignedDec(nextPid + 1);
  if (digits <= 0) return LEAVE;
  const nextPrio = load<i32>(CURSOR);
  // ` next_prio=`
  if (load<u64>(nextPrio) != 0x72705f7478656e20 || load<u32>(nextPrio + 7) != 0x3d6f6972) return LEAVE;
  readSignedDec(nextPrio + 11);
  if (digits <= 0 || load<i32>(CURSOR) != end) return LEAVE;
  return addSwitch(name, switchIn, prevStart, prevEnd, prevTid, state, nextStart, nextEnd, nextTid);
}

/** Both rows of a task switch, once both names have ids. */
function addSwitch(
  name: i32,
  switchIn: i32,
  prevStart: i32,
  prevEnd: i32,
  prevTid: f64,
  state: i32,
  nextStart: i32,
  nextEnd: i32,
  nextTid: f64,
): i32 {
  // Damaged pids: negative ones have a cache of their own in the readers, those of more than 31 bits wrap there.
  if (prevTid < 0 || nextTid < 0 || prevTid > MAX_TID || nextTid > MAX_TID) return LEAVE;
  const prevComm = askComm(prevStart, prevEnd);
  if (prevComm == 0) return prevEnd - prevStart > 16 ? LEAVE : ASK_COMM;
  const nextComm = askComm(nextStart, nextEnd);
  if (nextComm == 0) return nextEnd - nextStart > 16 ? LEAVE : ASK_COMM;
  const probe = load<i32>(name + PROBE);
  const out = addRow(load<i32>(name + KIND), TRACEPOINT, POINT, probe);
  setTask(out, <i32>prevTid, load<i32>(prevComm + 20));
  setArg0(out, <f64>state);
  setArg1(out, nextTid);
  const into = addRow(switchIn, TRACEPOINT, POINT, probe);
  setTask(into, <i32>nextTid, load<i32>(nextComm + 20));
  setArg1(into, prevTid);
  return TAKEN;
}

export function askComm(start: i32, end: i32): i32 {
  const slot = findComm(start, end - start);
  if (slot == 0) {
    store<i32>(ASK_START, start);
    store<i32>(ASK_END, end);
  }
  return slot;
}

/**
 * `sk address = 0xff…, family = AF_INET protocol = IPPROTO_TCP, length = 65536, error = 0, flags = 0x0`: six equals signs in
 * this order and no more.
 */
export function takeRecvLength(name: i32, start: i32, end: i32): i32 {
  // `sk address =`, `family =`, `protocol `, `length `, `error `, `flags `
  if (end - start < 60 || load<u64>(start) != 0x6572646461206b73 || load<u32>(start + 8) != 0x3d207373) return LEAVE;
  if (load<u8>(start + 12) != 32) return LEAVE;
  const family = findIn(start + 13, end, 61);
  if (family < 0 || load<u64>(family - 7) != 0x3d20796c696d6166) return LEAVE;
  const protocol = findIn(family + 1, end, 61);
  if (protocol < 0 || load<u64>(protocol - 9) != 0x6c6f636f746f7270 || load<u16>(protocol - 1) != 0x3d20) return LEAVE;
  const length = findIn(protocol + 1, end, 61);
  if (length < 0 || load<u64>(length - 7) != 0x3d206874676e656c) return LEAVE;
  const error = findIn(length + 1, end, 61);
  if (error < 0 || load<u64>(error - 7) != 0x3d20726f72726520) return LEAVE;
  const flags = findIn(error + 1, end, 61);
  if (flags < 0 || load<u64>(flags - 7) != 0x3d207367616c6620 || findIn(flags + 1, end, 61) >= 0) return LEAVE;
  if (load<u8>(protocol + 1) != 32 || load<u8>(length + 1) != 32 || load<u8>(error + 1) != 32) return LEAVE;
  const bytes = readNumber(length + 2);
  if (isNaN(bytes)) return LEAVE;
  const code = readNumber(error + 2);
  if (isNaN(code)) return LEAVE;
  if (load<u8>(flags + 1) != 32 || !readHex(flags + 2)) return LEAVE;
  const flagBits = hexAsNumber();
  const protocolNumber = readProtocol(protocol + 2);
  if (protocolNumber < 0) return LEAVE;
  if (load<u8>(family + 1) != 32) return LEAVE;
  const familyNumber = readFamily(family + 2);
  if (familyNumber < 0) return LEAVE;
  const result = resolveSock(start + 13, end);
  if (result != TAKEN) return result;
  const row = addRow(load<i32>(name + KIND), TRACEPOINT, POINT, load<i32>(name + PROBE));
  setArg0(row, bytes);
  setArg1(row, code);
  setArg2(row, flagBits);
  setArg3(row, <f64>(familyNumber * 1024 + protocolNumber));
  setSock(row, sockId);
  return TAKEN;
}

/** A number below 1023 as the kernel prints it, -1 not read here. */
function readSmallNumber(at: i32): i32 {
  const number = readNumber(at);
  return number >= 0 && number < 1023 ? <i32>number : -1;
}

/** As the kernel numbers them, -1 not read here: `IPPROTO_TCP`, `0x11`. */
function readProtocol(at: i32): i32 {
  if (isDigit(load<u8>(at))) return readSmallNumber(at);
  if (load<u64>(at) != 0x5f4f544f52505049) return -1;
  const last = load<u32>(at + 8) & 0xffffff;
  return last == 0x504354 ? 6 : last == 0x504455 ? 17 : -1;
}

/** `AF_INET`, `AF_INET6`, `0x1`. */
function readFamily(at: i32): i32 {
  if (isDigit(load<u8>(at))) return readSmallNumber(at);
  // `AF_INET`
  if ((load<u64>(at) & 0xffffffffffffff) != 0x54454e495f4641) return -1;
  const c = load<u8>(at + 7);
  return c == 32 ? 2 : c == 54 && load<u8>(at + 8) == 32 ? 10 : -1;
}

/** Of the task that taskBefore has read. */
let taskTid: f64 = 0;

/** `node:23295 [120]` ends at `end`: the colon before the pid, 0 when it is spelled otherwise. Leaves taskTid. */
function taskBefore(start: i32, end: i32): i32 {
  let p = end - 1;
  if (p <= start || load<u8>(p) != 93) return 0;
  p--;
  while (p > start && isDigit(load<u8>(p))) p--;
  if (p <= start + 3 || load<u8>(p) != 91 || load<u8>(p + 1) == 93 || load<u8>(p - 1) != 32) return 0;
  const pidEnd = p - 1;
  p = pidEnd - 1;
  while (p > start && isDigit(load<u8>(p))) p--;
  if (p == pidEnd - 1 || load<u8>(p) != 58) return 0;
  taskTid = readDec(p + 1);
  return digits > 0 ? p : 0;
}

/** `node:23295 [120] R ==> node:23318 [120]` of trace-cmd's plugin; one arrow only. */
function takePluginSwitch(name: i32, switchIn: i32, start: i32, end: i32): i32 {
  const arrow = findIn(start, end, 61) - 1;
  // ` ==> `
  if (arrow <= start || load<u32>(arrow) != 0x3e3d3d20 || load<u8>(arrow + 4) != 32) return LEAVE;
  if (findIn(arrow + 3, end, 61) >= 0) return LEAVE;
  let p = arrow - 1;
  while (p > start && load<u8>(p) != 32) p--;
  const state = readState(load<u8>(p + 1));
  if (state < 0 || p + 1 == arrow || load<u8>(p + 1) == 40) return LEAVE;
  const prevEnd = taskBefore(start, p);
  if (prevEnd == 0) return LEAVE;
  const prevTid = taskTid;
  const nextStart = arrow + 5;
  const nextEnd = taskBefore(nextStart, end);
  if (nextEnd == 0) return LEAVE;
  const nextTid = taskTid;
  return addSwitch(name, switchIn, start, prevEnd, prevTid, state, nextStart, nextEnd, nextTid);
}

/** `node:23318 [120] CPU:001` of trace-cmd's plugin. */
function takePluginWakeup(name: i32, start: i32, end: i32): i32 {
  let p = end - 1;
  while (p > start && isDigit(load<u8>(p))) p--;
  // `CPU:`
  if (p == end - 1 || p < start + 8 || load<u32>(p - 3) != 0x3a555043 || load<u8>(p - 4) != 32) return LEAVE;
  const cpu = readDec(p + 1);
  if (digits <= 0 || taskBefore(start, p - 4) == 0) return LEAVE;
  // Other words of the spelling inside a name.
  if (findIn(start, end, 61) >= 0) return LEAVE;
  const tid = taskTid;
  const row = addRow(load<i32>(name + KIND), TRACEPOINT, POINT, load<i32>(name + PROBE));
  setArg0(row, tid);
  setArg1(row, cpu);
  return TAKEN;
}
