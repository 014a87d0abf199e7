import { Kind, TaskState } from '../../model/events.ts';
import { Activity } from '../state/activities.ts';
import type { EventRow } from '../state/event-row.ts';
import { Off, type ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { advance, touchCall } from './clock.ts';
import { closeOpenCall } from './close-call.ts';
import { endOpenFrames } from './frames.ts';
import { addEarlyCopy, Link } from './served-call.ts';
import { dropInterruptFrames, endPointFrames } from './unwind.ts';
import { switchIn, switchOut, wake } from './wakeups.ts';

/** Lines of the scheduler: what they mean for the thread they are about, and for the one that printed them. */
export function takeScheduling(walk: WalkState, thread: ThreadState, row: EventRow): void {
  if (row.kind === Kind.switchOut) takeSwitchOut(walk, thread, row);
  else if (row.kind === Kind.wakeup) takeWakeup(walk, thread, row);
  else takeSwitchIn(walk, thread, row);
}

function takeSwitchIn(walk: WalkState, thread: ThreadState, row: EventRow): void {
  if (!walk.isTimeless) walk.schedule.enter(row.tid, row.comm, row.at, row.arg1);
  switchIn(thread, row.cpu, row.at);
  if (thread.call !== null) touchCall(thread, thread.call, row);
  if (row.comm >= 0) thread.comm = row.comm;
}

function takeSwitchOut(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { at, cpu, arg0: state, arg1: nextTid } = row;
  if (!walk.isTimeless) {
    walk.switches.add(at, cpu, row.tid, nextTid);
    walk.schedule.leave(row);
  }
  if (row.comm >= 0) thread.comm = row.comm;
  thread.cpu = cpu;
  if (thread.isInterrupted && thread.call !== null) dropInterruptFrames(walk, thread, at);
  if (state !== TaskState.running) endOpenFrames(walk, thread, at, false);
  const call = thread.call;
  if (call !== null) {
    call.events++;
    touchCall(thread, call, row);
    if (!call.baseHasExit && state !== TaskState.running)
      advance(thread, at, thread.hasActivityAbove(Activity.sleep, call.baseDepth));
  }
  switchOut(thread, state, at);
  if (state === TaskState.dead) {
    closeOpenCall(walk, thread);
    thread.clearFrames();
    walk.forgetThread(thread);
  }
  if (walk.traits.hasSwitchIn || Number.isNaN(nextTid)) return;
  if (!walk.isTimeless) walk.schedule.enter(nextTid, -1, at, row.tid);
  switchIn(walk.threadOf(nextTid, cpu), cpu, at);
}

function takeWakeup(walk: WalkState, waker: ThreadState, row: EventRow): void {
  if (!waker.isInterrupted && waker.off === Off.running) endPointFrames(walk, waker, row);
  if (waker.call !== null) waker.call.events++;
  const tid = row.arg0;
  if (!(tid > 0) || row.arg2 === 0) return;
  const isPrimary = !walk.traits.hasWaking || row.role.name === 'sched_waking';
  if (!walk.isTimeless) walk.schedule.wake(row, isPrimary);
  const woken = walk.threads.get(tid);
  if (woken === undefined) return;
  walk.wakeRules.showsSubmits = walk.traits.saw(Kind.submit);
  wake(walk.wakeRules, waker, woken, isPrimary, row.at);
  if (waker.unlinkedCopies > 0 && woken.call !== null) linkByWakeup(waker, woken, row.at);
}

/** Early copies of this softirq served the call it wakes at its end. */
function linkByWakeup(waker: ThreadState, woken: ThreadState, at: number): void {
  advance(woken, at);
  addEarlyCopy(woken.call!, waker.unlinkedBytes, waker.unlinkedCopies, Link.wakeup, at);
  waker.unlinkedCopies = 0;
  waker.unlinkedBytes = 0;
}
