// What the readers have taught: left parts, names, task names of payloads, sockets. A hit is verified byte by byte.
import {
  COMM_BYTES,
  COMM_SLOTS,
  COMMS,
  FLOW_BYTES,
  FLOW_SLOTS,
  FLOW_TEXT_BYTES,
  FLOWS,
  NAME_SLOTS,
  NAMES,
  PREFIX_SLOTS,
  PREFIXES,
  SLOT_BYTES,
  SLOT_SIZE,
  SOCK_BYTES,
  SOCK_SLOTS,
  SOCKS,
  TEXT_BYTES,
} from '../layout';
import { isSame, mix, word } from './scan';

/** Name, pid and cpu stand around the bracket: `h 23674 [000]`. */
function perfHash(bracket: i32): u32 {
  return mix(load<u64>(bracket - 8), load<u64>(bracket) & 0xffffffffff);
}
/** Name and pid around column 16, cpu and flags at the end. */
function ftraceHash(start: i32, size: i32): u32 {
  return mix(load<u64>(start + 12), load<u64>(start + size - 8));
}

function findSlot(base: i32, index: i32, at: i32, size: i32): i32 {
  let slot = base + index * SLOT_BYTES;
  if (load<i32>(slot + SLOT_SIZE) == size && isSame(slot, at, size)) return slot;
  slot = base + (index ^ 1) * SLOT_BYTES;
  if (load<i32>(slot + SLOT_SIZE) == size && isSame(slot, at, size)) return slot;
  return 0;
}

/** Where to write: the same text, an empty slot of the two, else the first. */
function slotFor(base: i32, index: i32, at: i32, size: i32): i32 {
  const known = findSlot(base, index, at, size);
  if (known != 0) return known;
  const first = base + index * SLOT_BYTES;
  const second = base + (index ^ 1) * SLOT_BYTES;
  if (load<i32>(first + SLOT_SIZE) != 0 && load<i32>(second + SLOT_SIZE) == 0) return second;
  return first;
}

/** A left part of perf: its size is found behind the bracket, so the slot is searched by hash and verified by its own size. */
export function findPerfPrefix(start: i32, bracket: i32, limit: i32): i32 {
  const index = <i32>perfHash(bracket) & (PREFIX_SLOTS - 1);
  let slot = PREFIXES + index * SLOT_BYTES;
  let size = load<i32>(slot + SLOT_SIZE);
  if (size != 0 && start + size < limit && isSame(slot, start, size)) return slot;
  slot = PREFIXES + (index ^ 1) * SLOT_BYTES;
  size = load<i32>(slot + SLOT_SIZE);
  if (size != 0 && start + size < limit && isSame(slot, start, size)) return slot;
  return 0;
}
export function findFtracePrefix(start: i32, size: i32): i32 {
  return findSlot(PREFIXES, <i32>ftraceHash(start, size) & (PREFIX_SLOTS - 1), start, size);
}

function nameHash(at: i32, size: i32): u32 {
  const middle = size >= 8 ? load<u64>(at + (size >> 1) - 4) : 0;
  const last = size >= 8 ? load<u64>(at + size - 8) : 0;
  return mix(word(at, size), middle ^ rotl(last, 17) ^ ((<u64>size) << 56));
}
export function findName(at: i32, size: i32): i32 {
  if (size == 0 || size > TEXT_BYTES) return 0;
  return findSlot(NAMES, <i32>nameHash(at, size) & (NAME_SLOTS - 1), at, size);
}

// For the readers: the slot to write to. Its former owner's counts must be taken out first.
export function slotForPerfPrefix(start: i32, bracket: i32, size: i32): i32 {
  return slotFor(PREFIXES, <i32>perfHash(bracket) & (PREFIX_SLOTS - 1), start, size);
}
export function slotForFtracePrefix(start: i32, size: i32): i32 {
  return slotFor(PREFIXES, <i32>ftraceHash(start, size) & (PREFIX_SLOTS - 1), start, size);
}
export function slotForName(at: i32, size: i32): i32 {
  return slotFor(NAMES, <i32>nameHash(at, size) & (NAME_SLOTS - 1), at, size);
}

/** cpu and task of function_graph: ` |   1)  rxbench-119   | `, or ` 1) ` alone. */
function laneHash(at: i32, size: i32): u32 {
  return mix(word(at, size), size > 8 ? load<u64>(at + size - 8) ^ load<u64>(at + (size >> 1) - 4) : <u64>size);
}
export function findLane(at: i32, size: i32): i32 {
  return findSlot(PREFIXES, <i32>laneHash(at, size) & (PREFIX_SLOTS - 1), at, size);
}
export function slotForLane(at: i32, size: i32): i32 {
  return slotFor(PREFIXES, <i32>laneHash(at, size) & (PREFIX_SLOTS - 1), at, size);
}

/** Statements differ in few bytes anywhere: all of them count. */
function textHash(at: i32, size: i32): u32 {
  let hash: u64 = <u64>size;
  let p = at;
  let left = size;
  while (left >= 8) {
    hash = (rotl(hash, 23) ^ load<u64>(p)) * 0x9e3779b97f4a7c15;
    p += 8;
    left -= 8;
  }
  if (left > 0) hash = (rotl(hash, 23) ^ word(p, left)) * 0x9e3779b97f4a7c15;
  return mix(hash, 0);
}
export function findStatement(at: i32, size: i32): i32 {
  if (size > TEXT_BYTES) return 0;
  return findSlot(NAMES, <i32>textHash(at, size) & (NAME_SLOTS - 1), at, size);
}
export function slotForStatement(at: i32, size: i32): i32 {
  return slotFor(NAMES, <i32>textHash(at, size) & (NAME_SLOTS - 1), at, size);
}

/**
 * The slot to write to, of the two at `first` and its neighbour: the one not in use, else the one written longer ago. One
 * line may ask for two names or sockets, and both must be there when it is read again.
 */
function makeRoom(first: i32, second: i32, bytes: i32, used: i32): i32 {
  if (load<i32>(first + used) == 0) return first;
  memory.copy(second, first, bytes);
  return first;
}

/** A task name of a payload: 16 bytes of text, size + 1, id. 0 = longer than a task name or not seen yet. */
export function findComm(at: i32, size: i32): i32 {
  if (size > 16) return 0;
  const index = commIndex(at, size);
  let slot = COMMS + index * COMM_BYTES;
  if (load<i32>(slot + 16) == size + 1 && isSame(slot, at, size)) return slot;
  slot = COMMS + (index ^ 1) * COMM_BYTES;
  return load<i32>(slot + 16) == size + 1 && isSame(slot, at, size) ? slot : 0;
}
/** Where the readers write a name that findComm has not found. */
export function slotForComm(at: i32, size: i32): i32 {
  const index = commIndex(at, size);
  return makeRoom(COMMS + index * COMM_BYTES, COMMS + (index ^ 1) * COMM_BYTES, COMM_BYTES, 16);
}
function commIndex(at: i32, size: i32): i32 {
  return <i32>(mix(word(at, size), size > 8 ? word(at + 8, size - 8) : <u64>size) & (COMM_SLOTS - 1));
}

/** A socket: address, digits it was printed with, id. */
export function findSock(address: u64, digits: i32): i32 {
  const index = sockIndex(address);
  let slot = SOCKS + index * SOCK_BYTES;
  if (load<u64>(slot) == address && load<i32>(slot + 8) == digits) return slot;
  slot = SOCKS + (index ^ 1) * SOCK_BYTES;
  return load<u64>(slot) == address && load<i32>(slot + 8) == digits ? slot : 0;
}
export function slotForSock(address: u64): i32 {
  const index = sockIndex(address);
  return makeRoom(SOCKS + index * SOCK_BYTES, SOCKS + (index ^ 1) * SOCK_BYTES, SOCK_BYTES, 8);
}
function sockIndex(address: u64): i32 {
  return <i32>(mix(address, 0) & (SOCK_SLOTS - 1));
}

/** Both ends of a connection as printed: text, size, id. 0 = longer than a slot or not seen yet. */
export function findFlow(at: i32, size: i32): i32 {
  if (size > FLOW_TEXT_BYTES) return 0;
  const index = <i32>textHash(at, size) & (FLOW_SLOTS - 1);
  let slot = FLOWS + index * FLOW_BYTES;
  if (load<i32>(slot + 128) == size && isSame(slot, at, size)) return slot;
  slot = FLOWS + (index ^ 1) * FLOW_BYTES;
  return load<i32>(slot + 128) == size && isSame(slot, at, size) ? slot : 0;
}
/** Where the readers write one that findFlow has not found. */
export function slotForFlow(at: i32, size: i32): i32 {
  const index = <i32>textHash(at, size) & (FLOW_SLOTS - 1);
  return makeRoom(FLOWS + index * FLOW_BYTES, FLOWS + (index ^ 1) * FLOW_BYTES, FLOW_BYTES, 128);
}
