import { Edge, Source } from '../../src/model/events.ts';
import { scanAddress, scanNumber } from '../text/numbers.ts';
import { bytesOf, findBytes } from '../text/scan.ts';
import { type Decode, type LineHead, Outcome } from './line-head.ts';

const DELACK = bytesOf('tcp_delack_timer');
const FUNCTION = bytesOf('func');
const TIMEOUT = bytesOf('timeout');
/** `timer=` and, up to 2.6.32, `timer `. */
const TIMER_BYTES = 6;
/** A capture has one delayed-ACK timer per socket. */
const MAX_TIMERS = 65_536;

/**
 * Addresses of delayed-ACK timers by reader. Until 2.6.35 the expiry names no function; the arming does:
 *   timer_start: timer ffff88002cfddd10: func tcp_delack_timer, expires 4294706364, timeout 40     2.6.32
 *   timer_expire_entry: timer ffff88002cfddd10: now 4294706324                                     2.6.32
 *   timer_expire_entry: timer=ffff88002cfddd10 now=4294706324                                      2.6.33–2.6.35
 *   timer_expire_entry: timer=… function=tcp_delack_timer now=4294706324 [baseclk=…]               2.6.36 on
 */
const armed = new WeakMap<LineHead, Set<number>>();

export const decodeTimerStart: Decode = (head, event, buf, start, end) => {
  const timer = scanAddress(buf, start + TIMER_BYTES, end);
  const isDelack = findBytes(buf, start, end, DELACK) >= 0;
  let timers = armed.get(head);
  if (timers === undefined) {
    if (!isDelack) return Outcome.unused;
    timers = new Set();
    armed.set(head, timers);
  }
  if (isDelack && timers.size < MAX_TIMERS) timers.add(timer);
  // The memory of a closed socket may hold another timer later.
  else timers.delete(timer);
  if (!isDelack) return Outcome.unused;
  // `timeout 40` in 2.6.32, `[timeout=40]` later: how far ahead, by which the prequeue's arming is told from a delayed ACK's.
  const timeout = findBytes(buf, start, end, TIMEOUT);
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  head.writer.batch.obj[row] = timer;
  if (timeout >= 0) head.writer.batch.arg0[row] = scanNumber(buf, timeout + TIMEOUT.length + 1, end);
  return Outcome.used;
};

/** Other timers are of no interest. */
export const decodeTimerExpiry: Decode = (head, event, buf, start, end) => {
  const timer = scanAddress(buf, start + TIMER_BYTES, end);
  if (findBytes(buf, start, end, DELACK) < 0) {
    if (findBytes(buf, start, end, FUNCTION) >= 0) return Outcome.unused;
    if (armed.get(head)?.has(timer) !== true) return Outcome.unused;
  }
  const row = head.addRow(event.kind, Source.tracepoint, Edge.point, event.probe);
  head.writer.batch.obj[row] = timer;
  return Outcome.used;
};
