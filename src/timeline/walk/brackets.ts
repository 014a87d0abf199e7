import { Edge, type EventBatch, Source } from '../../model/events.ts';
import type { ProbeRole } from '../capture/probe-roles.ts';
import { Bucket } from '../state/buckets.ts';
import { BUCKET_OF_FAMILY, Family, isWorkOfCall } from '../state/families.ts';
import { Frame, Off, type ThreadState } from '../state/thread.ts';
import { finishCall } from './close-call.ts';
import { countBegin, countEnd } from './counting.ts';
import { advance, popFrames } from './frames.ts';
import { beginWait, endCopyStep, noteScheduleLeaf, noteSegment } from './steps.ts';
import type { Sweep } from './sweep.ts';

export function beginFrame(
  sweep: Sweep,
  thread: ThreadState,
  family: number,
  role: ProbeRole,
  b: EventBatch,
  i: number,
  at: number,
): void {
  const source = b.source[i];
  const edge = b.edge[i];
  if (source !== Source.function) advance(thread, at, provesInside(thread, family));
  countBegin(sweep, thread, family, role, b, i, at);
  if (family === Family.descriptor) return;
  const isEntry = source === Source.function;
  // A frame of function_graph whose return is not in the text ends with the frame around it.
  const hasExit = edge === Edge.whole || (!isEntry && (source === Source.graph || hasEnd(sweep, family, role, source)));
  let bucket = BUCKET_OF_FAMILY[family];
  let flags = 0;
  // An early copy attempt is part of TCP input, whether it is taken or refused; what it submits is a frame of its own.
  if (family === Family.segment || family === Family.early) bucket = segmentBucket(thread, role);
  else if (family === Family.free) bucket = freeBucket(thread);
  if (family === Family.irq || family === Family.softirq) {
    if (hasExit) flags = Frame.bracketedInterrupt;
    // An entry or point without an end while another source brackets the same interrupts: only structure.
    else if (sweep.traits.hasBracketed(family)) {
      if (!isEntry) return;
      bucket = -1;
    }
  } else if (!sweep.traits.carriesTime(role, source)) bucket = -1;
  if (isEntry) flags |= Frame.entry;
  else if (!hasExit) {
    if (bucket < 0) return;
    if (family === Family.irq || family === Family.softirq) return;
    flags |= Frame.openEnded;
  }
  if (family === Family.submit && thread.offCallTarget !== null) flags |= Frame.offCall;
  if (role.isRelease) flags |= Frame.release;
  if (bucket === Bucket.backlog && (family === Family.segment || family === Family.early)) noteSegment(thread);
  thread.pushFrame(role.id, sweep.parentOf(b, i), source, family, bucket, flags, at);
  thread.graphDepth[thread.depth - 1] = b.depth[i];
  thread.refreshBucket();
  if (family === Family.sleep || family === Family.schedule) beginWait(thread, family, at);
  if (edge === Edge.whole) {
    thread.leafEndNs = at + (!Number.isNaN(b.durNs[i]) ? b.durNs[i] : 0);
    thread.leafDepth = thread.depth - 1;
    endOfLeaf(sweep, thread, family, b, i);
    if (sweep.isTimeless) {
      thread.virtualNs = thread.leafEndNs;
      closeLeaf(sweep, thread, thread.leafEndNs);
    }
  }
}

/** Work only a receive call does; interrupts, switches and wakeups happen everywhere. */
export function provesInside(thread: ThreadState, family: number): boolean | undefined {
  if (thread.call === null || thread.call.baseHasExit) return undefined;
  return isWorkOfCall(family) && !thread.isInterrupted;
}

export function hasEnd(sweep: Sweep, family: number, role: ProbeRole, source: number): boolean {
  // Tracepoint pairs have two names (softirq_entry, softirq_exit); of the others only the start is a true line.
  if (source === Source.tracepoint) {
    const isPair = family === Family.irq || family === Family.softirq || family === Family.ack;
    return isPair && (sweep.traits.familySources[family] & (1 << source)) !== 0;
  }
  return sweep.traits.hasExit(role, source);
}

/** TCP input in the reader's own context is its backlog (or prequeue); tcp_v4_rcv never is: a borrowed CPU. */
export function segmentBucket(thread: ThreadState, role: ProbeRole): number {
  if (thread.call === null) return -1;
  return role.isSoftirqInput ? Bucket.interrupt : Bucket.backlog;
}

/** Skbs consumed by the loop of the call; freed inside TCP input, an ACK or the completion wait they belong to that. */
function freeBucket(thread: ThreadState): number {
  const top = thread.depth - 1;
  if (top < 0 || thread.family[top] !== Family.call || thread.frameBucket[top] === Bucket.wait) return -1;
  return Bucket.free;
}

export function endFrame(
  sweep: Sweep,
  thread: ThreadState,
  family: number,
  role: ProbeRole,
  b: EventBatch,
  i: number,
  at: number,
): void {
  const source = b.source[i];
  const isPaired = source === Source.tracepoint;
  const isInterrupt = family === Family.irq || family === Family.softirq;
  countEnd(sweep, thread, family, b.arg0[i]);
  const cross = isInterrupt || source === Source.graph;
  if (isPaired && family === Family.copy) endCopyStep(thread);
  const found = thread.findFrame(family, isPaired ? -1 : role.id, source, cross);
  if (sweep.isTimeless) moveVirtualClock(thread, found, b.durNs[i]);
  if (found < 0) return;
  const now = sweep.isTimeless ? thread.virtualNs : at;
  if (thread.call !== null && found < thread.call.baseDepth) return;
  if (source === Source.graph && !sweep.isTimeless) checkSleepTime(sweep, thread, found, b, i, at);
  advance(thread, now);
  endFamily(thread, family);
  popFrames(thread, found, now, sweep.counts);
}

/** Without times a frame ends its own duration after its start; children can exceed it by rounding only. */
export function moveVirtualClock(thread: ThreadState, frame: number, durNs: number): void {
  if (Number.isNaN(durNs)) return;
  if (frame < 0) {
    if (thread.depth === 0) thread.virtualNs += durNs;
    return;
  }
  thread.virtualNs = Math.max(thread.virtualNs, thread.frameStart[frame] + durNs);
}

/** nosleep-time: durations leave the sleep out, times do not (observed.md B.2.9). */
export function checkSleepTime(
  sweep: Sweep,
  thread: ThreadState,
  frame: number,
  b: EventBatch,
  i: number,
  at: number,
): void {
  const real = at - thread.frameStart[frame];
  if (real - b.durNs[i] > 20_000 && b.durNs[i] < 0.9 * real) sweep.counts.noSleepTime++;
}

/** Closes the running leaf: nothing of its thread lies inside it, so at the latest the thread's next line ends it. */
export function closeLeaf(sweep: Sweep, thread: ThreadState, now: number): void {
  let end = Math.min(thread.leafEndNs, now);
  const depth = Math.min(thread.leafDepth, thread.depth);
  const bucket = depth < thread.depth ? thread.frameBucket[depth] : -1;
  const isWait = bucket === Bucket.waitFunction || bucket === Bucket.schedule;
  if (isWait && sweep.counts.noSleepTime > 0 && thread.off === Off.running) end = now;
  thread.leafEndNs = Number.NaN;
  advance(thread, end);
  if (!sweep.isTimeless) noteScheduleLeaf(thread, depth);
  const family = depth < thread.depth ? thread.family[depth] : 0;
  if (thread.leafIsCall) {
    thread.leafIsCall = false;
    if (thread.call !== null) finishCall(sweep, thread, thread.call, end, true);
    return;
  }
  if (family !== 0) endFamily(thread, family);
  popFrames(thread, depth, end, sweep.counts);
}

/** A leaf stands for both edges: what its return tells is in arg3. */
export function endOfLeaf(sweep: Sweep, thread: ThreadState, family: number, b: EventBatch, i: number): void {
  if (!Number.isNaN(b.arg3[i])) countEnd(sweep, thread, family, b.arg3[i]);
}

export function endFamily(thread: ThreadState, family: number): void {
  const call = thread.call;
  if (call === null) return;
  if (family === Family.wait && call.engineSinceNs >= 0 && !thread.isInterrupted) {
    // A blocking wait ends when the engine is done; a reap (wait=0) does not say that.
    if (thread.lastWaitBlocks) call.closeEngine(call.lastNs);
  }
}
