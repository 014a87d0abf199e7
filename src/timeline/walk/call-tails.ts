import type { EventBatch } from '../../model/events.ts';
import type { ProbeRole } from '../capture/probe-roles.ts';
import { CallFlag, OpenCall } from '../state/open-call.ts';
import type { ThreadState } from '../state/thread.ts';
import type { Sweep } from './sweep.ts';

const CUT_AT_START = 1;
const LOSS_INSIDE = 4;
const UDP = 2;
const TCP = 1;

/** A return whose entry lies before the capture: the outermost one makes one row. */
export function noteTail(
  sweep: Sweep,
  thread: ThreadState,
  role: ProbeRole,
  b: EventBatch,
  i: number,
  now: number,
): void {
  const tail = thread.tail;
  if (tail !== null && role.callRank < tail.baseRank) {
    if (tail.baseRank > 0) tail.flags |= CallFlag.socketEvidence;
    fillTail(tail, role, b, i, now);
    return;
  }
  sweep.counts.unpairedExits++;
  if (tail !== null) emitTail(sweep, thread);
  const next = new OpenCall(thread.tid, now, b.cpu[i], b.line[i]);
  next.state = CUT_AT_START | (thread.lossSinceCall ? LOSS_INSIDE : 0);
  next.comm = thread.comm;
  thread.lossSinceCall = false;
  fillTail(next, role, b, i, now);
  thread.tail = next;
}

function fillTail(tail: OpenCall, role: ProbeRole, b: EventBatch, i: number, now: number): void {
  tail.entry = role.id;
  tail.baseRank = role.callRank;
  tail.needsEvidence = role.needsEvidence;
  tail.holdsSeveral = role.holdsSeveral;
  tail.isRing = role.name === 'io_uring_enter';
  if (role.callRank > 0) tail.flags |= CallFlag.socketEvidence;
  if (role.isTcp) tail.flags |= CallFlag.tcp;
  if (role.isUdp) tail.flags |= CallFlag.udp;
  tail.cutDurationNs = b.durNs[i];
  tail.lastNs = now;
  tail.lastLine = b.line[i];
  tail.cpuEnd = b.cpu[i];
  if (!tail.holdsSeveral || b.arg0[i] < 0) {
    if (!Number.isNaN(b.arg0[i])) tail.returnedBytes = b.arg0[i];
  }
}

export function emitTail(sweep: Sweep, thread: ThreadState): void {
  const tail = thread.tail!;
  thread.tail = null;
  if (tail.isRing || (tail.needsEvidence && (tail.flags & CallFlag.socketEvidence) === 0)) return;
  sweep.onCall(thread, tail, tail.lastNs, true);
}

/** Only sock_recv_length was recorded: each line is the end of one receive call whose start nobody saw. */
export function noteLengthOnly(
  sweep: Sweep,
  thread: ThreadState,
  b: EventBatch,
  i: number,
  at: number,
  length: number,
): void {
  const call = new OpenCall(thread.tid, at, b.cpu[i], b.line[i]);
  call.state = CUT_AT_START;
  call.comm = thread.comm;
  call.entry = b.probe[i];
  call.flags = CallFlag.socketEvidence | (b.arg3[i] === UDP ? CallFlag.udp : b.arg3[i] === TCP ? CallFlag.tcp : 0);
  call.sock = b.sock[i];
  call.returnedBytes = length;
  call.callFlags = b.arg2[i];
  sweep.onCall(thread, call, at, true);
}
