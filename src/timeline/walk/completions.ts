import { CallState } from '../../model/calls.ts';
import type { EventRow } from '../state/event-row.ts';
import { CallFlag, flagOfKind, OpenCall } from '../state/open-call.ts';
import type { ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { noteLengthOnly } from './lone-returns.ts';
import { asksForRest, leavesRest, noteRest } from './partial-tries.ts';
import { endReceiveStep, noteDatagram } from './steps.ts';

/** sock_recv_length: protocol, socket, and the bytes where no return value tells them. */
export function noteReceiveLength(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const call = thread.call;
  const length = row.arg1 < 0 ? row.arg1 : row.arg0;
  if (call === null) {
    if (!walk.traits.hasSyscalls && !walk.traits.hasCallLevels) noteLengthOnly(walk, thread, row, length);
    return;
  }
  if (thread.isInterrupted) return;
  const protocol = flagOfKind(row.arg3);
  if (protocol === CallFlag.udp) noteDatagram(call);
  endReceiveStep(thread);
  walk.wakeRules.hasRcvlowat = true;
  call.flags |= CallFlag.socketEvidence | protocol;
  if (row.arg3 > 0) call.socketKind = row.arg3;
  if (row.sock >= 0) call.sock = row.sock;
  if (Number.isNaN(call.callFlags) && !Number.isNaN(row.arg2) && !call.isRing) call.callFlags = row.arg2;
  if (call.innerLevelSeen) return;
  if (call.isRing && call.innerCompleted > 0) splitRing(walk, thread, row);
  addCompletion(thread.call!, length, row.at);
}

/** The ring delivered one receive before: its row ends there, the next one starts with the next try. */
export function splitRing(walk: WalkState, thread: ThreadState, row: EventRow): OpenCall {
  const call = thread.call!;
  if (call.snapshot !== null) call.buckets = call.snapshot;
  call.returnedBytes = call.innerBytes;
  call.pending = null;
  const end = call.completedNs;
  const next = new OpenCall(thread.tid, Math.max(row.at, end), row.cpu, row.line, call.pieces);
  next.comm = call.comm;
  next.entry = call.entry;
  next.baseDepth = call.baseDepth;
  next.baseRank = call.baseRank;
  next.baseHasExit = call.baseHasExit;
  next.holdsSeveral = true;
  next.needsEvidence = true;
  next.isRing = true;
  next.hasLoop = call.hasLoop;
  next.fd = call.fd;
  next.sock = call.sock;
  next.flags = call.flags & (CallFlag.tcp | CallFlag.udp | CallFlag.socketEvidence);
  if (call.unreadBefore !== walk.unreadSchedulerLines) call.state |= CallState.lossInside;
  next.unreadBefore = walk.unreadSchedulerLines;
  walk.onCall(call, end);
  next.pieces.clear();
  thread.call = next;
  return next;
}

/** One receive of the call is done; recvmmsg and rings make several. */
export function addCompletion(call: OpenCall, returned: number, now: number): void {
  if (!call.holdsSeveral) {
    if (!Number.isNaN(returned)) call.innerBytes = returned;
    if (!call.baseHasExit && !Number.isNaN(returned)) call.returnedBytes = returned;
    return;
  }
  if (!(returned >= 0)) return;
  if (call.isRing && leavesRest(call, returned)) {
    noteRest(call, returned);
    call.completedNs = now;
    call.snapshot = call.buckets.slice();
    return;
  }
  complete(call, returned + call.triedBytes);
  call.completedNs = now;
  if (call.isRing) call.snapshot = call.buckets.slice();
}

function complete(call: OpenCall, bytes: number): void {
  call.innerBytes = (!Number.isNaN(call.innerBytes) ? call.innerBytes : 0) + bytes;
  call.innerCompleted++;
  call.triedBytes = 0;
  call.restBytes = Number.NaN;
}

/** The ring tries again: for the rest of a MSG_WAITALL receive, or for another one, which makes the part that came its row. */
export function takeNextOfRing(call: OpenCall, row: EventRow): void {
  if (Number.isNaN(call.restBytes)) return;
  if (asksForRest(call, row)) call.restBytes = Number.NaN;
  else settleTries(call);
}

/** No further try of this receive is inside the system call. */
export function settleTries(call: OpenCall): void {
  if (call.triedBytes > 0) complete(call, call.triedBytes);
}
