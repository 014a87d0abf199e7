import { Source } from '../../model/events.ts';
import { nameTable } from '../../model/name-table.ts';
import { Activity } from '../state/activities.ts';
import type { TimerRun } from '../state/delack-runs.ts';
import type { EventRow } from '../state/event-row.ts';
import { CallFlag } from '../state/open-call.ts';
import { isInSegment, SAME_ACTION_NS, softirqOf } from '../state/segments.ts';
import type { SocketTimer } from '../state/socket-timers.ts';
import { Off, type ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { advance } from './clock.ts';

/** timer_expire_entry, then tcp_delack_timer, then tcp_delack_timer_handler: one run of the timer. */
const ORDER: Record<string, number> = nameTable({
  timer_expire_entry: 1,
  tcp_delack_timer: 2,
  tcp_delack_timer_handler: 3,
});
/** A packet longer than headers with all options (IPv6, TCP, link layer) carries data: not the timer's ACK. */
const LONGEST_ACK = 134;

/**
 * Delayed-ACK timer. That it runs does not mean that an ACK was late: tcp_delack_timer_handler re-arms when the time is not
 * yet reached, does nothing when the ACK went out meanwhile, and is put off while the reader owns the socket. An episode is
 * a run that sent an ACK (`tcp_send_ack <-tcp_delack_timer_handler`, a transmit before the timer's softirq ends). Where no
 * line of the file could show an ACK, every run counts.
 *
 * What it cost: until then the sender may have held back (Nagle, a full window), so the time from the segment that armed the
 * timer (where no line tells: the last segment) to the ACK is added to the call that waited on its socket at that moment: an
 * upper bound, all of it sleep.
 */
export function takeDelackTimer(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { delacks } = walk;
  const { source, depth, sock } = row;
  const rank = ORDER[row.role.name] ?? 2;
  const run = delacks.running.get(thread);
  const goesOn = run !== undefined && (rank > run.rank || (rank === run.rank && source !== run.source));
  if (goesOn && isStillIn(thread, run, row.at)) {
    run.rank = rank;
    run.source = source;
    if (depth >= 0) run.depth = depth;
    if (run.sock < 0) run.sock = sock;
    if (Number.isNaN(run.timer)) run.timer = row.obj;
    return;
  }
  delacks.runs++;
  delacks.running.set(thread, {
    rank,
    source,
    atNs: row.at,
    softirqNs: softirqOf(thread),
    depth,
    sock,
    timer: row.obj,
  });
}

function isStillIn(thread: ThreadState, run: TimerRun, at: number): boolean {
  if (!Number.isNaN(run.softirqNs)) return softirqOf(thread) === run.softirqNs;
  return at - run.atNs <= SAME_ACTION_NS;
}

/** An ACK or transmit line. */
export function takeAck(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { delacks } = walk;
  const run = delacks.running.get(thread);
  if (run === undefined || row.role.group !== 'ack') return;
  const isOver = !isStillIn(thread, run, row.at);
  if (!isOver && !isTimersAck(thread, run, row)) return;
  delacks.running.delete(thread);
  if (isOver) return;
  delacks.acks++;
  charge(walk, run, row.at);
}

function isTimersAck(thread: ThreadState, run: TimerRun, row: EventRow): boolean {
  const { role, parent, source } = row;
  if (source === Source.function && parent.name !== '') return parent.name in ORDER;
  // A segment that is being processed sends its own ACK.
  if (thread.hasActivityAbove(Activity.segment, 0)) return false;
  if (source === Source.graph && run.depth >= 0 && row.depth <= run.depth) return false;
  return role.name !== 'net_dev_queue' || !(row.arg0 > LONGEST_ACK);
}

/** timer_start. */
export function armTimer(walk: WalkState, thread: ThreadState, row: EventRow): void {
  if (Number.isNaN(row.obj)) return;
  const isOfSegment = isInSegment(thread, row.at);
  const [skb, sock] = isOfSegment ? [thread.segmentSkb, thread.segmentSock] : [Number.NaN, -1];
  walk.delacks.sockets.arm(row.obj, row.at, skb, sock);
}

function charge(walk: WalkState, run: TimerRun, at: number): void {
  const timer = walk.delacks.sockets.find(run.timer);
  // NaN when neither the arming nor an arrival was seen before it.
  const sinceNs = timer?.armedNs ?? walk.lastSegmentNs;
  const late = at - sinceNs;
  if (!(late > 0)) return;
  walk.delacks.addedNs += late;
  const reader = findReader(walk, run, timer);
  if (reader === null) return;
  const call = reader.call!;
  advance(reader, at);
  const waitsSince = reader.off === Off.sleeping ? reader.offSinceNs : call.startNs;
  const from = Math.max(sinceNs, waitsSince, call.startNs);
  if (at <= from) return;
  call.delackNs += at - from;
  call.addLane('softirq', from, at, -1, 'ACK held back until the delayed-ACK timer');
}

/** The thread that copied the segment before, if it waits on that descriptor again; else by the socket. */
function findReader(walk: WalkState, run: TimerRun, timer: SocketTimer | undefined): ThreadState | null {
  const sock = run.sock >= 0 ? run.sock : (timer?.sock ?? -1);
  if (timer === undefined || timer.tid < 0) return findWaiting(walk.readers, sock);
  for (const thread of walk.readers) {
    const call = thread.call!;
    const isOtherFile = call.fd !== timer.fd && call.fd >= 0 && timer.fd >= 0;
    if (call.tid === timer.tid && !isOtherFile) return thread.isWaitingForData ? thread : null;
  }
  return null;
}

/** The reader of that socket if it waits for data; without a socket the only TCP call that waits. */
function findWaiting(readers: ReadonlySet<ThreadState>, sock: number): ThreadState | null {
  let only: ThreadState | null = null;
  for (const thread of readers) {
    const call = thread.call!;
    if ((call.flags & CallFlag.udp) !== 0 || !thread.isWaitingForData) continue;
    if (sock >= 0 && call.sock === sock) return thread;
    if (sock >= 0 && call.sock >= 0) continue;
    if (only !== null) return null;
    only = thread;
  }
  return only;
}
