import { Edge, type EventBatch, Source } from '../model/events.ts';
import { moveVirtualClock } from './brackets.ts';
import { Bucket } from './buckets.ts';
import { Family } from './families.ts';
import { advance, popFrames } from './frames.ts';
import { CallFlag, OpenCall } from './open-call.ts';
import type { ProbeRole } from './probe-roles.ts';
import { bucketAtEntry, endReceiveStep } from './steps.ts';
import type { Sweep } from './sweep.ts';
import { Frame, type ThreadState } from './thread-state.ts';

const MSG_ERRQUEUE = 0x2000;
const CUT_AT_START = 1;
const LOSS_INSIDE = 4;
const ZEROCOPY_RANK = 1;
const LOCKED_RANK = 4;
const UDP = 2;
const TCP = 1;

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
  const call = new OpenCall(thread.tid, at, b.cpu[i], b.line[i]);
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
  sweep.readers.add(thread);
  return call;
}

function noteLevel(sweep: Sweep, call: OpenCall, role: ProbeRole, b: EventBatch, i: number, isEntry: boolean): void {
  const isSyscall = b.source[i] === Source.syscall;
  if (role.callRank > 0) call.flags |= CallFlag.socketEvidence;
  if (role.callRank === LOCKED_RANK) sweep.wakeRules.hasRcvlowat = true;
  if (role.isTcp) call.flags |= CallFlag.tcp;
  if (role.isUdp) call.flags |= CallFlag.udp;
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

function closeInferred(sweep: Sweep, thread: ThreadState, call: OpenCall): void {
  if (call.baseHasExit) {
    // The return of this level is recorded elsewhere and missing here (kretprobe miss, lost record).
    call.state |= LOSS_INSIDE;
    finishCall(sweep, thread, call, Number.NaN, false);
    return;
  }
  call.flags |= CallFlag.inferredEnd;
  const base = Math.min(call.baseDepth, thread.depth);
  if (!sleepsInCall(sweep, thread, base)) {
    finishCall(sweep, thread, call, call.insideNs, true);
    return;
  }
  // It went to sleep and nothing it did after waking is in the text: its end is unknown, not the moment it fell asleep.
  // A pinned call must unpin before it returns: then the lines were lost.
  const isLoss = (call.flags & CallFlag.pinSeen) !== 0 && (call.flags & CallFlag.unpinSeen) === 0;
  if (isLoss) call.state |= LOSS_INSIDE;
  finishCall(sweep, thread, call, Number.NaN, false);
}

/** A waiting function of the socket is open, or schedule() was called by one that was not recorded. */
function sleepsInCall(sweep: Sweep, thread: ThreadState, base: number): boolean {
  if (!thread.hasFamilyAbove(Family.schedule, base)) return false;
  for (let i = base; i < thread.depth; i++) {
    if (thread.family[i] === Family.sleep) return true;
    if (thread.family[i] === Family.schedule && sweep.isSocketWait(thread.parent[i])) return true;
  }
  return false;
}

/** Hands the call over and takes its frames off the stack. */
export function finishCall(sweep: Sweep, thread: ThreadState, call: OpenCall, endNs: number, hasEnd: boolean): void {
  popFrames(thread, Math.min(call.baseDepth, thread.depth), call.lastNs, sweep.counts);
  thread.call = null;
  sweep.readers.delete(thread);
  thread.pendingWakeNs = Number.NaN;
  if (!isReceiveCall(sweep, call)) return;
  sweep.wakeRules.noteReader(call.sock, call.tid);
  thread.hasReceived = true;
  sweep.onCall(thread, call, endNs, hasEnd);
}

/** read, readv, io_uring_enter also serve files; MSG_ERRQUEUE reads are a sender's bookkeeping. */
function isReceiveCall(sweep: Sweep, call: OpenCall): boolean {
  if (!Number.isNaN(call.callFlags) && (call.callFlags & MSG_ERRQUEUE) !== 0) {
    sweep.counts.errqueueReads++;
    return false;
  }
  const fdKey = !Number.isNaN(call.fd) ? call.tid * 1_048_576 + call.fd : -1;
  const hasEvidence = (call.flags & CallFlag.socketEvidence) !== 0 || !call.needsEvidence;
  if (call.isRing) {
    if (call.innerCompleted > 0) return true;
    sweep.counts.otherDescriptors++;
    return false;
  }
  if (hasEvidence || (call.flags & CallFlag.zerocopy) !== 0) {
    if (fdKey >= 0) sweep.socketFds.add(fdKey);
    return true;
  }
  if (fdKey >= 0 && sweep.socketFds.has(fdKey)) return true;
  sweep.counts.otherDescriptors++;
  return false;
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

function addCompletion(call: OpenCall, returned: number, now: number): void {
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

/** sock_recv_length: protocol, socket, and the bytes where no return value tells them. */
export function noteReceiveLength(sweep: Sweep, thread: ThreadState, b: EventBatch, i: number, at: number): void {
  const call = thread.call;
  const length = b.arg1[i] < 0 ? b.arg1[i] : b.arg0[i];
  if (call === null) {
    if (!sweep.traits.hasSyscalls && !sweep.traits.hasCallLevels) noteLengthOnly(sweep, thread, b, i, at, length);
    return;
  }
  if (thread.isInterrupted) return;
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
function splitRing(sweep: Sweep, thread: ThreadState, call: OpenCall, b: EventBatch, i: number, at: number): OpenCall {
  if (call.snapshot !== null) call.buckets.set(call.snapshot);
  call.returnedBytes = call.innerBytes;
  call.pending = null;
  const end = call.completedNs;
  const next = new OpenCall(thread.tid, Math.max(at, end), b.cpu[i], b.line[i]);
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
  thread.call = next;
  return next;
}

/** A return whose entry lies before the capture: the outermost one makes one row. */
function noteTail(sweep: Sweep, thread: ThreadState, role: ProbeRole, b: EventBatch, i: number, now: number): void {
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
function noteLengthOnly(sweep: Sweep, thread: ThreadState, b: EventBatch, i: number, at: number, length: number): void {
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
