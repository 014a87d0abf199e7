import { Activity } from '../state/activities.ts';
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
  if (!isInTry && !(now - waker.lastDataReadyNs < SAME_ACTION_NS)) return WakeReason.unknown;
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
