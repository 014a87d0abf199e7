import { Activity } from '../state/activities.ts';
import { Bucket } from '../state/buckets.ts';
import { Frame, Off, type ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { advance } from './clock.ts';
import { endStep, settleWait } from './steps.ts';

/**
 * An interrupt seen only by its entries is over after its last recorded function: the time up to the line that proves its
 * end (which leaves `depth` frames) belongs to what it had interrupted. Call before `advance`.
 */
export function resumeInterrupted(thread: ThreadState, depth: number): void {
  if (!thread.isInterrupted || thread.off !== Off.running) return;
  let k = thread.depth;
  while (k > depth && thread.frameBucket[k - 1] === Bucket.interrupt) {
    if ((thread.frameFlags[k - 1] & Frame.bracketedInterrupt) !== 0) return;
    k--;
  }
  if (k > 0 && thread.frameBucket[k - 1] === Bucket.interrupt) return;
  thread.bucket = k > 0 ? thread.frameBucket[k - 1] : Bucket.unattributed;
}

/**
 * Softirqs without any recorded function inside, from frame `k` on, in a level of the call. Where that level had only to call
 * the next one the time is theirs: a softirq is never entered for nothing.
 */
export function isSoftirqAlone(thread: ThreadState, k: number): boolean {
  if (k === 0 || k !== thread.depth - 1 || thread.activity[k] !== Activity.softirq) return false;
  return thread.activity[k - 1] === Activity.call && thread.call?.lastNs === thread.frameStart[k];
}

/** Closes frames down to `depth`; the caller has advanced the clock. */
export function popFrames(walk: WalkState, thread: ThreadState, depth: number, now: number): void {
  while (thread.depth > depth) {
    const i = --thread.depth;
    const activity = thread.activity[i];
    const flags = thread.frameFlags[i];
    if (activity === Activity.softirq) {
      // Outermost NET_RX softirq of this thread: the price of receiving, whoever's CPU it borrowed.
      const isOutermost = i === 0 || thread.frameBucket[i - 1] !== Bucket.interrupt;
      const isNetRx = (flags & Frame.otherSoftirq) === 0;
      if (isOutermost && isNetRx && now > thread.frameStart[i])
        walk.counts.softirqNetRxNs += now - thread.frameStart[i];
    } else if (activity === Activity.submit && (flags & Frame.offCall) !== 0) {
      const target = thread.offCallTarget;
      if (target !== null && (flags & Frame.openEnded) === 0 && now > thread.frameStart[i])
        target.earlyCopyNs += now - thread.frameStart[i];
      target?.addLane('softirq', thread.frameStart[i], Math.max(now, thread.frameStart[i]), thread.cpu, 'early copy');
      thread.offCallTarget = null;
    } else if (activity === Activity.sleep) settleWait(thread, flags);
    if (thread.call !== null && i > thread.call.baseDepth) endStep(thread, i);
  }
  thread.refreshBucket();
}

/** Moves the clock and closes frames down to `depth`. */
export function closeFrames(walk: WalkState, thread: ThreadState, depth: number, now: number): void {
  advance(thread, now);
  popFrames(walk, thread, depth, now);
}

/** Ends frames whose end the text does not tell: they last until the thread's next event in process context. */
export function endOpenFrames(walk: WalkState, thread: ThreadState, now: number, keepSubmit: boolean): void {
  let depth = thread.depth;
  while (depth > 0) {
    const flags = thread.frameFlags[depth - 1];
    if ((flags & Frame.openEnded) === 0) break;
    if (keepSubmit && thread.activity[depth - 1] === Activity.submit) break;
    depth--;
  }
  if (depth < thread.depth) closeFrames(walk, thread, depth, now);
}

/**
 * Function-tracer entries name their caller: frames above the caller have returned. Returns the depth that remains, or
 * -1 when the caller is not on the stack (a function that was not recorded, an interrupt entry).
 */
export function depthOfCaller(thread: ThreadState, parent: number): number {
  if (parent < 0) return -1;
  for (let i = thread.depth - 1; i >= 0; i--) {
    if (thread.probe[i] === parent) return i + 1;
    if ((thread.frameFlags[i] & Frame.bracketedInterrupt) !== 0) return -1;
  }
  return -1;
}

/** Depth of the same function called from the same place: what stands there has returned before it is called again. */
export function depthOfSibling(thread: ThreadState, probe: number, parent: number): number {
  for (let i = thread.depth - 1; i >= 0; i--) {
    const flags = thread.frameFlags[i];
    if ((flags & Frame.entry) !== 0 && thread.probe[i] === probe && thread.parent[i] === parent) return i;
    if ((flags & (Frame.bracketedInterrupt | Frame.base)) !== 0) return -1;
  }
  return -1;
}
