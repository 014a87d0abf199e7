import { CallState } from '../../model/calls.ts';
import { Edge, Source } from '../../model/events.ts';
import { Activity } from '../state/activities.ts';
import { Bucket } from '../state/buckets.ts';
import type { EventRow } from '../state/event-row.ts';
import { CallFlag, OpenCall } from '../state/open-call.ts';
import { LOCKED_RANK, NO_RANK, ZEROCOPY_RANK } from '../state/probe-roles.ts';
import { Frame, type ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { advance, endOfLeaf, moveVirtualClock } from './clock.ts';
import { closeHeld, closeInferred, finishCall } from './close-call.ts';
import { addCompletion, settleTries, splitRing, takeNextOfRing } from './completions.ts';
import { popFrames } from './frames.ts';
import { emitLoneReturn, noteLoneReturn } from './lone-returns.ts';
import { addTried, holdTry, isNextTry, isTryOfRing, resumeTry } from './partial-tries.ts';
import { bucketAtEntry, noteDatagram } from './steps.ts';

/**
 * syscall ⊃ inet_recvmsg ⊃ tcp_recvmsg ⊃ tcp_recvmsg_locked is one call: the outermost recorded level makes the row and
 * gives start and end, inner levels fill what it does not tell.
 */
export function enterCall(walk: WalkState, thread: ThreadState, row: EventRow): void {
  if (thread.loneReturn !== null) emitLoneReturn(walk, thread);
  const { role, source } = row;
  const isEntry = source === Source.function;
  let call = thread.call;
  if (call?.isHeld === true) {
    if (isNextTry(call, row)) resumeTry(thread, row);
    else {
      closeHeld(walk, thread);
      call = null;
    }
  } else if (call !== null && endsOpenCall(thread, call, row)) {
    closeInferred(walk, thread);
    call = null;
  }
  if (call === null) call = openCall(walk, thread, row);
  else {
    if (call.isRing && call.baseDepth === thread.depth - 1) takeNextOfRing(call, row);
    if (role.callRank > 0 && call.innerCompleted > 0 && call.isRing && call.baseDepth === thread.depth - 1)
      call = splitRing(walk, thread, row);
    if (!isEntry) advance(thread, row.at, true);
  }
  noteLevel(walk, call, row);
  let flags = (isEntry ? Frame.entry : 0) | (thread.depth === call.baseDepth ? Frame.base : 0);
  if (role.isLocked) flags |= Frame.locked;
  if (!role.hasLoop) call.hasLoop = false;
  const isShared = call.holdsSeveral && thread.depth === call.baseDepth;
  const bucket = isShared ? Bucket.unattributed : bucketAtEntry(thread.steps, call, role.isLocked);
  thread.pushFrame(row, Activity.call, bucket, flags);
  thread.refreshBucket();
  if (row.edge === Edge.whole) closeLeafCall(walk, thread, call, row);
}

function openCall(walk: WalkState, thread: ThreadState, row: EventRow): OpenCall {
  const { role, source } = row;
  const call = new OpenCall(thread.tid, row.at, row.cpu, row.line, thread.clearedPieces());
  // Frames of function entries that never ended (idle, earlier calls) are not around this call.
  if (source !== Source.graph) thread.clearFrames();
  call.comm = thread.comm;
  call.unreadBefore = walk.unreadSchedulerLines;
  call.entry = role.id;
  call.baseDepth = thread.depth;
  call.baseRank = role.callRank;
  call.baseHasExit = row.edge === Edge.whole || (source !== Source.function && walk.traits.hasExit(role, source));
  call.holdsSeveral = role.holdsSeveral;
  call.needsEvidence = role.needsEvidence;
  call.isRing = role.isRing;
  if (role.name === 'getsockopt') call.flags |= CallFlag.zerocopy | CallFlag.tcp;
  if (thread.lossSinceCall) thread.lossSinceCall = false;
  if (thread.unreadSinceCall) {
    call.state |= CallState.lossInside;
    thread.unreadSinceCall = false;
  }
  thread.call = call;
  walk.readers.add(thread);
  return call;
}

function noteLevel(walk: WalkState, call: OpenCall, row: EventRow): void {
  const { role } = row;
  call.flags |= role.callFlags;
  if (role.callRank === LOCKED_RANK) walk.wakeRules.hasRcvlowat = true;
  if (role.isUdp) noteDatagram(call);
  if (Number.isNaN(call.requestedBytes) && row.arg0 >= 0) call.requestedBytes = row.arg0;
  if (role.callRank > 0 && row.arg0 >= 0) call.tryBytes = row.arg0;
  // The kernel adds MSG_DONTWAIT of O_NONBLOCK further in: the outermost level has the caller's own flags.
  if (Number.isNaN(call.callFlags) && !Number.isNaN(row.arg1)) call.callFlags = row.arg1;
  if (row.source === Source.syscall && Number.isNaN(call.fd)) call.fd = row.arg2;
  if (call.sock < 0 && row.sock >= 0) call.sock = row.sock;
  if (row.source === Source.function && role.callRank < call.functionRank) call.functionRank = role.callRank;
}

/** A call whose return is not recorded is over when its outermost level (or one further out) is entered again. */
function endsOpenCall(thread: ThreadState, call: OpenCall, row: EventRow): boolean {
  const { role, source } = row;
  const base = call.baseDepth;
  const isSameBase = thread.depth > base && thread.probe[base] === role.id && thread.source[base] === source;
  // A thread is in one syscall at a time: the exit of the open one is missing.
  if (source === Source.syscall && thread.depth > base && thread.source[base] === Source.syscall) return true;
  if (call.baseHasExit) return isSameBase;
  // tcp_zerocopy_receive itself calls tcp_recvmsg_locked (copies of remainders), never a whole recvmsg.
  if (call.baseRank === ZEROCOPY_RANK && (call.flags & CallFlag.zerocopy) !== 0 && role.callRank < LOCKED_RANK)
    return true;
  if (source === Source.function) {
    // The first function inside another source's level of the same rank (sys_enter, then SyS_recvfrom) is the same call.
    if (call.functionRank === NO_RANK && role.callRank >= call.baseRank) return isSameBase;
    return role.callRank <= call.functionRank && !call.holdsSeveral ? true : isSameBase;
  }
  return isSameBase || role.callRank < call.baseRank;
}

export function exitCall(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { role } = row;
  const call = thread.call;
  const frame = thread.findFrame(Activity.call, role.id, row.source, true);
  if (walk.isTimeless) moveVirtualClock(thread, frame, row.durNs);
  const now = walk.isTimeless ? thread.virtualNs : row.at;
  const returned = row.arg0;
  if (call === null) {
    noteLoneReturn(walk, thread, row, now);
    return;
  }
  if (frame < call.baseDepth) {
    if (role.callRank >= call.baseRank) return;
    // The syscall returns while the function's return was missed.
    advance(thread, now, true);
    call.returnedBytes = returned;
    finishCall(walk, thread, now);
    return;
  }
  advance(thread, now, true);
  if (frame === call.baseDepth) {
    if (isTryOfRing(call, returned)) {
      holdTry(walk, thread, returned, now);
      return;
    }
    if (call.isRing) settleTries(call);
    setReturn(call, returned);
    if (!call.isRing) addTried(call);
    finishCall(walk, thread, now);
    return;
  }
  noteInnerReturn(thread, call, frame, returned, now);
  popFrames(walk, thread, frame, now);
}

function setReturn(call: OpenCall, returned: number): void {
  if (returned < 0 || !call.holdsSeveral) call.returnedBytes = !Number.isNaN(returned) ? returned : call.innerBytes;
  // recvmmsg returns messages, getsockopt 0, io_uring_enter requests: bytes are what the inner levels returned.
  else if (call.innerCompleted > 0) call.returnedBytes = call.innerBytes;
}

function noteInnerReturn(thread: ThreadState, call: OpenCall, frame: number, returned: number, now: number): void {
  for (let f = call.baseDepth + 1; f < frame; f++) if (thread.activity[f] === Activity.call) return;
  call.innerLevelSeen = true;
  addCompletion(call, returned, now);
}

/** `tcp_recvmsg();` as a leaf (depth limit, or nothing inside was traced): entry, return and duration in one line. */
function closeLeafCall(walk: WalkState, thread: ThreadState, call: OpenCall, row: EventRow): void {
  const { arg3: returned } = row;
  const end = endOfLeaf(walk, row);
  const frame = thread.depth - 1;
  if (walk.isTimeless) thread.virtualNs = Math.max(thread.virtualNs, end);
  thread.leafEndNs = end;
  thread.leafDepth = frame;
  if (frame !== call.baseDepth) {
    if (!Number.isNaN(returned))
      noteInnerReturn(thread, call, frame, returned, Math.max(row.at, Number.isFinite(end) ? end : 0));
    return;
  }
  // The base level itself: wakeups and switches inside it may still come in later lines of other CPUs.
  setReturn(call, returned);
  thread.leafIsCall = true;
}

/** tcp_zerocopy_receive is a call of its own where getsockopt was not recorded. True: all is done. */
export function takeZerocopy(walk: WalkState, thread: ThreadState, row: EventRow): boolean {
  const call = thread.call;
  const { role } = row;
  if (row.isBegin) {
    // Inside a getsockopt with a recorded end it is an inner level; it is never called by recvmsg.
    if (call !== null && call.entry !== role.id && call.baseHasExit) {
      if (Number.isNaN(call.requestedBytes) && row.arg0 >= 0) call.requestedBytes = row.arg0;
      return false;
    }
    enterCall(walk, thread, row);
    if (thread.call !== null) thread.call.flags |= CallFlag.zerocopy | CallFlag.socketEvidence | CallFlag.tcp;
    return row.edge === Edge.whole;
  }
  if (call === null || call.entry !== role.id) return false;
  exitCall(walk, thread, row);
  return true;
}
