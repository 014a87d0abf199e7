import { TaskState } from '../../model/events.ts';
import { WAKE_REASONS } from '../../model/wake-reasons.ts';
import { Bucket } from '../state/buckets.ts';
import { CallFlag } from '../state/open-call.ts';
import { Off, type ThreadState } from '../state/thread.ts';
import { WAKE_FIELDS, WakeAt, type WakeRules } from '../state/wake-rules.ts';
import { advance, resumeThread } from './clock.ts';
import { noteSwitchOut } from './steps.ts';
import { reasonOf } from './wake-reasons.ts';

const LABELS = WAKE_REASONS.map((reason) => `wakeup: ${reason}`);
const EARLY_LABELS = LABELS.map((label) => `early ${label}`);

/** The thread left its CPU. State R is preemption, everything else a wait (observed.md B.2.13). */
export function switchOut(thread: ThreadState, state: number, now: number): void {
  if (thread.off !== Off.running) resumeThread(thread, now);
  advance(thread, now);
  thread.offSinceNs = now;
  thread.wokenAtNs = Number.NaN;
  const call = thread.call;
  if (call !== null) noteSwitchOut(thread, call, state !== TaskState.running);
  if (state === TaskState.running) {
    thread.off = Off.preempted;
  } else {
    thread.off = Off.sleeping;
    thread.offBucket = waitBucket(thread, state);
    if (call !== null && thread.offBucket === Bucket.sleep) {
      call.sleeps++;
      call.flags |= CallFlag.waited;
      if (call.wokenSinceSleep) {
        call.uselessWakeups++;
        const last = call.wakes.length - WAKE_FIELDS;
        if (last >= 0) {
          call.wakes[last + WakeAt.useless] = 1;
          call.wakes[last + WakeAt.copies] = call.cpuCopies > call.wakes[last + WakeAt.copies] ? 1 : 0;
        }
      }
      call.wokenSinceSleep = false;
      call.sleepPayload = 0;
    }
  }
  thread.refreshBucket();
}

/**
 * What an off-CPU wait is charged to: waiting for the socket lock is lock time, a page fault or memory wait inside a
 * pin or copy belongs to that phase; everything else is the wait for data.
 */
function waitBucket(thread: ThreadState, state: number): number {
  if (thread.depth === 0) return Bucket.sleep;
  const bucket = thread.frameBucket[thread.depth - 1];
  if (bucket === Bucket.lock) return Bucket.lock;
  if (state !== TaskState.uninterruptible) return Bucket.sleep;
  const isWork = bucket === Bucket.copy || bucket === Bucket.pin || bucket === Bucket.unpin || bucket === Bucket.submit;
  return isWork ? bucket : Bucket.sleep;
}

export function switchIn(thread: ThreadState, cpu: number, now: number): void {
  if (thread.off !== Off.running) resumeThread(thread, now);
  thread.cpu = cpu;
}

/**
 * A wakeup of `woken` told by `waker`'s line. `isPrimary` false: the second line of the same action (sched_wakeup after
 * sched_waking). Waking oneself out of one's own backlog is no wakeup.
 */
export function wake(rules: WakeRules, waker: ThreadState, woken: ThreadState, isPrimary: boolean, now: number): void {
  const call = woken.call;
  if (woken.off === Off.sleeping) {
    if (!Number.isNaN(woken.wokenAtNs)) return;
    advance(woken, now);
    woken.wokenAtNs = Math.max(now, woken.offSinceNs);
    woken.refreshBucket();
    if (call === null || woken.offBucket !== Bucket.sleep) return;
    if (!Number.isNaN(woken.pendingWakeNs) && !isPrimary) {
      // sched_waking came before the switch line, sched_wakeup after it: one wakeup that was not early.
      call.earlyWakeups--;
      call.wokenSinceSleep = true;
      call.wakes[call.wakes.length - WAKE_FIELDS + WakeAt.early] = 0;
      return;
    }
    addWake(rules, waker, woken, false, now);
    return;
  }
  if (waker === woken || woken.off === Off.preempted || call === null || !isPrimary) return;
  woken.pendingWakeNs = now;
  addWake(rules, waker, woken, true, now);
}

function addWake(rules: WakeRules, waker: ThreadState, woken: ThreadState, isEarly: boolean, now: number): void {
  const call = woken.call!;
  call.wakeups++;
  if (isEarly) call.earlyWakeups++;
  else call.wokenSinceSleep = true;
  const reason = reasonOf(rules, waker, woken, isEarly, now);
  call.wakeReason = reason;
  waker.lastWoken = call;
  waker.lastWokenAt = call.wakes.length;
  waker.lastWokenNs = now;
  call.wakes.push(reason, isEarly ? 1 : 0, 0, call.cpuCopies);
  const label =
    (isEarly ? EARLY_LABELS : LABELS)[reason] ?? (isEarly ? 'early wakeup: early copy' : 'wakeup: early copy');
  call.addLane('waker', now, now, waker.cpu, label);
}
