import { Activity } from '../state/activities.ts';
import { Bucket } from '../state/buckets.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import type { StepTraits, TimeMark } from '../state/step-traits.ts';
import { Frame, type ThreadState } from '../state/thread.ts';

/**
 * Steps of a receive call are the recorded functions and events directly below its receive function. What runs between
 * two of them is decided by the kernel's code, not by proportion (README.md, "Between recorded steps").
 */

function totalOf(call: OpenCall, bucket: number): number {
  return call.buckets[bucket] + (call.pending === null ? 0 : call.pending[bucket]);
}

function setMark(mark: TimeMark, call: OpenCall, bucket: number, at: number): void {
  mark.sinceNs = at;
  mark.total = totalOf(call, bucket);
}

/** What `from` has gathered since the mark turns out to be `to`. */
function moveTime(call: OpenCall, from: number, to: number, mark: TimeMark): void {
  let amount = totalOf(call, from) - mark.total;
  if (!(amount > 0)) return;
  const pending = call.pending;
  if (pending !== null && pending[from] > 0) {
    const part = Math.min(pending[from], amount);
    pending[from] -= part;
    pending[to] += part;
    amount -= part;
  }
  call.buckets[from] -= amount;
  call.buckets[to] += amount;
  call.pieces.rebookSince(from, to, mark.sinceNs);
}

/** Bucket of a receive function (or of the syscall around it) before its first step. */
export function bucketAtEntry(steps: StepTraits, call: OpenCall, isLocked: boolean): number {
  if (!steps.showsLoop || !call.hasLoop) return Bucket.unattributed;
  return isLocked ? Bucket.queue : Bucket.entry;
}

/** Bucket of the loop after a step. A pinned call whose completion wait cannot be seen hides it in the loop. */
function bucketInLoop(steps: StepTraits, call: OpenCall): number {
  if (!steps.showsLoop || !call.hasLoop) return Bucket.unattributed;
  const isWaitShown = steps.isTimeless ? steps.showsWaitFunction || !steps.showsWait : steps.showsWait;
  return (call.flags & CallFlag.pinSeen) !== 0 && !isWaitShown ? Bucket.unattributed : Bucket.queue;
}

const STEPS_OF_LOOP = new Set<number>([
  Activity.call,
  Activity.backlog,
  Activity.ack,
  Activity.lock,
  Activity.copy,
  Activity.submit,
  Activity.pin,
  Activity.sleep,
]);

/** Frame `i` has just been closed: when it was a step of the call, the call goes on in its loop or on its way out. */
export function endStep(thread: ThreadState, i: number): void {
  const call = thread.call!;
  const around = i - 1;
  if (thread.activity[around] !== Activity.call || thread.frameBucket[around] === Bucket.interrupt) return;
  const flags = thread.frameFlags[i];
  if ((flags & Frame.openEnded) !== 0) return;
  const activity = thread.activity[i];
  const isPolling = thread.frameBucket[around] === Bucket.wait;
  // A doorbell that was not the last one: the loop went on, with a reap that cannot be told from it.
  if (isPolling && STEPS_OF_LOOP.has(activity)) moveTime(call, Bucket.wait, Bucket.unattributed, thread.loopMark);
  switch (activity) {
    case Activity.call:
      if ((flags & Frame.locked) !== 0 && !thread.steps.isTimeless) enterLoop(thread, call, around);
      else leaveLoop(thread, call, around);
      return;
    case Activity.backlog:
      if ((flags & Frame.release) !== 0 && !thread.steps.isTimeless) leaveLoop(thread, call, around);
      else enterLoop(thread, call, around);
      return;
    case Activity.free:
      // Parked skbs are freed inside the completion wait.
      if (!isPolling) enterLoop(thread, call, around);
      return;
    case Activity.ack:
      // TCP input whose caller (release_sock, the prequeue) is not recorded: its ACK is not the end of it.
      if (thread.frameBucket[around] !== Bucket.backlog) enterLoop(thread, call, around);
      return;
    case Activity.lock:
    case Activity.copy:
    case Activity.submit:
    case Activity.pin:
    case Activity.unpin:
    case Activity.wait:
    case Activity.sleep:
      enterLoop(thread, call, around);
  }
}

/** TCP input in process context directly below the receive function: from here to its next step it runs the backlog. */
export function noteSegment(thread: ThreadState): void {
  const call = thread.call;
  const top = thread.depth - 1;
  if (call === null || !thread.steps.showsLoop || !call.hasLoop || top < call.baseDepth) return;
  if (thread.activity[top] === Activity.call) thread.frameBucket[top] = Bucket.backlog;
}

/** The event tells that the copy before it is over: tcp_rcv_space_adjust comes right after it, before the skb is freed. */
export function endCopyStep(thread: ThreadState): void {
  const call = thread.call;
  const top = thread.depth - 1;
  if (call === null || top < call.baseDepth || thread.activity[top] !== Activity.call) return;
  enterLoop(thread, call, top);
  thread.refreshBucket();
}

/** sock_recv_length: the protocol's receive function has returned. */
export function endReceiveStep(thread: ThreadState): void {
  const call = thread.call;
  const top = thread.depth - 1;
  if (call === null || top < call.baseDepth || thread.activity[top] !== Activity.call) return;
  leaveLoop(thread, call, top);
  thread.refreshBucket();
}

/**
 * Doorbell rung by tcp_recvmsg itself, its waiting function being inlined (or not existing, before 2.6.35): from here to
 * the unpin it polls the engine and frees parked skbs.
 */
export function noteDoorbell(thread: ThreadState): void {
  const call = thread.call!;
  const top = thread.depth - 1;
  if (thread.steps.showsWaitFunction || thread.steps.isTimeless || (call.flags & CallFlag.pinSeen) === 0) return;
  if (top < call.baseDepth || thread.activity[top] !== Activity.call) return;
  thread.frameBucket[top] = Bucket.wait;
  setMark(thread.loopMark, call, Bucket.wait, call.lastNs);
  call.inlinedWait = true;
  thread.refreshBucket();
}

function enterLoop(thread: ThreadState, call: OpenCall, frame: number): void {
  thread.frameBucket[frame] = bucketInLoop(thread.steps, call);
  setMark(thread.loopMark, call, Bucket.queue, call.lastNs);
}

function leaveLoop(thread: ThreadState, call: OpenCall, frame: number): void {
  // The outermost level of several receives goes on with the next of them, or with other requests.
  const isShared = call.holdsSeveral && frame === call.baseDepth;
  // Without sleeps in the text one may hide between release_sock and the lock.
  thread.frameBucket[frame] =
    isShared || !thread.steps.showsSleep ? Bucket.unattributed : bucketAtEntry(thread.steps, call, false);
}

/** The frame on top has just been pushed. */
export function beginWait(thread: ThreadState, activity: number, at: number): void {
  const call = thread.call;
  if (call === null) return;
  if (activity === Activity.sleep) setMark(thread.waitMark, call, Bucket.waitFunction, at);
  else if (thread.depth < 2 || thread.frameBucket[thread.depth - 2] !== Bucket.schedule)
    setMark(thread.scheduleMark, call, Bucket.schedule, at);
  else if (!thread.steps.showsSwitches) {
    // wait_woken ⊃ schedule_timeout ⊃ schedule: only the innermost one that is recorded can be the sleep.
    moveTime(call, Bucket.schedule, Bucket.switching, thread.scheduleMark);
    for (let i = thread.depth - 2; i >= 0 && thread.frameBucket[i] === Bucket.schedule; i--)
      thread.frameBucket[i] = Bucket.switching;
    setMark(thread.scheduleMark, call, Bucket.schedule, at);
    setMark(thread.switchingMark, call, Bucket.switching, at);
  }
}

/** Durations leave the sleep out (nosleep-time): schedule() only looked short, what came after it was the sleep as well. */
export function takeBackSwitching(thread: ThreadState): void {
  const call = thread.call;
  if (call === null || thread.steps.showsSwitches || !(thread.switchingMark.sinceNs >= call.startNs)) return;
  moveTime(call, Bucket.switching, Bucket.schedule, thread.switchingMark);
  thread.switchingMark.sinceNs = -1;
}

/** The thread leaves its CPU (`switchOut` has moved the clock of the call). */
export function noteSwitchOut(thread: ThreadState, call: OpenCall, isSleep: boolean): void {
  const top = thread.depth - 1;
  if (top < 0) return;
  if (thread.frameBucket[top] === Bucket.schedule) {
    // schedule() did switch: what it needs of the CPU before and after is no sleep.
    moveTime(call, Bucket.schedule, Bucket.switching, thread.scheduleMark);
    for (let i = top; i >= 0 && thread.frameBucket[i] === Bucket.schedule; i--)
      thread.frameBucket[i] = Bucket.switching;
  }
  if (!isSleep) return;
  for (let i = top; i >= call.baseDepth; i--)
    if (thread.activity[i] === Activity.sleep) {
      thread.frameFlags[i] |= Frame.slept;
      return;
    }
  // From the last step to a sleep without a recorded waiting function: freeing, ACK, release_sock and the scheduler.
  if (thread.frameBucket[top] === Bucket.queue) moveTime(call, Bucket.queue, Bucket.unattributed, thread.loopMark);
}

/** Back on the CPU after a sleep in the receive function: the way out of the wait, the socket lock, one look at the queue. */
export function noteResumed(thread: ThreadState, call: OpenCall): void {
  const top = thread.depth - 1;
  if (!thread.steps.showsLoop || !call.hasLoop || call.holdsSeveral || thread.offBucket !== Bucket.sleep) return;
  if (top >= call.baseDepth && thread.activity[top] === Activity.call) thread.frameBucket[top] = Bucket.switching;
}

/**
 * A datagram: copy_linear_skb has neither function nor event, the copy hides in udp_recvmsg itself, at any place. Known
 * from the function, or (events only) when sock_recv_length tells the protocol.
 */
export function noteDatagram(call: OpenCall): void {
  if (!call.hasLoop) return;
  call.hasLoop = false;
  call.buckets[Bucket.unattributed] += call.buckets[Bucket.entry];
  call.buckets[Bucket.entry] = 0;
}

/** A waiting function returns: without its known parts it was CPU work when the sleep inside it is known. */
export function settleWait(thread: ThreadState, flags: number): void {
  const call = thread.call;
  if (call === null) return;
  if ((flags & Frame.slept) !== 0 || thread.steps.showsSchedule)
    moveTime(call, Bucket.waitFunction, Bucket.switching, thread.waitMark);
}

/**
 * schedule() as a leaf whose duration leaves the sleep out (nosleep-time) looks like one that returned at once: without
 * switches in the text the time after it, up to the end of the waiting function, stays open.
 */
export function noteScheduleLeaf(thread: ThreadState, frame: number): void {
  if (thread.steps.showsSwitches || frame < 1 || thread.activity[frame] !== Activity.schedule) return;
  if (thread.frameBucket[frame - 1] === Bucket.waitFunction) thread.frameBucket[frame - 1] = Bucket.unattributed;
}
