import { Edge, Source } from '../../model/events.ts';
import { Activity, BUCKET_OF_ACTIVITY, isWorkOfCall } from '../state/activities.ts';
import { Bucket } from '../state/buckets.ts';
import type { EventRow } from '../state/event-row.ts';
import { CallFlag } from '../state/open-call.ts';
import type { ProbeRole } from '../state/probe-roles.ts';
import { Frame, Off, type ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { advance, endOfLeaf, moveVirtualClock } from './clock.ts';
import { finishCall } from './close-call.ts';
import { countBegin, countEnd, SOFTIRQ_NET_RX } from './counting.ts';
import { popFrames } from './frames.ts';
import { beginWait, endCopyStep, noteScheduleLeaf, noteSegment, takeBackSwitching } from './steps.ts';

/** Begin of an activity other than a call: `skb_copy_datagram_iter` is entered. */
export function beginFrame(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { activity, role, source, edge } = row;
  const isEntry = source === Source.function;
  const isInterrupt = activity === Activity.irq || activity === Activity.softirq;
  const isInput = activity === Activity.segment || activity === Activity.early;
  if (!isEntry) advance(thread, row.at, provesInside(thread, activity));
  countBegin(walk, thread, row);
  if (activity === Activity.descriptor) return;
  // A frame of function_graph whose return is not in the text ends with the frame around it.
  const hasExit = edge === Edge.whole || (!isEntry && (source === Source.graph || hasEnd(walk, row)));
  let bucket = BUCKET_OF_ACTIVITY[activity];
  let flags = 0;
  // An early copy attempt is part of TCP input, whether it is taken or refused; what it submits is a frame of its own.
  if (isInput) bucket = segmentBucket(thread, role);
  else if (activity === Activity.free) bucket = freeBucket(thread);
  if (isInterrupt) {
    if (hasExit) flags = Frame.bracketedInterrupt;
    // An entry or point without an end while another source tells both of the same interrupts: only structure.
    else if (walk.traits.hasEnds(activity)) {
      if (!isEntry) return;
      bucket = -1;
    }
  } else if (!walk.traits.carriesTime(role, source)) bucket = -1;
  if (isEntry) flags |= Frame.entry;
  else if (!hasExit) {
    if (bucket < 0 || isInterrupt) return;
    flags |= Frame.openEnded;
  }
  if (activity === Activity.submit && thread.offCallTarget !== null) flags |= Frame.offCall;
  if (activity === Activity.softirq && source === Source.tracepoint && row.arg0 >= 0 && row.arg0 !== SOFTIRQ_NET_RX)
    flags |= Frame.otherSoftirq;
  if (role.isRelease) flags |= Frame.release;
  if (isInput && bucket === Bucket.backlog) noteSegment(thread);
  thread.pushFrame(row, activity, bucket, flags);
  thread.refreshBucket();
  if (activity === Activity.sleep || activity === Activity.schedule) beginWait(thread, activity, row.at);
  if (edge === Edge.whole) openLeaf(walk, thread, row);
}

/** A leaf of function_graph stands for both edges: what its return tells is in arg3. */
function openLeaf(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { arg3: result } = row;
  thread.leafEndNs = endOfLeaf(walk, row);
  thread.leafDepth = thread.depth - 1;
  if (!Number.isNaN(result)) countEnd(walk, thread, row.activity, result);
  if (!walk.isTimeless) return;
  thread.virtualNs = thread.leafEndNs;
  closeLeaf(walk, thread, thread.leafEndNs);
}

/** Work only a receive call does; interrupts, switches and wakeups happen everywhere. */
function provesInside(thread: ThreadState, activity: number): boolean | undefined {
  if (thread.call === null || thread.call.baseHasExit) return undefined;
  return isWorkOfCall(activity) && !thread.isInterrupted;
}

function hasEnd(walk: WalkState, row: EventRow): boolean {
  const { activity, source } = row;
  // Tracepoint pairs have two names (softirq_entry, softirq_exit); of the others only the start is a true line.
  if (source === Source.tracepoint) {
    const isPair = activity === Activity.irq || activity === Activity.softirq || activity === Activity.ack;
    return isPair && (walk.traits.activitySources[activity] & (1 << source)) !== 0;
  }
  return walk.traits.hasExit(row.role, source);
}

/** TCP input in the reader's own context is its backlog (or prequeue); tcp_v4_rcv never is: a borrowed CPU. */
function segmentBucket(thread: ThreadState, role: ProbeRole): number {
  if (thread.call === null) return -1;
  return role.isSoftirqInput ? Bucket.interrupt : Bucket.backlog;
}

/** Skbs consumed by the loop of the call; freed inside TCP input, an ACK or the completion wait they belong to that. */
function freeBucket(thread: ThreadState): number {
  const top = thread.depth - 1;
  if (top < 0 || thread.activity[top] !== Activity.call || thread.frameBucket[top] === Bucket.wait) return -1;
  return Bucket.free;
}

export function endFrame(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { activity, source } = row;
  const isPaired = source === Source.tracepoint;
  const isInterrupt = activity === Activity.irq || activity === Activity.softirq;
  countEnd(walk, thread, activity, row.arg0);
  const cross = isInterrupt || source === Source.graph;
  if (isPaired && activity === Activity.copy) {
    noteConsumed(thread, row);
    endCopyStep(thread);
  }
  const found = thread.findFrame(activity, isPaired ? -1 : row.role.id, source, cross);
  if (walk.isTimeless) moveVirtualClock(thread, found, row.durNs);
  if (found < 0) return;
  const now = walk.isTimeless ? thread.virtualNs : row.at;
  if (thread.call !== null && found < thread.call.baseDepth) return;
  advance(thread, now);
  if (source === Source.graph && !walk.isTimeless && leavesSleepOut(row, row.at - thread.frameStart[found])) {
    walk.counts.noSleepTime++;
    if (activity === Activity.schedule || activity === Activity.sleep) takeBackSwitching(thread);
  }
  endActivity(thread, activity);
  popFrames(walk, thread, found, now);
}

/**
 * tcp_rcv_space_adjust in the reader's own context: it took data from the TCP socket that the line names. Of a splice, which
 * copies nothing to user space, this is the only line that says so.
 */
function noteConsumed(thread: ThreadState, row: EventRow): void {
  const call = thread.ownCall;
  if (call === null || !row.role.isSpaceAdjust) return;
  call.flags |= CallFlag.tcp | CallFlag.socketEvidence;
  if (row.aux >= 0) call.flow = row.aux;
}

/** nosleep-time: durations leave the sleep out, times do not (observed.md B.2.9). */
function leavesSleepOut(row: EventRow, realNs: number): boolean {
  return realNs - row.durNs > 20_000 && row.durNs < 0.9 * realNs;
}

/** Closes the running leaf: nothing of its thread lies inside it, so at the latest the thread's next line ends it. */
export function closeLeaf(walk: WalkState, thread: ThreadState, now: number): void {
  const isEndShown = thread.leafEndNs < Number.POSITIVE_INFINITY;
  let end = Math.min(thread.leafEndNs, now);
  const depth = Math.min(thread.leafDepth, thread.depth);
  if (end === Number.POSITIVE_INFINITY)
    end = depth < thread.depth ? thread.frameStart[depth] : (thread.call?.lastNs ?? 0);
  const bucket = depth < thread.depth ? thread.frameBucket[depth] : -1;
  const isWait = bucket === Bucket.waitFunction || bucket === Bucket.schedule;
  if (isWait && walk.counts.noSleepTime > 0 && thread.off === Off.running) end = now;
  thread.leafEndNs = Number.NaN;
  advance(thread, end);
  if (!walk.isTimeless) noteScheduleLeaf(thread, depth);
  const activity = depth < thread.depth ? thread.activity[depth] : 0;
  if (thread.leafIsCall) {
    thread.leafIsCall = false;
    if (thread.call !== null) finishCall(walk, thread, isEndShown ? end : Number.NaN);
    return;
  }
  if (activity !== 0) endActivity(thread, activity);
  popFrames(walk, thread, depth, end);
}

/** A blocking wait ends when the engine is done; a reap (wait=0) does not say that. */
function endActivity(thread: ThreadState, activity: number): void {
  const call = thread.call;
  if (call === null || activity !== Activity.wait || call.engineSinceNs < 0) return;
  if (thread.lastWaitBlocks && !thread.isInterrupted) call.closeEngine(call.lastNs);
}
