import { Source } from '../../model/events.ts';
import type { EventRow } from '../state/event-row.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import type { ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { popFrames } from './frames.ts';

/**
 * io_uring asks again for the rest of a MSG_WAITALL receive and posts one completion (io_uring/net.c, io_recv: io_net_retry;
 * `sr->len -= ret; sr->done_io += ret`): its tries are one receive. Known by both flags, MSG_DONTWAIT being the ring's, by the
 * same socket, and by the next try asking for exactly what the last one left.
 */
const WAITALL_IN_RING = 0x140;
const EAGAIN = -11;
/** Functions that only a system call of its own enters have smaller ranks. */
const FIRST_RANK_OF_RING = 1;

function isWaitall(call: OpenCall): boolean {
  return (call.callFlags & WAITALL_IN_RING) === WAITALL_IN_RING && (call.flags & CallFlag.udp) === 0;
}

/** The try found a part, or nothing, of what has to come whole. */
export function leavesRest(call: OpenCall, returned: number): boolean {
  if (!isWaitall(call) || !(call.tryBytes > 0)) return false;
  return (returned === EAGAIN && call.sock >= 0) || (returned > 0 && returned < call.tryBytes);
}

/** The return of a whole call as the text has it: it may be a try. */
export function isTryOfRing(call: OpenCall, returned: number): boolean {
  return !call.holdsSeveral && call.baseRank >= FIRST_RANK_OF_RING && leavesRest(call, returned);
}

/** Keeps the receive open without a frame; should no further try follow, it ended here. */
export function holdTry(walk: WalkState, thread: ThreadState, returned: number, now: number): void {
  const call = thread.call!;
  noteRest(call, returned);
  call.returnedBytes = call.triedBytes > 0 ? call.triedBytes : returned;
  call.completedNs = now;
  call.snapshot = call.buckets.slice();
  call.isHeld = true;
  popFrames(walk, thread, call.baseDepth, now);
  thread.refreshBucket();
}

export function noteRest(call: OpenCall, returned: number): void {
  call.triedBytes += Math.max(returned, 0);
  call.restBytes = call.tryBytes - Math.max(returned, 0);
}

/** The rest and nothing else, of the same socket. */
export function asksForRest(call: OpenCall, row: EventRow): boolean {
  return row.arg0 === call.restBytes && row.sock === call.sock;
}

export function isNextTry(call: OpenCall, row: EventRow): boolean {
  return row.role.id === call.entry && row.arg1 === call.callFlags && asksForRest(call, row);
}

export function resumeTry(thread: ThreadState, row: EventRow): void {
  const call = thread.call!;
  if (row.source !== Source.graph) thread.clearFrames();
  call.baseDepth = thread.depth;
  call.isHeld = false;
  call.snapshot = null;
  call.restBytes = Number.NaN;
}

/** The last try of a whole call: what all of them brought. The end of the stream posts what is there. */
export function addTried(call: OpenCall): void {
  if (call.triedBytes === 0) return;
  if (!Number.isNaN(call.returnedBytes)) call.returnedBytes = Math.max(call.returnedBytes, 0) + call.triedBytes;
  call.triedBytes = 0;
}
