import { BUCKETS, Bucket, emptyBuckets } from '../state/buckets.ts';
import { Family } from '../state/families.ts';
import type { OpenCall } from '../state/open-call.ts';
import { Frame, Off, type ThreadState } from '../state/thread.ts';
import { endStep, noteResumed, settleWait } from './steps.ts';

/** Totals outside single calls, filled while frames close. */
export interface FrameTotals {
  softirqNetRxNs: number;
}

/**
 * Moves the call's clock to `now`: everything since its last moment goes to the one phase that was current. This is the
 * only place where time is attributed, so the phases tile the call by construction. Time that runs backwards adds nothing.
 */
export function advance(thread: ThreadState, now: number, inside?: boolean): void {
  const call = thread.call;
  if (call === null) return;
  // Without a recorded end only lines that are proven to be inside extend the call.
  const isInside = inside ?? call.baseHasExit;
  const since = call.lastNs;
  const dt = now - since;
  if (dt > 0) {
    const bucket = thread.bucket;
    if (isInside) call.buckets[bucket] += dt;
    else {
      call.pending ??= emptyBuckets();
      call.pending[bucket] += dt;
    }
    if (call.engineSinceNs >= 0) {
      call.engineBusyNs += dt;
      // Useful overlap: neither handing over nor waiting for the engine.
      if (bucket !== Bucket.wait && bucket !== Bucket.submit) call.overlapNs += dt;
    }
    call.pieces.add(bucket, since, now, thread.cpu, call.lastLine);
    call.lastNs = now;
  }
  if (isInside) {
    if (call.pending !== null) commitPending(call);
    if (call.lastNs > call.insideNs) call.insideNs = call.lastNs;
  }
}

/** The doubtful time before an event that is inside the call was inside as well. */
export function commitPending(call: OpenCall): void {
  const pending = call.pending!;
  for (let b = 0; b < BUCKETS; b++) call.buckets[b] += pending[b];
  call.pending = null;
}

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

/** Closes frames down to `depth`; the caller has advanced the clock. */
export function popFrames(thread: ThreadState, depth: number, now: number, totals: FrameTotals): void {
  while (thread.depth > depth) {
    const i = --thread.depth;
    const family = thread.family[i];
    const flags = thread.frameFlags[i];
    if (family === Family.softirq) {
      // Outermost NET_RX softirq of this thread: the price of receiving, whoever's CPU it borrowed.
      const isOutermost = i === 0 || thread.frameBucket[i - 1] !== Bucket.interrupt;
      if (isOutermost && now > thread.frameStart[i]) totals.softirqNetRxNs += now - thread.frameStart[i];
    } else if (family === Family.submit && (flags & Frame.offCall) !== 0) {
      const target = thread.offCallTarget;
      if (target !== null && (flags & Frame.openEnded) === 0 && now > thread.frameStart[i])
        target.earlyCopyNs += now - thread.frameStart[i];
      target?.addLane('softirq', thread.frameStart[i], Math.max(now, thread.frameStart[i]), thread.cpu, 'early copy');
      thread.offCallTarget = null;
    } else if (family === Family.sleep) settleWait(thread, flags);
    if (thread.call !== null && i > thread.call.baseDepth) endStep(thread, i);
  }
  thread.refreshBucket();
}

/** Ends frames whose end the text does not tell: they last until the thread's next event in process context. */
export function endOpenFrames(thread: ThreadState, now: number, keepSubmit: boolean, totals: FrameTotals): void {
  let depth = thread.depth;
  while (depth > 0) {
    const flags = thread.frameFlags[depth - 1];
    if ((flags & Frame.openEnded) === 0) break;
    if (keepSubmit && thread.family[depth - 1] === Family.submit) break;
    depth--;
  }
  if (depth < thread.depth) {
    advance(thread, now);
    popFrames(thread, depth, now, totals);
  }
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

/** The thread runs again: a sleep without a recorded wakeup whose wakeup came before the switch was wake latency. */
export function resumeThread(thread: ThreadState, now: number): void {
  const call = thread.call;
  advance(thread, now);
  if (
    call !== null &&
    thread.off === Off.sleeping &&
    Number.isNaN(thread.wokenAtNs) &&
    !Number.isNaN(thread.pendingWakeNs)
  ) {
    const slept = Math.min(now - thread.offSinceNs, call.buckets[thread.offBucket]);
    if (slept > 0) {
      call.buckets[thread.offBucket] -= slept;
      call.buckets[Bucket.wakeLatency] += slept;
      const { data: p, length } = call.pieces;
      if (length > 0 && p[length - 5] === thread.offBucket && p[length - 3] === now) p[length - 5] = Bucket.wakeLatency;
    }
  }
  if (call !== null && thread.off === Off.sleeping) noteResumed(thread, call);
  thread.off = Off.running;
  thread.wokenAtNs = Number.NaN;
  thread.pendingWakeNs = Number.NaN;
  thread.offSinceNs = Number.NaN;
  thread.refreshBucket();
}
