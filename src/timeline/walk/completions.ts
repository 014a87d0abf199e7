import type { EventBatch } from '../../model/events.ts';
import { CallFlag, OpenCall } from '../state/open-call.ts';
import type { ThreadState } from '../state/thread.ts';
import { noteLengthOnly } from './call-tails.ts';
import { endReceiveStep, noteDatagram } from './steps.ts';
import type { Sweep } from './sweep.ts';

const UDP = 2;
const TCP = 1;

/** sock_recv_length: protocol, socket, and the bytes where no return value tells them. */
export function noteReceiveLength(sweep: Sweep, thread: ThreadState, b: EventBatch, i: number, at: number): void {
  const call = thread.call;
  const length = b.arg1[i] < 0 ? b.arg1[i] : b.arg0[i];
  if (call === null) {
    if (!sweep.traits.hasSyscalls && !sweep.traits.hasCallLevels) noteLengthOnly(sweep, thread, b, i, at, length);
    return;
  }
  if (thread.isInterrupted) return;
  if (b.arg3[i] === UDP) noteDatagram(call);
  endReceiveStep(thread);
  sweep.wakeRules.hasRcvlowat = true;
  call.flags |= CallFlag.socketEvidence;
  if (b.arg3[i] === TCP) call.flags |= CallFlag.tcp;
  if (b.arg3[i] === UDP) call.flags |= CallFlag.udp;
  if (!Number.isNaN(b.arg3[i]) && b.arg3[i] !== TCP && b.arg3[i] !== UDP) call.isOtherProtocol = true;
  if (Number.isNaN(call.callFlags) && !Number.isNaN(b.arg2[i]) && !call.isRing) call.callFlags = b.arg2[i];
  if (call.innerLevelSeen) return;
  if (call.isRing && call.innerCompleted > 0) splitRing(sweep, thread, call, b, i, at);
  addCompletion(thread.call!, length, at);
}

/** The ring delivered one receive before: its row ends there, the next one starts with the next try. */
export function splitRing(
  sweep: Sweep,
  thread: ThreadState,
  call: OpenCall,
  b: EventBatch,
  i: number,
  at: number,
): OpenCall {
  if (call.snapshot !== null) call.buckets = call.snapshot;
  call.returnedBytes = call.innerBytes;
  call.pending = null;
  const end = call.completedNs;
  const next = new OpenCall(thread.tid, Math.max(at, end), b.cpu[i], b.line[i], call.pieces);
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
  next.flags = call.flags & (CallFlag.ioUring | CallFlag.tcp | CallFlag.udp | CallFlag.socketEvidence);
  sweep.onCall(thread, call, end, true);
  next.pieces.clear();
  thread.call = next;
  return next;
}

export function addCompletion(call: OpenCall, returned: number, now: number): void {
  if (!call.holdsSeveral) {
    if (!Number.isNaN(returned)) call.innerBytes = returned;
    if (!call.baseHasExit && !Number.isNaN(returned)) call.returnedBytes = returned;
    return;
  }
  if (!(returned >= 0)) return;
  call.innerBytes = (!Number.isNaN(call.innerBytes) ? call.innerBytes : 0) + returned;
  call.innerCompleted++;
  call.completedNs = now;
  if (call.isRing) call.snapshot = call.buckets.slice();
}
