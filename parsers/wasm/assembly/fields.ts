// Finding `key=value` in a payload.
import { ASK_END, ASK_FLOW, ASK_SOCK, ASK_START, CURSOR, FLOW_TEXT_BYTES } from '../layout';
import { bits, digits, readHex } from './numbers';
import { findIn } from './scan';
import { findFlow, findSock } from './tables';

/** `len=` and others as the bytes of a number, in print order. */
export const LEN_KEY: u32 = 0x3d6e656c;

/** Blank, comma, '(' or TAB stand before a key. */
export function isBefore(c: i32): bool {
  return c == 32 || c == 44 || c == 40 || c == 9;
}

/** Value of the first `key` (four bytes with '='), as scan.ts findField; 0 = absent. */
export function findShortField(start: i32, end: i32, key: u32): i32 {
  let p = start;
  while (true) {
    const equals = findIn(p, end, 61);
    if (equals < 0) return 0;
    const at = equals - 3;
    if (at >= start && load<u32>(at) == key && (at == start || isBefore(load<u8>(at - 1)))) return equals + 1;
    p = equals + 1;
  }
}

/** Value of the first `key` of `size` bytes (with its '=') whose bytes lie at `known`; 0 = absent. */
export function findLongField(start: i32, end: i32, first: u64, second: u64, size: i32): i32 {
  let p = start;
  const tail = size - 8;
  while (true) {
    const equals = findIn(p, end, 61);
    if (equals < 0) return 0;
    const at = equals - size + 1;
    if (
      at >= start &&
      load<u64>(at) == first &&
      load<u64>(at + tail) == second &&
      (at == start || isBefore(load<u8>(at - 1)))
    )
      return equals + 1;
    p = equals + 1;
  }
}

/** Id that resolveSock found, -1 = no address. */
export let sockId: i32 = -1;

/**
 * The socket whose address stands at `at`, before any row is written. 0: sockId tells; ASK_SOCK: the readers must name it;
 * -1: not a number the scanner reads.
 */
export function resolveSock(at: i32, end: i32): i32 {
  sockId = -1;
  let from = at;
  if (end - at > 2 && load<u8>(at) == 48 && load<u8>(at + 1) == 120) from += 2;
  // Nothing that is a number: absent or damaged, the readers know.
  if (!readHex(from)) return -1;
  if (digits < 6) return 0;
  const slot = findSock(bits, digits);
  if (slot == 0) {
    store<i32>(ASK_START, from);
    store<i32>(ASK_END, load<i32>(CURSOR));
    return ASK_SOCK;
  }
  sockId = load<i32>(slot + 12);
  return 0;
}

/** Id that resolveFlow found. */
export let flowId: i32 = -1;

/** Both ends of the connection as printed from `at` to `end`, before any row is written. 0: flowId tells; -1: too long. */
export function resolveFlow(at: i32, end: i32): i32 {
  if (end - at > FLOW_TEXT_BYTES || end <= at) return -1;
  const slot = findFlow(at, end - at);
  if (slot == 0) {
    store<i32>(ASK_START, at);
    store<i32>(ASK_END, end);
    return ASK_FLOW;
  }
  flowId = load<i32>(slot + 132);
  return 0;
}
