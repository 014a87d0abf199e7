import type { OpenCall } from '../state/open-call.ts';
import { CallFlag } from '../state/open-call.ts';
import type { ThreadState } from '../state/thread.ts';

/** LINK_KINDS indexes. */
export const Link = { none: 0, socket: 1, wakeup: 2, time: 3 } as const;

/**
 * The call an early copy in another context serves: the softirq task is never the reader. By socket when both sides name
 * it; else by time when exactly one pinned call waits; else nobody (kept at the softirq until a wakeup tells).
 */
export function findServedCall(
  openCalls: ReadonlySet<ThreadState>,
  sock: number,
  isPinVisible: boolean,
): { reader: ThreadState | null; link: number } {
  let waiting: ThreadState | null = null;
  let candidates = 0;
  for (const thread of openCalls) {
    const call = thread.call!;
    if (sock >= 0 && call.sock === sock) return { reader: thread, link: Link.socket };
    if ((call.flags & CallFlag.udp) !== 0) continue;
    const isPinned = (call.flags & CallFlag.pinSeen) !== 0 && (call.flags & CallFlag.pinRefused) === 0;
    if (isPinVisible && !isPinned) continue;
    if (sock >= 0 && call.sock >= 0) continue;
    if (!thread.isWaitingForData) continue;
    candidates++;
    waiting = thread;
  }
  return candidates === 1 ? { reader: waiting, link: Link.time } : { reader: null, link: Link.none };
}

export function addEarlyCopy(call: OpenCall, bytes: number, copies: number, link: number, now: number): void {
  call.submits += copies;
  call.earlyCopies += copies;
  call.softirqEarly += copies;
  if (!Number.isNaN(bytes)) {
    call.submitBytes += bytes;
    call.softirqEarlyBytes += bytes;
  } else call.flags |= CallFlag.unknownSubmitBytes;
  if (call.engineSinceNs < 0) call.engineSinceNs = now;
  // The weakest way of linking is what a reader has to doubt.
  if (link > call.link) call.link = link;
}
