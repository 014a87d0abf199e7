import { type EventBatch, Kind, TaskState } from '../../model/events.ts';
import { Family } from '../state/families.ts';
import { Off, type ThreadState } from '../state/thread.ts';
import { addEarlyCopy, addLink, Link } from './background.ts';
import { advance, endOpenFrames } from './frames.ts';
import type { Sweep } from './sweep.ts';
import { dropInterruptFrames, endPointFrames } from './unwind.ts';
import { switchIn, switchOut, wake } from './wakeups.ts';

/** Lines of the scheduler: what they mean for the thread they are about, and for the one that printed them. */
export function takeSwitchOut(sweep: Sweep, thread: ThreadState, b: EventBatch, i: number, at: number): void {
  const state = b.arg0[i];
  if (!sweep.isTimeless) sweep.switches.add(at, b.cpu[i], b.tid[i], b.arg1[i]);
  if (b.comm[i] >= 0) thread.comm = b.comm[i];
  thread.cpu = b.cpu[i];
  // No task is switched out of an interrupt: brackets still open have lost their end or never had one.
  if (thread.isInterrupted && thread.call !== null) dropInterruptFrames(sweep, thread, at);
  if (state !== TaskState.running) endOpenFrames(thread, at, false, sweep.counts);
  const call = thread.call;
  if (call !== null) {
    call.events++;
    sweep.touchCall(thread, call, b, i);
    if (!call.baseHasExit && state !== TaskState.running)
      advance(thread, at, thread.hasFamilyAbove(Family.sleep, call.baseDepth));
  }
  switchOut(thread, state, at);
  if (state === TaskState.dead) sweep.forgetThread(thread);
  if (!sweep.traits.hasSwitchIn && !Number.isNaN(b.arg1[i]))
    switchIn(sweep.threadOf(b.arg1[i], b.cpu[i]), b.cpu[i], at);
}

export function takeWakeup(sweep: Sweep, waker: ThreadState, b: EventBatch, i: number, at: number): void {
  if (!waker.isInterrupted && waker.off === Off.running) endPointFrames(sweep, waker, Kind.wakeup, b, i, at);
  if (waker.call !== null) waker.call.events++;
  const tid = b.arg0[i];
  if (!(tid > 0) || b.arg2[i] === 0) return;
  const woken = sweep.threads.get(tid);
  if (woken === undefined) return;
  const role = sweep.roles.roleOf(b.probe[i]);
  const isPrimary = !sweep.traits.hasWaking || role.name === 'sched_waking';
  sweep.wakeRules.showsSubmits = sweep.traits.saw(Kind.submit);
  wake(waker, woken, isPrimary, at, sweep.wakeRules);
  if (waker.unlinkedCopies > 0 && woken.call !== null) linkByWakeup(waker, woken, at);
}

/** Early copies of this softirq served the call it wakes at its end. */
function linkByWakeup(waker: ThreadState, woken: ThreadState, at: number): void {
  advance(woken, at);
  addEarlyCopy(woken.call!, waker.unlinkedBytes, waker.unlinkedCopies, Link.wakeup, at);
  addLink(woken.call!, Link.wakeup);
  waker.unlinkedCopies = 0;
  waker.unlinkedBytes = 0;
}
