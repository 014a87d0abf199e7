import { CallState } from '../../model/calls.ts';
import type { EventRow } from '../state/event-row.ts';
import { CallFlag, flagOfKind, OpenCall } from '../state/open-call.ts';
import type { ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';

/**
 * A return whose entry lies before the capture: `tcp_recvmsg` returns, then `recvfrom` returns, and no line says when either
 * began. The outermost one makes one row.
 */
export function noteLoneReturn(walk: WalkState, thread: ThreadState, row: EventRow, now: number): void {
  const inner = thread.loneReturn;
  if (inner !== null && row.role.callRank < inner.baseRank) {
    if (inner.baseRank > 0) inner.flags |= CallFlag.socketEvidence;
    fillLoneReturn(inner, row, now);
    return;
  }
  walk.counts.unpairedExits++;
  if (inner !== null) emitLoneReturn(walk, thread);
  const call = new OpenCall(thread.tid, now, row.cpu, row.line);
  call.state = CallState.cutAtStart | (thread.lossSinceCall ? CallState.lossInside : 0);
  call.comm = thread.comm;
  thread.lossSinceCall = false;
  fillLoneReturn(call, row, now);
  thread.loneReturn = call;
}

function fillLoneReturn(call: OpenCall, row: EventRow, now: number): void {
  const { role } = row;
  call.entry = role.id;
  call.baseRank = role.callRank;
  call.needsEvidence = role.needsEvidence;
  call.holdsSeveral = role.holdsSeveral;
  call.isRing = role.isRing;
  call.flags |= role.callFlags & (CallFlag.socketEvidence | CallFlag.tcp | CallFlag.udp);
  call.cutDurationNs = row.durNs;
  call.lastNs = now;
  call.lastLine = row.line;
  call.cpuEnd = row.cpu;
  const returned = row.arg0;
  if ((!call.holdsSeveral || returned < 0) && !Number.isNaN(returned)) call.returnedBytes = returned;
}

export function emitLoneReturn(walk: WalkState, thread: ThreadState): void {
  const call = thread.loneReturn!;
  thread.loneReturn = null;
  if (call.isRing || (call.needsEvidence && (call.flags & CallFlag.socketEvidence) === 0)) return;
  walk.onCall(call, call.lastNs);
}

/** Only sock_recv_length was recorded: each line is the end of one receive call whose start nobody saw. */
export function noteLengthOnly(walk: WalkState, thread: ThreadState, row: EventRow, length: number): void {
  const call = new OpenCall(thread.tid, row.at, row.cpu, row.line);
  call.state = CallState.cutAtStart;
  call.comm = thread.comm;
  call.entry = row.probe;
  call.flags = CallFlag.socketEvidence | flagOfKind(row.arg3);
  if (row.arg3 > 0) call.socketKind = row.arg3;
  call.sock = row.sock;
  call.returnedBytes = length;
  call.callFlags = row.arg2;
  walk.onCall(call, row.at);
}
