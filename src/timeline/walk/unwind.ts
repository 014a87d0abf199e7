import { CONTEXT_UNKNOWN, Context, type EventBatch, Kind, Source } from '../../model/events.ts';
import { Bucket } from '../state/buckets.ts';
import { canContain, FAMILY_OF_KIND, Family, isWorkOfCall, ROLE_OF_KIND } from '../state/families.ts';
import type { OpenCall } from '../state/open-call.ts';
import { Frame, type ThreadState } from '../state/thread.ts';
import { advance, depthOfCaller, depthOfSibling, endOpenFrames, popFrames, resumeInterrupted } from './frames.ts';
import type { Sweep } from './sweep.ts';

/** Function tracer: a caller on the stack tells which functions have returned. */
export function unwindByCaller(sweep: Sweep, thread: ThreadState, b: EventBatch, i: number, at: number): void {
  leaveInterruptByContext(sweep, thread, b, i, at);
  const parent = sweep.parentOf(b, i);
  const call = thread.call;
  if (parent < 0 && !sweep.traits.hasParents) {
    unwindByKind(sweep, thread, b, i, at);
    return;
  }
  let depth = depthOfCaller(thread, parent);
  let isInside = call === null || call.baseHasExit;
  if (depth < 0) {
    depth = depthOfSibling(thread, sweep.roles.roleOf(b.probe[i]).id, parent);
    if (depth >= 0 && call !== null && depth > call.baseDepth) isInside = true;
  } else if (call !== null && depth > call.baseDepth) isInside = true;
  if (call !== null && !isInside && depth < 0) {
    const family = FAMILY_OF_KIND[b.kind[i]];
    const isForeign =
      family === Family.irq ||
      family === Family.softirq ||
      family === Family.call ||
      // skbs are freed by whoever is done with them
      family === Family.free ||
      thread.isInterrupted ||
      (family === Family.schedule && !sweep.isSocketWait(parent)) ||
      b.kind[i] === Kind.pollBegin;
    isInside = !isForeign;
  }
  if (call !== null && depth >= 0 && depth <= call.baseDepth) depth = -1;
  if (depth >= 0) resumeInterrupted(thread, depth);
  advance(thread, at, isInside);
  if (call !== null && isInside && !call.baseHasExit) noteFinalRelease(sweep, call, b, i, depth);
  if (depth >= 0 && depth < thread.depth) popFrames(thread, depth, at, sweep.counts);
}

/**
 * release_sock called by tcp_recvmsg itself and not followed by lock_sock is its last act: such a call is whole even
 * when nothing of its thread follows (trace stopped). Whatever release_sock runs stays part of it.
 */
export function noteFinalRelease(sweep: Sweep, call: OpenCall, b: EventBatch, i: number, depth: number): void {
  const role = sweep.roles.roleOf(b.probe[i]);
  if (role.isRelease && sweep.roles.roleOf(b.parent[i]).isTcp) {
    call.releasedAtDepth = depth;
    call.releasedNs = call.lastNs;
  } else if (call.releasedAtDepth >= 0 && depth >= 0 && depth <= call.releasedAtDepth) call.releasedAtDepth = -1;
}

/** Without callers in the text (noprint-parent, trace-cmd) a function ends those that never call its kind. */
export function unwindByKind(sweep: Sweep, thread: ThreadState, b: EventBatch, i: number, at: number): void {
  const family = FAMILY_OF_KIND[b.kind[i]];
  const call = thread.call;
  const isInside = call === null || call.baseHasExit || (isWorkOfCall(family) && !thread.isInterrupted);
  advance(thread, at, isInside);
  if (family === 0) return;
  let depth = thread.depth;
  const floor = call === null ? 0 : call.baseDepth + 1;
  while (
    depth > floor &&
    (thread.frameFlags[depth - 1] & Frame.entry) !== 0 &&
    !canContain(thread.family[depth - 1], family)
  )
    depth--;
  if (depth < thread.depth) popFrames(thread, depth, at, sweep.counts);
}

/** function_graph: a line at depth d proves that frames at d and deeper have returned, printed or not. */
export function unwindByDepth(sweep: Sweep, thread: ThreadState, graphDepth: number, at: number): void {
  const floor = thread.call === null ? 0 : thread.call.baseDepth + 1;
  let depth = thread.depth;
  while (depth > floor && thread.source[depth - 1] === Source.graph && thread.graphDepth[depth - 1] >= graphDepth)
    depth--;
  if (depth === thread.depth) return;
  const now = sweep.isTimeless ? thread.virtualNs : at;
  advance(thread, now);
  popFrames(thread, depth, now, sweep.counts);
}

/** Frames without an end last until the thread's next line in process context. */
export function endPointFrames(
  sweep: Sweep,
  thread: ThreadState,
  kind: number,
  b: EventBatch,
  i: number,
  at: number,
): void {
  if (thread.depth === 0 || (thread.frameFlags[thread.depth - 1] & Frame.openEnded) === 0) return;
  const family = FAMILY_OF_KIND[kind];
  if ((family === Family.irq || family === Family.softirq) && ROLE_OF_KIND[kind] === 1) return;
  const context = b.context[i];
  if (context !== CONTEXT_UNKNOWN && (context & Context.hardirqFlag) !== 0) return;
  const keepSubmit =
    family === Family.descriptor || family === Family.submit || kind === Kind.issue || kind === Kind.engineDone;
  endOpenFrames(thread, at, keepSubmit, sweep.counts);
}

/** Without `s` and `h` in its flags a line is no interrupt work, whatever entry was seen before (entries have no end). */
export function leaveInterruptByContext(sweep: Sweep, thread: ThreadState, b: EventBatch, i: number, at: number): void {
  const context = b.context[i];
  if (context === CONTEXT_UNKNOWN || (context & (Context.softirqFlag | Context.hardirqFlag)) !== 0) return;
  if (!thread.isInterrupted) return;
  let depth = thread.depth;
  while (depth > 0 && thread.frameBucket[depth - 1] === Bucket.interrupt) {
    if ((thread.frameFlags[depth - 1] & Frame.bracketedInterrupt) !== 0) return;
    depth--;
  }
  resumeInterrupted(thread, depth);
  advance(thread, at);
  popFrames(thread, depth, at, sweep.counts);
}

/**
 * Receive calls, pins, socket waits, CPU copies to the user never run in an interrupt: entries of interrupts that have
 * no end are over. A bracket with a recorded end is trusted, except by a call (its end was lost).
 */
export function leaveInterrupts(sweep: Sweep, thread: ThreadState, family: number, at: number): void {
  let depth = thread.depth;
  while (depth > 0 && thread.frameBucket[depth - 1] === Bucket.interrupt) {
    if ((thread.frameFlags[depth - 1] & Frame.bracketedInterrupt) !== 0 && family !== Family.call) return;
    depth--;
  }
  resumeInterrupted(thread, depth);
  advance(thread, at);
  popFrames(thread, depth, at, sweep.counts);
}

export function dropInterruptFrames(sweep: Sweep, thread: ThreadState, at: number): void {
  let depth = thread.depth;
  while (depth > 0 && thread.frameBucket[depth - 1] === Bucket.interrupt) depth--;
  advance(thread, at);
  popFrames(thread, depth, at, sweep.counts);
}
