import { type EventBatch, Source } from '../../model/events.ts';
import type { ProbeRole } from '../capture/probe-roles.ts';
import { Family } from '../state/families.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import { Off, type ThreadState } from '../state/thread.ts';
import { advance } from './frames.ts';
import { isWaitingForData } from './wakeups.ts';

/** timer_expire_entry, then tcp_delack_timer, then tcp_delack_timer_handler: one run of the timer. */
const ORDER: Record<string, number> = { timer_expire_entry: 1, tcp_delack_timer: 2, tcp_delack_timer_handler: 3 };
/** Without softirq lines: an ACK this soon after the timer's line is the timer's. */
const SAME_ACTION_NS = 50_000;
/** A packet longer than headers with all options (IPv6, TCP, link layer) carries data: not the timer's ACK. */
const LONGEST_ACK = 134;

interface TimerRun {
  rank: number;
  source: number;
  atNs: number;
  /** Start of the softirq it runs in; NaN when the text brackets none. */
  softirqNs: number;
  depth: number;
  sock: number;
}

/**
 * Delayed-ACK timer. That it runs does not mean that an ACK was late: tcp_delack_timer_handler re-arms when the time is not
 * yet reached, does nothing when the ACK went out meanwhile, and is put off while the reader owns the socket. An episode is
 * a run that sent an ACK (`tcp_send_ack <-tcp_delack_timer_handler`, a transmit before the timer's softirq ends). Where no
 * line of the file could show an ACK, every run counts.
 *
 * What it cost: until then the sender may have held back (Nagle, a full window), so the time from the last segment to the ACK
 * is added to the call that waited for data at that moment: an upper bound, all of it sleep.
 */
export class DelayedAcks {
  runs = 0;
  acks = 0;
  addedNs = 0;
  private readonly running = new Map<ThreadState, TimerRun>();

  get isRunning(): boolean {
    return this.running.size > 0;
  }

  takeTimer(thread: ThreadState, role: ProbeRole, b: EventBatch, i: number, at: number): void {
    const rank = ORDER[role.name] ?? 2;
    const before = this.running.get(thread);
    if (before !== undefined && this.isSameRun(thread, before, rank, b.source[i], at)) {
      before.rank = rank;
      before.source = b.source[i];
      if (b.depth[i] >= 0) before.depth = b.depth[i];
      if (before.sock < 0) before.sock = b.sock[i];
      return;
    }
    this.runs++;
    this.running.set(thread, {
      rank,
      source: b.source[i],
      atNs: at,
      softirqNs: softirqOf(thread),
      depth: b.depth[i],
      sock: b.sock[i],
    });
  }

  private isSameRun(thread: ThreadState, run: TimerRun, rank: number, source: number, at: number): boolean {
    if (rank < run.rank || (rank === run.rank && source === run.source)) return false;
    return this.isStillIn(thread, run, at);
  }

  private isStillIn(thread: ThreadState, run: TimerRun, at: number): boolean {
    if (!Number.isNaN(run.softirqNs)) return softirqOf(thread) === run.softirqNs;
    return at - run.atNs <= SAME_ACTION_NS;
  }

  /** An ACK or transmit line. `lastSegmentNs`: the last arrival before it, NaN when none was seen. */
  takeAck(
    thread: ThreadState,
    role: ProbeRole,
    parentName: string,
    b: EventBatch,
    i: number,
    at: number,
    readers: readonly ThreadState[],
    lastSegmentNs: number,
  ): void {
    const run = this.running.get(thread);
    if (run === undefined || role.group !== 'ack') return;
    if (!this.isTimersAck(thread, run, role, parentName, b, i, at)) return;
    this.running.delete(thread);
    this.acks++;
    this.charge(run, readers, lastSegmentNs, at);
  }

  private isTimersAck(
    thread: ThreadState,
    run: TimerRun,
    role: ProbeRole,
    parentName: string,
    b: EventBatch,
    i: number,
    at: number,
  ): boolean {
    if (!this.isStillIn(thread, run, at)) {
      this.running.delete(thread);
      return false;
    }
    if (b.source[i] === Source.function && parentName !== '') return parentName in ORDER;
    // A segment that is being processed sends its own ACK.
    if (thread.hasFamilyAbove(Family.segment, 0)) return false;
    if (b.source[i] === Source.graph && run.depth >= 0 && b.depth[i] <= run.depth) return false;
    return role.name !== 'net_dev_queue' || !(b.arg0[i] > LONGEST_ACK);
  }

  private charge(run: TimerRun, readers: readonly ThreadState[], lastSegmentNs: number, at: number): void {
    const late = at - lastSegmentNs;
    if (!(late > 0)) return;
    this.addedNs += late;
    const reader = findWaiting(readers, run.sock);
    if (reader === null) return;
    const call = reader.call!;
    advance(reader, at);
    const waitsSince = reader.off === Off.sleeping ? reader.offSinceNs : call.startNs;
    const from = Math.max(lastSegmentNs, waitsSince, call.startNs);
    if (at <= from) return;
    call.delackNs += at - from;
    call.addLane('softirq', from, at, -1, 'ACK held back until the delayed-ACK timer');
  }
}

/** Start of the innermost softirq of this thread. */
function softirqOf(thread: ThreadState): number {
  for (let i = thread.depth - 1; i >= 0; i--) if (thread.family[i] === Family.softirq) return thread.frameStart[i];
  return Number.NaN;
}

/** The reader of that socket if it waits for data; without a socket the only TCP call that waits. */
function findWaiting(readers: readonly ThreadState[], sock: number): ThreadState | null {
  let only: ThreadState | null = null;
  for (const thread of readers) {
    const call = thread.call as OpenCall;
    if ((call.flags & CallFlag.udp) !== 0 || !isWaitingForData(thread)) continue;
    if (sock >= 0 && call.sock === sock) return thread;
    if (sock >= 0 && call.sock >= 0) continue;
    if (only !== null) return null;
    only = thread;
  }
  return only;
}
