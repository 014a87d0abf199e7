import { CallState } from '../../model/calls.ts';
import { type EventBatch, Kind, Unread } from '../../model/events.ts';
import { Activity } from '../state/activities.ts';
import { EventRow, RowClass } from '../state/event-row.ts';
import { Off, type ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { beginFrame, closeLeaf, endFrame } from './begin-end.ts';
import { enterCall, exitCall, takeZerocopy } from './calls.ts';
import { resumeThread, touchCall } from './clock.ts';
import { closeOpenCall, stopThread } from './close-call.ts';
import { noteInside } from './last-act.ts';
import { emitLoneReturn } from './lone-returns.ts';
import { takeNapiPoll, takePoint } from './points.ts';
import { takeScheduling } from './scheduling.ts';
import { unwind } from './unwind.ts';

/**
 * One pass over the rows of one file in time order. Keeps a stack of frames per thread, moves the clock of that thread's
 * open call at every row (clock.ts `advance`), counts what was copied, submitted, woken.
 */
export class Sweep {
  private readonly walk: WalkState;
  private readonly row: EventRow;

  constructor(walk: WalkState) {
    this.walk = walk;
    this.row = new EventRow(walk.roles);
  }

  process(batch: EventBatch, index: number): void {
    const { walk, row } = this;
    row.moveTo(batch, index);
    const { rowClass } = row;
    if (rowClass > RowClass.arrival) {
      this.takeBorder();
      return;
    }
    const { cpu } = row;
    const thread = walk.threadOf(row.tid, cpu);
    const at = walk.isTimeless ? thread.virtualNs : row.printedNs;
    if (Number.isNaN(at)) return;
    row.at = at;
    if (!walk.isTimeless) walk.counts.noteTime(at);
    if (rowClass === RowClass.arrival) {
      if (row.kind === Kind.napiPoll) takeNapiPoll(walk, thread, row);
      walk.arrivals?.take(row, thread);
      return;
    }
    if (!Number.isNaN(thread.leafEndNs)) closeLeaf(walk, thread, at);
    if (rowClass === RowClass.scheduler) {
      if (row.tellsOfArrivals) walk.arrivals?.take(row, thread);
      takeScheduling(walk, thread, row);
      return;
    }
    // A line of a task that was switched out: its switch back was filtered or lost.
    if (thread.off !== Off.running) {
      walk.schedule.resume(thread.tid, at);
      resumeThread(thread, at);
    }
    thread.cpu = cpu;
    if (row.comm >= 0) thread.comm = row.comm;
    unwind(walk, thread, row);
    if (row.tellsOfArrivals) walk.arrivals?.take(row, thread);
    const call = thread.call;
    if (call !== null) {
      call.events++;
      touchCall(thread, call, row);
    }
    this.dispatch(thread);
    if (call !== null && !call.baseHasExit && call.insideNs === at) noteInside(walk, thread, call, row);
  }

  private dispatch(thread: ThreadState): void {
    const { walk, row } = this;
    const { activity } = row;
    if (activity === Activity.none) takePoint(walk, thread, row);
    else if (activity === Activity.call) {
      if (row.isEnd) exitCall(walk, thread, row);
      else enterCall(walk, thread, row);
    } else if (activity === Activity.zerocopy && takeZerocopy(walk, thread, row)) return;
    else if (row.isBegin) beginFrame(walk, thread, row);
    else endFrame(walk, thread, row);
  }

  private takeBorder(): void {
    const { walk, row } = this;
    // Nothing of a marker is used but that recording went on.
    if (row.rowClass === RowClass.idle) {
      if (row.printedNs > walk.counts.lastNs) walk.counts.lastNs = row.printedNs;
    } else if (row.kind === Kind.unread) this.takeUnread();
    else if (row.kind === Kind.lost) this.takeLoss(row.arg1 === 1 ? row.cpu : -1);
    else {
      walk.schedule.stop();
      for (const thread of walk.threads.values()) stopThread(walk, thread);
    }
  }

  /** Pairs are never formed across a loss: open calls of that CPU (-1: all) end here, flagged; later returns stand alone. */
  private takeLoss(cpu: number): void {
    this.walk.schedule.stop();
    for (const thread of this.walk.threads.values()) {
      if (cpu >= 0 && thread.cpu !== cpu) continue;
      thread.lossSinceCall = true;
      if (thread.call !== null) thread.call.state |= CallState.lossInside;
      stopThread(this.walk, thread);
    }
  }

  /** A line could not be read: the calls whose fact it may have told are flagged; what the other lines tell goes on. */
  private takeUnread(): void {
    const { walk, row } = this;
    if (row.arg0 === Unread.anyCall) {
      walk.schedule.stop();
      walk.unreadSchedulerLines++;
      return;
    }
    const thread = walk.threadOf(row.tid, row.cpu);
    if (thread.call === null) thread.lossSinceCall = thread.unreadSinceCall = true;
    else thread.call.state |= CallState.lossInside;
  }

  finish(): void {
    const { walk } = this;
    for (const thread of walk.threads.values()) {
      if (!Number.isNaN(thread.leafEndNs)) closeLeaf(walk, thread, thread.leafEndNs);
      if (thread.loneReturn !== null) emitLoneReturn(walk, thread);
      closeOpenCall(walk, thread);
      walk.counts.unlinkedEarlyCopies += thread.unlinkedCopies;
    }
  }
}
