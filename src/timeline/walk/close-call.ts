import { Family } from '../state/families.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import type { ThreadState } from '../state/thread.ts';
import { popFrames } from './frames.ts';
import type { Sweep } from './sweep.ts';

const MSG_ERRQUEUE = 0x2000;
const LOSS_INSIDE = 4;

export function closeInferred(sweep: Sweep, thread: ThreadState, call: OpenCall): void {
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
  const reader = sweep.readers.lastIndexOf(thread);
  if (reader >= 0) sweep.readers.splice(reader, 1);
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
    if (fdKey >= 0 && fdKey !== sweep.lastSocketFd) {
      sweep.socketFds.add(fdKey);
      sweep.lastSocketFd = fdKey;
    }
    return true;
  }
  if (fdKey >= 0 && sweep.socketFds.has(fdKey)) return true;
  sweep.counts.otherDescriptors++;
  return false;
}
