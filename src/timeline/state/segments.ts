import { Activity } from './activities.ts';
import type { EventRow } from './event-row.ts';
import type { ThreadState } from './thread.ts';

/** Without softirq lines: what comes this soon after a line of the same context belongs to it. */
export const SAME_ACTION_NS = 50_000;

/**
 * Segments by the context that processes them: netif_receive_skb names the skb, tcp_probe its socket and, from 6.7 on, the skb
 * too. An skb has one tcp_probe: a second one is of a segment whose arrival has no line.
 */
export function noteSegment(thread: ThreadState, row: EventRow): void {
  const { obj, sock } = row;
  const isProbe = row.role.name === 'tcp_probe';
  const isNamed = !Number.isNaN(obj);
  if (isNamed || (isProbe && (thread.isProbed || !isInSegment(thread, row.at)))) {
    thread.segmentSkb = obj;
    thread.segmentSock = -1;
    thread.isProbed = false;
  }
  // Functions of TCP input name neither and go on with the segment at hand.
  thread.isProbed ||= isProbe;
  if (sock >= 0) thread.segmentSock = sock;
  thread.segmentNs = row.at;
}

/** The skb of a tcp_probe that noteSegment has taken; NaN unknown. */
export const skbOf = (thread: ThreadState, row: EventRow): number =>
  Number.isNaN(row.obj) ? thread.segmentSkb : row.obj;

/** What the context does at that time is still the work on its last segment. */
export function isInSegment(thread: ThreadState, at: number): boolean {
  const softirqNs = softirqOf(thread);
  return Number.isNaN(softirqNs) ? at - thread.segmentNs <= SAME_ACTION_NS : thread.segmentNs >= softirqNs;
}

/** Start of the innermost softirq of this thread. */
export function softirqOf(thread: ThreadState): number {
  for (let i = thread.depth - 1; i >= 0; i--) if (thread.activity[i] === Activity.softirq) return thread.frameStart[i];
  return Number.NaN;
}
