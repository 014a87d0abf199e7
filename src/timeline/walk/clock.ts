import { Activity } from '../state/activities.ts';
import { BUCKETS, Bucket, emptyBuckets } from '../state/buckets.ts';
import type { EventRow } from '../state/event-row.ts';
import type { OpenCall } from '../state/open-call.ts';
import { Off, type ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { noteResumed } from './steps.ts';

/**
 * Moves the call's clock to `now`: everything since its last moment goes to the one phase that was current. This is the
 * only place where time is attributed, so the phases tile the call by construction. Time that runs backwards adds nothing.
 */
export function advance(thread: ThreadState, now: number, inside?: boolean, bucket = thread.bucket): void {
  const call = thread.call;
  if (call === null) return;
  // Without a recorded end only lines that are proven to be inside extend the call.
  const isInside = inside ?? call.baseHasExit;
  const since = call.lastNs;
  const dt = now - since;
  if (dt > 0) {
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
function commitPending(call: OpenCall): void {
  const pending = call.pending!;
  for (let b = 0; b < BUCKETS; b++) call.buckets[b] += pending[b];
  call.pending = null;
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

/**
 * Where a leaf ends. Without the column of durations (nofuncgraph-duration) nothing tells but the thread's next line, which ends it at the
 * latest: Infinity until then.
 */
export function endOfLeaf(walk: WalkState, row: EventRow): number {
  if (!Number.isNaN(row.durNs)) return row.at + row.durNs;
  return walk.isTimeless ? row.at : Number.POSITIVE_INFINITY;
}

/** The row is the last one of the open call so far. */
export function touchCall(thread: ThreadState, call: OpenCall, row: EventRow): void {
  call.lastLine = row.line;
  if (thread.cpu !== call.cpuEnd) {
    if (thread.cpu >= 0 && call.cpuEnd >= 0) call.hasMigrated = true;
    call.cpuEnd = thread.cpu;
  }
  // A segment may be another socket's: on loopback and veth the reader's ACK is processed by its peer right below it.
  if (call.sock < 0 && row.sock >= 0 && !thread.isInterrupted && row.activity !== Activity.segment)
    call.sock = row.sock;
}

/** The thread runs again: a sleep without a recorded wakeup whose wakeup came before the switch was wake latency. */
export function resumeThread(thread: ThreadState, now: number): void {
  const call = thread.call;
  advance(thread, now);
  if (call !== null && thread.off === Off.sleeping) {
    if (Number.isNaN(thread.wokenAtNs) && !Number.isNaN(thread.pendingWakeNs)) rebookAsLatency(thread, call, now);
    noteResumed(thread, call);
  }
  thread.off = Off.running;
  thread.wokenAtNs = Number.NaN;
  thread.pendingWakeNs = Number.NaN;
  thread.offSinceNs = Number.NaN;
  thread.refreshBucket();
}

function rebookAsLatency(thread: ThreadState, call: OpenCall, now: number): void {
  const slept = Math.min(now - thread.offSinceNs, call.buckets[thread.offBucket]);
  if (!(slept > 0)) return;
  call.buckets[thread.offBucket] -= slept;
  call.buckets[Bucket.wakeLatency] += slept;
  call.pieces.rebookLast(thread.offBucket, Bucket.wakeLatency, now);
}
