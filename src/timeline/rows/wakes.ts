import { CallState } from '../../model/calls.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import { LATCH, LATCH_CHARGED, WAKE_FIELDS, WakeAt, WakeReason, type WakeRules } from '../state/wake-rules.ts';

const MSG_WAITALL_OR_PEEK = 0x102;
const EAGAIN = -11;
const ECONNRESET = -104;

/**
 * What the end of the call proves of its wakeups; returns the reason of the last one (-1 none).
 *
 * Latch (2.6.18–3.5): a call that returns less than it asked for never had a full buffer. A reader that sleeps has drained its
 * receive queue, and a segment that is copied early met header prediction, so nothing is out of order: then sk_rmem_alloc
 * holds only segments that the engine copied from the queue before and that are still parked. None of those: it was PSH.
 *
 * Useless wakeup (4.18 on): sk_data_ready runs at SO_RCVLOWAT bytes, and with as many the call returns (MSG_WAITALL
 * apart). A reader that copied something and slept again was woken by the other clauses: memory pressure or a window
 * of at most one segment.
 */
export function settleWakes(call: OpenCall, rules: WakeRules, isSignal: boolean): number {
  const w = call.wakes;
  const isWhole = (call.state & (CallState.cutAtEnd | CallState.lossInside)) === 0;
  const neverFull = isWhole && call.returnedBytes > 0 && call.returnedBytes < call.requestedBytes;
  const hasTarget = call.callFlags >= 0 && (call.callFlags & MSG_WAITALL_OR_PEEK) === 0;
  const provesPressure = rules.hasRcvlowat && hasTarget && (call.flags & CallFlag.udp) === 0;
  for (let i = 0; i < w.length; i += WAKE_FIELDS) {
    if (w[i] === LATCH) w[i] = neverFull ? WakeReason.psh : WakeReason.unknown;
    else if (w[i] === LATCH_CHARGED) w[i] = neverFull ? WakeReason['psh-or-rcvbuf-half'] : WakeReason.unknown;
    else if (w[i] === WakeReason.segment && provesPressure && wasUseless(w, i))
      if (rules.isOnlyReader(call.sock, call.tid)) w[i] = WakeReason['memory-pressure'];
  }
  if (w.length === 0) return call.wakeReason;
  const last = w.length - WAKE_FIELDS;
  w[last] = refineLast(call, w[last], isSignal);
  return w[last];
}

/** Not early, slept again in the same call, and copied something between. */
function wasUseless(wakes: readonly number[], i: number): boolean {
  return wakes[i + WakeAt.early] === 0 && wakes[i + WakeAt.useless] === 1 && wakes[i + WakeAt.copies] === 1;
}

/** The end of the call tells why the last sleep ended. */
function refineLast(call: OpenCall, reason: number, isSignal: boolean): number {
  if (isSignal) return WakeReason.signal;
  if (call.returnedBytes === 0 && call.requestedBytes > 0 && call.cpuCopies === 0 && call.submits === 0)
    return WakeReason.fin;
  if (call.returnedBytes === ECONNRESET) return WakeReason.rst;
  if (call.returnedBytes === EAGAIN && call.sleeps > 0) return WakeReason.timeout;
  return reason;
}
