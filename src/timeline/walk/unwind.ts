import { CONTEXT_UNKNOWN, Context, Edge, Kind, Source } from '../../model/events.ts';
import { Activity, canContain, isWorkOfCall, PART_OF_KIND, Part, PROCESS_ONLY } from '../state/activities.ts';
import { Bucket } from '../state/buckets.ts';
import type { EventRow } from '../state/event-row.ts';
import { Frame, type ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { advance } from './clock.ts';
import { closeInferred } from './close-call.ts';
import {
  closeFrames,
  depthOfCaller,
  depthOfSibling,
  endOpenFrames,
  isSoftirqAlone,
  popFrames,
  resumeInterrupted,
} from './frames.ts';
import { isAfterCall, noteLastAct, noteLastActByOrder } from './last-act.ts';

/** First thing a row tells: which frames of its thread are over, although no line said so. */
export function unwind(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { activity } = row;
  // Receive calls, pins, socket waits, CPU copies to the user, release_sock never run in an interrupt.
  if ((PROCESS_ONLY[activity] === 1 || row.role.isRelease) && thread.isInterrupted)
    leaveInterrupts(walk, thread, row.at, activity === Activity.call);
  if (row.source === Source.graph) unwindByDepth(walk, thread, row);
  if (row.source === Source.function) unwindByCaller(walk, thread, row);
  else if (!thread.isInterrupted) endPointFrames(walk, thread, row);
  else leaveInterruptByContext(walk, thread, row);
}

/** Function tracer: a caller on the stack tells which functions have returned. */
function unwindByCaller(walk: WalkState, thread: ThreadState, row: EventRow): void {
  leaveInterruptByContext(walk, thread, row);
  const parent = row.parent.id;
  const call = thread.call;
  if (parent < 0 && !walk.traits.hasParents) {
    unwindByActivity(walk, thread, row);
    return;
  }
  let depth = depthOfCaller(thread, parent);
  if (call !== null && !call.baseHasExit) {
    if (depth <= call.baseDepth && parent >= 0 && isAfterCall(thread, call, row)) closeInferred(walk, thread);
    else {
      unwindOpenEnded(walk, thread, row, depth);
      return;
    }
  }
  if (depth < 0) depth = depthOfSibling(thread, row.role.id, parent);
  if (thread.call !== null && depth >= 0 && depth <= thread.call.baseDepth) depth = -1;
  if (depth >= 0) resumeInterrupted(thread, depth);
  advance(thread, row.at, true);
  if (depth >= 0 && depth < thread.depth) popFrames(walk, thread, depth, row.at);
}

/** Inside a call whose end is not recorded: only what is proven to be its own work extends it. */
function unwindOpenEnded(walk: WalkState, thread: ThreadState, row: EventRow, depthByCaller: number): void {
  const call = thread.call!;
  let depth = depthByCaller;
  // What an interrupt calls is no proof that the call goes on, nor is a second interrupt.
  const isCalledByCall = depth > call.baseDepth && thread.frameBucket[depth - 1] !== Bucket.interrupt;
  let isInside = isCalledByCall;
  if (depth < 0) {
    isInside = !isForeign(thread, row);
    depth = depthOfSibling(thread, row.role.id, row.parent.id);
  }
  if (depth <= call.baseDepth) depth = -1;
  if (isInside) depth = noteLastAct(call, row, depth);
  if (depth >= 0) resumeInterrupted(thread, depth);
  advance(thread, row.at, isInside);
  if (depth >= 0 && depth < thread.depth) popFrames(walk, thread, depth, row.at);
}

/** A function whose caller was not recorded, and that need not be part of the open call. */
function isForeign(thread: ThreadState, row: EventRow): boolean {
  const { activity } = row;
  return (
    activity === Activity.irq ||
    activity === Activity.softirq ||
    activity === Activity.call ||
    // skbs are freed by whoever is done with them
    activity === Activity.free ||
    thread.isInterrupted ||
    (activity === Activity.schedule && !row.parent.isSocketWait) ||
    row.kind === Kind.pollBegin
  );
}

/** Without callers in the text (noprint-parent, trace-cmd) a function ends those that never call its kind. */
function unwindByActivity(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { activity } = row;
  if (thread.call !== null && !thread.call.baseHasExit && noteLastActByOrder(walk, thread, thread.call, row))
    closeInferred(walk, thread);
  const call = thread.call;
  const isInside = call === null || call.baseHasExit || (isWorkOfCall(activity) && !thread.isInterrupted);
  advance(thread, row.at, isInside);
  if (activity === Activity.none) return;
  let depth = thread.depth;
  const floor = call === null ? 0 : call.baseDepth + 1;
  while (
    depth > floor &&
    (thread.frameFlags[depth - 1] & Frame.entry) !== 0 &&
    !canContain(thread.activity[depth - 1], activity)
  )
    depth--;
  if (depth < thread.depth) popFrames(walk, thread, depth, row.at);
}

/** function_graph: a line at depth d proves that frames at d and deeper have returned, printed or not. */
function unwindByDepth(walk: WalkState, thread: ThreadState, row: EventRow): void {
  if (row.depth < 0) return;
  const graphDepth = row.edge === Edge.exit ? row.depth + 1 : row.depth;
  const floor = thread.call === null ? 0 : thread.call.baseDepth + 1;
  let depth = thread.depth;
  while (depth > floor && thread.source[depth - 1] === Source.graph && thread.graphDepth[depth - 1] >= graphDepth)
    depth--;
  if (depth < thread.depth) closeFrames(walk, thread, depth, walk.isTimeless ? thread.virtualNs : row.at);
}

/** Frames without an end last until the thread's next line in process context. */
export function endPointFrames(walk: WalkState, thread: ThreadState, row: EventRow): void {
  if (thread.depth === 0 || (thread.frameFlags[thread.depth - 1] & Frame.openEnded) === 0) return;
  const { activity, kind, context } = row;
  if ((activity === Activity.irq || activity === Activity.softirq) && PART_OF_KIND[kind] === Part.begin) return;
  if (context !== CONTEXT_UNKNOWN && (context & Context.hardirqFlag) !== 0) return;
  const keepSubmit =
    activity === Activity.descriptor || activity === Activity.submit || kind === Kind.issue || kind === Kind.engineDone;
  endOpenFrames(walk, thread, row.at, keepSubmit);
}

/** Without `s` and `h` in its flags a line is no interrupt work, whatever entry was seen before (entries have no end). */
function leaveInterruptByContext(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { context } = row;
  if (context === CONTEXT_UNKNOWN || (context & (Context.softirqFlag | Context.hardirqFlag)) !== 0) return;
  if (thread.isInterrupted) leaveInterrupts(walk, thread, row.at, false);
}

/**
 * Entries of interrupts that have no end are over. Recorded ends are waited for, unless the line proves that one was lost
 * (`entersLevel`: a receive call begins).
 */
function leaveInterrupts(walk: WalkState, thread: ThreadState, now: number, entersLevel: boolean): void {
  let depth = thread.depth;
  while (depth > 0 && thread.frameBucket[depth - 1] === Bucket.interrupt) {
    if ((thread.frameFlags[depth - 1] & Frame.bracketedInterrupt) !== 0 && !entersLevel) return;
    depth--;
  }
  if (!entersLevel || !isSoftirqAlone(thread, depth)) resumeInterrupted(thread, depth);
  closeFrames(walk, thread, depth, now);
}

/** No task is switched out of an interrupt: those still open have lost their end or never had one. */
export function dropInterruptFrames(walk: WalkState, thread: ThreadState, now: number): void {
  let depth = thread.depth;
  while (depth > 0 && thread.frameBucket[depth - 1] === Bucket.interrupt) depth--;
  closeFrames(walk, thread, depth, now);
}
