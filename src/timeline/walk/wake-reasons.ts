import { Activity } from '../state/activities.ts';
import type { EventRow } from '../state/event-row.ts';
import { CallFlag } from '../state/open-call.ts';
import { Frame, type ThreadState } from '../state/thread.ts';
import { LATCH, LATCH_CHARGED, WakeReason, type WakeRules } from '../state/wake-rules.ts';

/** A data-ready callback this long before a wakeup of the same thread did not cause it. */
const SAME_ACTION_NS = 50_000;

/** Only what the lines around the wakeup prove; rows/wakes.ts adds what the rest of the call proves. */
export function reasonOf(
  rules: WakeRules,
  waker: ThreadState,
  woken: ThreadState,
  isEarly: boolean,
  now: number,
): number {
  if (now - woken.lastSignalNs < SAME_ACTION_NS) return WakeReason.signal;
  const call = woken.call!;
  const isInTry = isInRecorded(waker, Activity.early);
  if (!isInTry && !(now - waker.lastDataReadyNs < SAME_ACTION_NS)) {
    // tcp_v4_rcv woke the reader itself: tcp_prequeue (inline up to 3.9), first segment of an empty prequeue.
    const isFromEntry = rules.showsInput && !rules.hasRcvlowat && now - waker.inputEnteredNs < SAME_ACTION_NS;
    return isFromEntry ? WakeReason.prequeue : WakeReason.unknown;
  }
  if (!isInTry && !waker.lastDataReadyEarly) {
    const lowat = rules.lowatOf.get(call.sock) ?? Number.NaN;
    return lowat > 1 && call.sleepPayload >= lowat ? WakeReason.rcvlowat : WakeReason.segment;
  }
  // Without submissions in the text a refused attempt looks like one that was taken.
  if (!rules.showsSubmits) return WakeReason.unknown;
  // In tcp_dma_try_early_copy: refused before any copy, or the latch after a copy (buffer full, PSH or rcvbuf/2).
  if (!waker.lastDataReadyTaken) return WakeReason['cannot-copy-early'];
  if (call.submitBytes + call.cpuCopyBytes >= call.requestedBytes) return WakeReason['buffer-full'];
  if (isEarly) return WakeReason.unknown;
  return call.submits === call.earlyCopies ? LATCH : LATCH_CHARGED;
}

/** Between the recorded entry and return of such a function. */
function isInRecorded(thread: ThreadState, activity: number): boolean {
  const frame = thread.findFrame(activity, -1, -1, false);
  return frame >= 0 && (thread.frameFlags[frame] & (Frame.entry | Frame.openEnded)) === 0;
}

/**
 * tcp_prequeue arms the delayed-ACK timer at 3/4 of RTO_min (HZ/5) right after it has woken the reader, if no ACK is
 * scheduled: 150 jiffies at HZ 1000, 75 at 500, 37 at 250, 15 at 100. A delayed ACK is armed at its own ato, from HZ/25 on. A
 * pinned call never uses the prequeue: there the wakeup was the early copy's.
 */
const PREQUEUE_JIFFIES = new Set([150, 75, 45, 37, 15]);

export function takeDelackArmed(thread: ThreadState, row: EventRow): void {
  const call = thread.lastWoken;
  thread.lastWoken = null;
  if (call === null || !(row.at - thread.lastWokenNs < SAME_ACTION_NS) || !PREQUEUE_JIFFIES.has(row.arg0)) return;
  if ((call.flags & CallFlag.pinSeen) !== 0) return;
  if (call.wakes[thread.lastWokenAt] !== WakeReason.unknown) return;
  call.wakes[thread.lastWokenAt] = WakeReason.prequeue;
  call.wakeReason = WakeReason.prequeue;
}
