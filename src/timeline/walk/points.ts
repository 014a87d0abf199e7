import { CONTEXT_UNKNOWN, Context, Kind, Source } from '../../model/events.ts';
import { Activity } from '../state/activities.ts';
import { Bucket } from '../state/buckets.ts';
import type { EventRow } from '../state/event-row.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import { noteSegment } from '../state/segments.ts';
import { Off, type ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { advance } from './clock.ts';
import { noteReceiveLength } from './completions.ts';
import { armTimer, takeDelackTimer } from './delayed-ack.ts';
import { noteDoorbell } from './steps.ts';
import { takeDelackArmed } from './wake-reasons.ts';

const RECV_ZC = 3;

/** Lines that are neither begin nor end of anything. */
export function takePoint(walk: WalkState, thread: ThreadState, row: EventRow): void {
  if (row.source !== Source.function) advance(thread, row.at);
  const call = thread.ownCall;
  switch (row.kind) {
    case Kind.channelLookUp:
      if (call !== null && isLookUpOfReader(thread, row)) call.flags |= CallFlag.channelLookedUp;
      return;
    case Kind.channelEnd:
      if (call !== null && !Number.isNaN(row.arg0)) takeChannel(thread, call, row);
      return;
    case Kind.dataReady:
      takeDataReady(walk, thread, row);
      return;
    case Kind.queued:
      // The prequeue wakes the reader itself, without the data-ready callback (up to 4.13).
      if (row.role.isPrequeue) takeDataReady(walk, thread, row);
      return;
    case Kind.rcvlowat:
      if (row.arg0 > 0 && row.sock >= 0) walk.wakeRules.lowatOf.set(row.sock, row.arg0);
      return;
    case Kind.issue:
      if (call !== null) noteDoorbell(thread);
      else if (thread.isInterrupted && row.role.name === 'dma_issue_pending_all') walk.counts.issuePendingInSoftirq++;
      return;
    case Kind.recvLength:
      noteReceiveLength(walk, thread, row);
      return;
    case Kind.segmentArrived:
      walk.lastSegmentNs = row.at;
      noteSegment(thread, row);
      return;
    case Kind.delackTimer:
      takeDelackTimer(walk, thread, row);
      return;
    case Kind.delackArmed:
      takeDelackArmed(thread, row);
      armTimer(walk, thread, row);
      return;
    case Kind.pollBegin:
      if (thread.hasReceived) walk.counts.readerPolls++;
      return;
    case Kind.signal:
      // signal_generate stands in the sender's context and names the target; signal_deliver in the target's.
      (walk.threads.get(row.arg1) ?? thread).lastSignalNs = row.at;
      return;
    case Kind.ioSubmit:
      if (thread.call !== null && row.arg0 === RECV_ZC) thread.call.flags |= CallFlag.ioUringZc;
      return;
  }
}

/** `#define BUSY_POLL_BUDGET 8` (include/net/busy_poll.h, net/core/dev.c). */
const BUSY_POLL_BUDGET = 8;

/**
 * A poll of the reader's own: tcp_recvmsg busy polls before anything else (sk_busy_loop), and trace_napi_poll stands behind each
 * poll, so that the time since the line before was spent polling. Softirqs poll with the weight of the device (64), netpoll with
 * 0; a budget of SO_BUSY_POLL_BUDGET is told from a weight by the flags of the line, where it has them.
 */
export function takeNapiPoll(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const call = thread.ownCall;
  if (call === null || thread.off !== Off.running || !(row.arg1 > 0)) return;
  const isOutsideSoftirq = row.context !== CONTEXT_UNKNOWN && (row.context & Context.softirqFlag) === 0;
  if (row.arg1 !== BUSY_POLL_BUDGET && !(isOutsideSoftirq && row.arg1 !== SOFTIRQ_WEIGHT)) return;
  const { bucket } = thread;
  const isLoop = bucket === Bucket.unattributed || bucket === Bucket.entry || bucket === Bucket.queue;
  advance(thread, row.at, undefined, isLoop ? Bucket.busyPoll : bucket);
  walk.counts.readerBusyPolls++;
}
const SOFTIRQ_WEIGHT = 64;

function isLookUpOfReader(thread: ThreadState, row: EventRow): boolean {
  const { parent } = row;
  if (parent.id >= 0) return parent.isTcp;
  // function_graph: directly inside tcp_recvmsg, not below the early copy or a queue copy.
  const top = thread.depth - 1;
  return top >= 0 && thread.activity[top] === Activity.call;
}

/** Only a pinned call looks for a channel again: without a pin every look-up of its own is the predicate's. */
function takeChannel(thread: ThreadState, call: OpenCall, row: EventRow): void {
  if ((call.flags & CallFlag.pinSeen) !== 0 || thread.hasActivityAbove(Activity.segment, call.baseDepth)) return;
  if (row.arg0 === 0) call.flags |= CallFlag.channelNone;
  else if (row.role.name === 'dma_find_channel') call.flags |= CallFlag.engineFound;
}

function takeDataReady(walk: WalkState, thread: ThreadState, row: EventRow): void {
  if (!walk.wakeRules.hasRcvlowat) {
    const { name } = row.role;
    walk.wakeRules.hasRcvlowat = name === 'tcp_data_ready' || name === 'sk_data_ready';
  }
  thread.lastDataReadyNs = row.at;
  const isVisible = walk.traits.saw(Kind.earlyTry);
  const isEarly = thread.hasActivityAbove(Activity.early, 0) || row.parent.name === 'tcp_dma_try_early_copy';
  thread.lastDataReadyEarly = isEarly || (!isVisible && thread.lastDataReadyTaken);
}
