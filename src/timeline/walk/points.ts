import { type EventBatch, Kind, Source } from '../../model/events.ts';
import { Family } from '../state/families.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import type { ThreadState } from '../state/thread.ts';
import { noteReceiveLength } from './completions.ts';
import { advance } from './frames.ts';
import { noteDoorbell } from './steps.ts';
import type { Sweep } from './sweep.ts';

/** Lines that are neither begin nor end of anything. */
export function takePoint(sweep: Sweep, thread: ThreadState, kind: number, b: EventBatch, i: number, at: number): void {
  if (b.source[i] !== Source.function) advance(thread, at);
  const call = thread.call;
  const isOwn = call !== null && !thread.isInterrupted;
  switch (kind) {
    case Kind.channelLookUp:
      if (isOwn && isLookUpOfReader(sweep, thread, b, i)) call.flags |= CallFlag.channelLookedUp;
      return;
    case Kind.channelEnd:
      if (isOwn && !Number.isNaN(b.arg0[i])) takeChannel(thread, call, sweep.roles.roleOf(b.probe[i]).name, b.arg0[i]);
      return;
    case Kind.dataReady:
      takeDataReady(sweep, thread, b, i, at);
      return;
    case Kind.queued:
      // The prequeue wakes the reader itself, without the data-ready callback (up to 4.13).
      if (sweep.roles.roleOf(b.probe[i]).isPrequeue) takeDataReady(sweep, thread, b, i, at);
      return;
    case Kind.rcvlowat:
      if (b.arg0[i] > 0 && b.sock[i] >= 0) sweep.wakeRules.lowatOf.set(b.sock[i], b.arg0[i]);
      return;
    case Kind.issue:
      if (!isOwn && thread.isInterrupted && sweep.roles.roleOf(b.probe[i]).name === 'dma_issue_pending_all')
        sweep.counts.issuePendingInSoftirq++;
      if (isOwn) noteDoorbell(thread);
      return;
    case Kind.recvLength:
      noteReceiveLength(sweep, thread, b, i, at);
      return;
    case Kind.segmentArrived:
      sweep.lastSegmentNs = at;
      return;
    case Kind.delackTimer:
      sweep.delayedAcks.takeTimer(thread, sweep.roles.roleOf(b.probe[i]), b, i, at);
      return;
    case Kind.pollBegin:
      if (thread.hasReceived) sweep.counts.readerPolls++;
      return;
    case Kind.signal:
      // signal_generate stands in the sender's context and names the target; signal_deliver in the target's.
      (sweep.threads.get(b.arg1[i]) ?? thread).lastSignalNs = at;
      return;
    case Kind.ioSubmit:
    case Kind.ioComplete:
      if (call !== null) call.flags |= CallFlag.ioUring;
      if (call !== null && b.arg0[i] === 3 && kind === Kind.ioSubmit) call.flags |= CallFlag.ioUringZc;
      return;
  }
}

function isLookUpOfReader(sweep: Sweep, thread: ThreadState, b: EventBatch, i: number): boolean {
  const parent = sweep.roles.roleOf(b.parent[i]);
  if (b.parent[i] >= 0) return parent.isTcp;
  // function_graph: directly inside tcp_recvmsg, not below the early copy or a queue copy.
  const top = thread.depth - 1;
  return top >= 0 && thread.family[top] === Family.call;
}

/** Only a pinned call looks for a channel again: without a pin every look-up of its own is the predicate's. */
function takeChannel(thread: ThreadState, call: OpenCall, name: string, channel: number): void {
  if ((call.flags & CallFlag.pinSeen) !== 0 || thread.hasFamilyAbove(Family.segment, call.baseDepth)) return;
  if (channel === 0) call.flags |= CallFlag.channelNone;
  else if (name === 'dma_find_channel') call.flags |= CallFlag.engineFound;
}

function takeDataReady(sweep: Sweep, thread: ThreadState, b: EventBatch, i: number, at: number): void {
  if (!sweep.wakeRules.hasRcvlowat) {
    const { name } = sweep.roles.roleOf(b.probe[i]);
    sweep.wakeRules.hasRcvlowat = name === 'tcp_data_ready' || name === 'sk_data_ready';
  }
  thread.lastDataReadyNs = at;
  const parent = sweep.roles.roleOf(b.parent[i]).name;
  const isVisible = sweep.traits.saw(Kind.earlyTry);
  const isEarly = thread.hasFamilyAbove(Family.early, 0) || parent === 'tcp_dma_try_early_copy';
  thread.lastDataReadyEarly = isEarly || (!isVisible && thread.lastDataReadyTaken);
}
