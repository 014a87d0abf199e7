import { CallState } from '../../model/calls.ts';
import { WAKE_REASONS } from '../../model/wake-reasons.ts';
import { Family } from '../state/families.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import { Frame, type ThreadState } from '../state/thread.ts';

export { WAKE_REASONS };
export const WakeReason = Object.fromEntries(WAKE_REASONS.map((name, index) => [name, index])) as Record<
  (typeof WAKE_REASONS)[number],
  number
>;
/** Per wakeup in OpenCall.wakes: reason, 1 early, 1 useless, copies at the wakeup (useless ones: 1 = copied since). */
export const WAKE_FIELDS = 4;
/** A data-ready callback this long before a wakeup of the same thread did not cause it. */
const SAME_ACTION_NS = 50_000;
const MSG_WAITALL_OR_PEEK = 0x102;
const EAGAIN = -11;
const ECONNRESET = -104;

/** The latch of the early copy, settled at the end of the call: nothing else charged to the socket / maybe something. */
const LATCH = WAKE_REASONS.length;
const LATCH_CHARGED = LATCH + 1;

/** What the file tells of the rules by which its kernel wakes readers. */
export class WakeRules {
  /** 4.18 on: tcp_data_ready wakes only when SO_RCVLOWAT is reached, or under memory pressure or with a small window. */
  hasRcvlowat = false;
  /** Submissions are in the text: an early copy that shows none was refused. */
  showsSubmits = false;
  /** SO_RCVLOWAT by socket, from tcp_set_rcvlowat(sk, val); the kernel may cap it at half the buffer. */
  readonly lowatOf = new Map<number, number>();
  private readonly threadsOf = new Map<number, Set<number>>();
  private lastSock = Number.NaN;
  private lastTid = Number.NaN;

  noteReader(sock: number, tid: number): void {
    // One thread reads one socket for thousands of calls.
    if (sock === this.lastSock && tid === this.lastTid) return;
    this.lastSock = sock;
    this.lastTid = tid;
    const threads = this.threadsOf.get(sock);
    if (threads === undefined) this.threadsOf.set(sock, new Set([tid]));
    else threads.add(tid);
  }

  /** No other thread can have taken what woke this one; a socket that is not named may be any. */
  isOnlyReader(sock: number, tid: number): boolean {
    for (const [other, threads] of this.threadsOf) {
      if (sock >= 0 && other >= 0 && other !== sock) continue;
      if (threads.size > 1 || !threads.has(tid)) return false;
    }
    return true;
  }
}

/** Only what the lines around the wakeup prove; settleWakes adds what the rest of the call proves. */
export function reasonOf(
  waker: ThreadState,
  woken: ThreadState,
  isEarly: boolean,
  now: number,
  rules: WakeRules,
): number {
  if (now - woken.lastSignalNs < SAME_ACTION_NS) return WakeReason.signal;
  const call = woken.call!;
  const isInTry = isInBracket(waker, Family.early);
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
function isInBracket(thread: ThreadState, family: number): boolean {
  const frame = thread.findFrame(family, -1, -1, false);
  return frame >= 0 && (thread.frameFlags[frame] & (Frame.entry | Frame.openEnded)) === 0;
}

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
    else if (w[i] === WakeReason.segment && w[i + 1] === 0 && w[i + 2] === 1 && w[i + 3] === 1 && provesPressure)
      if (rules.isOnlyReader(call.sock, call.tid)) w[i] = WakeReason['memory-pressure'];
  }
  if (w.length === 0) return call.wakeReason;
  const last = w.length - WAKE_FIELDS;
  w[last] = refineLast(call, w[last], isSignal);
  return w[last];
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
