import { CallState } from '../../model/calls.ts';
import { Kind } from '../../model/events.ts';
import { Activity } from '../state/activities.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import { Off, type ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { popFrames } from './frames.ts';

const MSG_ERRQUEUE = 0x2000;
const MSG_TRUNC = 0x20;
/** No receive moves more at once: MAX_RW_COUNT of include/linux/fs.h, INT_MAX rounded down to a page. */
const MAX_RW_COUNT = 0x7ffff000;
const MAX_SIZE = 2 ** 63;

/** The next call of the thread begins: the open one, whose return is not in the text, is over. */
export function closeInferred(walk: WalkState, thread: ThreadState): void {
  const call = thread.call!;
  if (call.baseHasExit) {
    // The return of this level is recorded elsewhere and missing here (kretprobe miss, lost record).
    call.state |= CallState.lossInside;
    finishCall(walk, thread, Number.NaN);
    return;
  }
  call.flags |= CallFlag.inferredEnd;
  const base = Math.min(call.baseDepth, thread.depth);
  if (!sleepsInCall(walk, thread, base)) {
    // A function entry or a probe without return shows no end: without the last act the call may have gone on.
    finishCall(walk, thread, isEndShown(call) ? call.insideNs : Number.NaN);
    return;
  }
  // It went to sleep and nothing it did after waking is in the text: its end is unknown, not the moment it fell asleep.
  // A pinned call must unpin before it returns: then the lines were lost.
  const isLoss = (call.flags & CallFlag.pinSeen) !== 0 && (call.flags & CallFlag.unpinSeen) === 0;
  if (isLoss) call.state |= CallState.lossInside;
  finishCall(walk, thread, Number.NaN);
}

function isEndShown(call: OpenCall): boolean {
  return call.releasedAtDepth >= 0 || call.endsLikeThis;
}

/** A waiting function of the socket is open, or schedule() was called by one that was not recorded. */
function sleepsInCall(walk: WalkState, thread: ThreadState, base: number): boolean {
  if (!thread.hasActivityAbove(Activity.schedule, base)) return false;
  for (let i = base; i < thread.depth; i++) {
    if (thread.activity[i] === Activity.sleep) return true;
    if (thread.activity[i] === Activity.schedule && walk.roles.roleOf(thread.parent[i]).isSocketWait) return true;
  }
  return false;
}

/** The text of this thread ends with the call open. */
export function closeOpenCall(walk: WalkState, thread: ThreadState): void {
  const call = thread.call;
  if (call === null) return;
  if (call.isHeld) {
    closeHeld(walk, thread);
    return;
  }
  // Up to 5.10 the loop itself may release the socket and lock it again: the text has to go on without that.
  const isLast =
    walk.traits.hasLocked ||
    (call.flags & (CallFlag.udp | CallFlag.zerocopy)) !== 0 ||
    walk.counts.lastNs > call.insideNs;
  const isWhole = !call.baseHasExit && call.releasedAtDepth >= 0 && isLast;
  if (isWhole) call.flags |= CallFlag.inferredEnd;
  finishCall(walk, thread, isWhole ? call.insideNs : Number.NaN);
}

/** The last try of a ring found less than all, and none followed. */
export function closeHeld(walk: WalkState, thread: ThreadState): void {
  const call = thread.call!;
  if (call.snapshot !== null) call.buckets = call.snapshot;
  call.pending = null;
  call.isHeld = false;
  finishCall(walk, thread, call.completedNs);
}

/** A border of the text: nothing of the thread is carried across. */
export function stopThread(walk: WalkState, thread: ThreadState): void {
  closeOpenCall(walk, thread);
  thread.clearFrames();
  thread.off = Off.running;
  thread.wokenAtNs = Number.NaN;
  thread.pendingWakeNs = Number.NaN;
  thread.refreshBucket();
}

/** Hands the open call over and takes its frames off the stack. `endNs` NaN: its end is not in the text. */
export function finishCall(walk: WalkState, thread: ThreadState, endNs: number): void {
  const call = thread.call!;
  popFrames(walk, thread, Math.min(call.baseDepth, thread.depth), call.lastNs);
  thread.call = null;
  walk.readers.delete(thread);
  thread.pendingWakeNs = Number.NaN;
  if (!isReceiveCall(walk, call)) return;
  if (call.unreadBefore >= 0 && call.unreadBefore !== walk.unreadSchedulerLines) call.state |= CallState.lossInside;
  checkBytes(walk, call);
  walk.wakeRules.noteReader(call.sock, call.tid);
  thread.hasReceived = true;
  walk.onCall(call, endNs);
}

/** A receive returns no more than it was asked for, except the true length of a datagram (MSG_TRUNC): the line is damaged. */
function checkBytes(walk: WalkState, call: OpenCall): void {
  if (call.requestedBytes >= MAX_SIZE) call.requestedBytes = Number.NaN;
  if (call.isRing || call.holdsSeveral) return;
  const most = Math.min(MAX_RW_COUNT, Number.isNaN(call.requestedBytes) ? MAX_RW_COUNT : call.requestedBytes);
  const isLength = !Number.isNaN(call.callFlags) && (call.callFlags & MSG_TRUNC) !== 0;
  if (!(call.returnedBytes > (isLength ? MAX_RW_COUNT : most))) return;
  call.returnedBytes = Number.NaN;
  if (call.innerBytes > most) call.innerBytes = Number.NaN;
  walk.counts.impossibleReturns++;
}

/**
 * sock_recv_length (6.3 on) is printed for every receive of every socket, failed ones too (net/socket.c sock_recvmsg_nosec): a whole
 * call without it is about another file that got the number of a socket that was closed.
 */
function showsOtherFile(walk: WalkState, call: OpenCall): boolean {
  const { cutAtStart, cutAtEnd, lossInside } = CallState;
  return walk.traits.saw(Kind.recvLength) && (call.state & (cutAtStart | cutAtEnd | lossInside)) === 0;
}

/** read, readv, io_uring_enter also serve files; MSG_ERRQUEUE reads are a sender's bookkeeping. */
function isReceiveCall(walk: WalkState, call: OpenCall): boolean {
  if (!Number.isNaN(call.callFlags) && (call.callFlags & MSG_ERRQUEUE) !== 0) {
    walk.counts.errqueueReads++;
    return false;
  }
  if (call.isRing) {
    if (call.innerCompleted > 0) return true;
  } else if (!call.needsEvidence || (call.flags & (CallFlag.socketEvidence | CallFlag.zerocopy)) !== 0) {
    walk.noteSocket(call.tid, call.fd);
    return true;
  } else if (walk.isKnownSocket(call.tid, call.fd)) {
    if (!showsOtherFile(walk, call)) return true;
    walk.forgetSocket(call.tid, call.fd);
  }
  walk.counts.otherDescriptors++;
  return false;
}
