import { Edge, type EventBatch, Source } from '../../model/events.ts';
import type { ProbeRole } from '../capture/probe-roles.ts';
import { Bucket } from '../state/buckets.ts';
import { Family } from '../state/families.ts';
import { CallFlag, OpenCall } from '../state/open-call.ts';
import { Frame, type ThreadState } from '../state/thread.ts';
import { moveVirtualClock } from './brackets.ts';
import { emitTail, noteTail } from './call-tails.ts';
import { closeInferred, finishCall } from './close-call.ts';
import { addCompletion, splitRing } from './completions.ts';
import { advance, popFrames } from './frames.ts';
import { bucketAtEntry, noteDatagram } from './steps.ts';
import type { Sweep } from './sweep.ts';

const ZEROCOPY_RANK = 1;
const LOCKED_RANK = 4;

/**
 * syscall ⊃ inet_recvmsg ⊃ tcp_recvmsg ⊃ tcp_recvmsg_locked is one call: the outermost recorded level makes the row and
 * gives start and end, inner levels fill what it does not tell.
 */
export function enterCall(
  sweep: Sweep,
  thread: ThreadState,
  role: ProbeRole,
  b: EventBatch,
  i: number,
  at: number,
): void {
  if (thread.tail !== null) emitTail(sweep, thread);
  const source = b.source[i];
  const isEntry = source === Source.function;
  const hasExit = b.edge[i] === Edge.whole || (!isEntry && sweep.traits.hasExit(role, source));
  let call = thread.call;
  if (call !== null && endsOpenCall(thread, call, role, source)) {
    closeInferred(sweep, thread, call);
    call = null;
  }
  if (call === null) call = openCall(sweep, thread, role, b, i, at, hasExit);
  else {
    if (role.callRank > 0 && call.innerCompleted > 0 && call.isRing && call.baseDepth === thread.depth - 1)
      call = splitRing(sweep, thread, call, b, i, at);
    if (!isEntry) advance(thread, at, true);
  }
  noteLevel(sweep, call, role, b, i, isEntry);
  let flags = (isEntry ? Frame.entry : 0) | (thread.depth === call.baseDepth ? Frame.base : 0);
  if (role.isLocked) flags |= Frame.locked;
  if (!role.hasLoop) call.hasLoop = false;
  const isShared = call.holdsSeveral && thread.depth === call.baseDepth;
  const bucket = isShared ? Bucket.unattributed : bucketAtEntry(thread.steps, call, role.isLocked);
  thread.pushFrame(role.id, sweep.parentOf(b, i), source, Family.call, bucket, flags, at);
  thread.graphDepth[thread.depth - 1] = b.depth[i];
  thread.refreshBucket();
  if (b.edge[i] === Edge.whole) closeLeafCall(sweep, thread, call, b, i, at);
}

function openCall(
  sweep: Sweep,
  thread: ThreadState,
  role: ProbeRole,
  b: EventBatch,
  i: number,
  at: number,
  hasExit: boolean,
): OpenCall {
  const call = new OpenCall(thread.tid, at, b.cpu[i], b.line[i], thread.clearedPieces());
  // Frames of function entries that never ended (idle, earlier calls) are not around this call.
  if (b.source[i] !== Source.graph) thread.clearFrames();
  call.comm = thread.comm;
  call.entry = role.id;
  call.baseDepth = thread.depth;
  call.baseRank = role.callRank;
  call.baseHasExit = hasExit;
  call.holdsSeveral = role.holdsSeveral;
  call.needsEvidence = role.needsEvidence;
  call.isRing = role.name === 'io_uring_enter';
  if (role.name === 'getsockopt') call.flags |= CallFlag.zerocopy | CallFlag.tcp;
  if (call.isRing || role.name === 'io_recv' || role.name === 'io_recvmsg') call.flags |= CallFlag.ioUring;
  if (thread.lossSinceCall) thread.lossSinceCall = false;
  thread.call = call;
  sweep.readers.push(thread);
  return call;
}

function noteLevel(sweep: Sweep, call: OpenCall, role: ProbeRole, b: EventBatch, i: number, isEntry: boolean): void {
  const isSyscall = b.source[i] === Source.syscall;
  if (role.callRank > 0) call.flags |= CallFlag.socketEvidence;
  if (role.callRank === LOCKED_RANK) sweep.wakeRules.hasRcvlowat = true;
  if (role.isTcp) call.flags |= CallFlag.tcp;
  if (role.isUdp) call.flags |= CallFlag.udp;
  if (role.isUdp) noteDatagram(call);
  if (role.name === 'io_recv' || role.name === 'io_recvmsg' || role.name === 'io_recvzc')
    call.flags |= CallFlag.ioUring;
  if (role.name === 'io_recvzc') call.flags |= CallFlag.ioUringZc;
  if (Number.isNaN(call.requestedBytes) && b.arg0[i] >= 0) call.requestedBytes = b.arg0[i];
  // The kernel adds MSG_DONTWAIT of O_NONBLOCK further in: the outermost level has the caller's own flags.
  if (Number.isNaN(call.callFlags) && !Number.isNaN(b.arg1[i])) call.callFlags = b.arg1[i];
  if (isSyscall && Number.isNaN(call.fd)) call.fd = b.arg2[i];
  if (call.sock < 0 && b.sock[i] >= 0) call.sock = b.sock[i];
  if (isEntry && role.callRank < call.functionRank) call.functionRank = role.callRank;
}

/** A call whose return is not recorded is over when its outermost level (or one further out) is entered again. */
function endsOpenCall(thread: ThreadState, call: OpenCall, role: ProbeRole, source: number): boolean {
  const base = call.baseDepth;
  const isSameBase = thread.depth > base && thread.probe[base] === role.id && thread.source[base] === source;
  // A thread is in one syscall at a time: the exit of the open one is missing.
  if (source === Source.syscall && thread.depth > base && thread.source[base] === Source.syscall) return true;
  if (call.baseHasExit) return isSameBase;
  // tcp_zerocopy_receive itself calls tcp_recvmsg_locked (copies of remainders), never a whole recvmsg.
  if (call.baseRank === ZEROCOPY_RANK && (call.flags & CallFlag.zerocopy) !== 0 && role.callRank < LOCKED_RANK)
    return true;
  if (source === Source.function) return role.callRank <= call.functionRank && !call.holdsSeveral ? true : isSameBase;
  return isSameBase || role.callRank < call.baseRank;
}

export function exitCall(
  sweep: Sweep,
  thread: ThreadState,
  role: ProbeRole,
  b: EventBatch,
  i: number,
  at: number,
): void {
  const source = b.source[i];
  const call = thread.call;
  const frame = thread.findFrame(Family.call, role.id, source, true);
  if (sweep.isTimeless) moveVirtualClock(thread, frame, b.durNs[i]);
  const now = sweep.isTimeless ? thread.virtualNs : at;
  const returned = b.arg0[i];
  if (call === null || frame < call.baseDepth) {
    if (call !== null && role.callRank < call.baseRank) {
      // The syscall returns while the function's return was missed.
      advance(thread, now, true);
      call.returnedBytes = returned;
      finishCall(sweep, thread, call, now, true);
    } else if (call === null) noteTail(sweep, thread, role, b, i, now);
    return;
  }
  advance(thread, now, true);
  if (frame === call.baseDepth) {
    setReturn(call, returned);
    finishCall(sweep, thread, call, now, true);
    return;
  }
  noteInnerReturn(thread, call, frame, returned, now);
  popFrames(thread, frame, now, sweep.counts);
}

function setReturn(call: OpenCall, returned: number): void {
  if (returned < 0 || !call.holdsSeveral) call.returnedBytes = !Number.isNaN(returned) ? returned : call.innerBytes;
  // recvmmsg returns messages, getsockopt 0, io_uring_enter requests: bytes are what the inner levels returned.
  else if (call.innerCompleted > 0) call.returnedBytes = call.innerBytes;
}

function noteInnerReturn(thread: ThreadState, call: OpenCall, frame: number, returned: number, now: number): void {
  for (let f = call.baseDepth + 1; f < frame; f++) if (thread.family[f] === Family.call) return;
  call.innerLevelSeen = true;
  addCompletion(call, returned, now);
}

/** `tcp_recvmsg();` as a leaf (depth limit, or nothing inside was traced): entry, return and duration in one line. */
function closeLeafCall(sweep: Sweep, thread: ThreadState, call: OpenCall, b: EventBatch, i: number, at: number): void {
  const end = at + (!Number.isNaN(b.durNs[i]) ? b.durNs[i] : 0);
  const frame = thread.depth - 1;
  if (sweep.isTimeless) thread.virtualNs = Math.max(thread.virtualNs, end);
  if (frame !== call.baseDepth) {
    thread.leafEndNs = end;
    thread.leafDepth = frame;
    if (!Number.isNaN(b.arg3[i])) noteInnerReturn(thread, call, frame, b.arg3[i], end);
    return;
  }
  // The base level itself: wakeups and switches inside it may still come in later lines of other CPUs.
  setReturn(call, b.arg3[i]);
  thread.leafEndNs = end;
  thread.leafDepth = frame;
  thread.leafIsCall = true;
}
