import { WAKE_REASONS } from '../../model/wake-reasons.ts';

/** Codes of the reasons why a reader was woken. */
export const WakeReason = Object.fromEntries(WAKE_REASONS.map((name, index) => [name, index])) as Record<
  (typeof WAKE_REASONS)[number],
  number
>;
/** The latch of the early copy, settled at the end of the call: nothing else charged to the socket / maybe something. */
export const LATCH = WAKE_REASONS.length;
export const LATCH_CHARGED = LATCH + 1;

/** Numbers per wakeup in OpenCall.wakes, at: reason, 1 early, 1 useless, copies at the wakeup (useless ones: 1 = copied since). */
export const WAKE_FIELDS = 4;
export const WakeAt = { reason: 0, early: 1, useless: 2, copies: 3 } as const;

/** What the file tells of the rules by which its kernel wakes readers. */
export class WakeRules {
  /** 4.18 on: tcp_data_ready wakes only when SO_RCVLOWAT is reached, or under memory pressure or with a small window. */
  hasRcvlowat = false;
  /** Submissions are in the text: an early copy that shows none was refused. */
  showsSubmits = false;
  /** TCP input behind tcp_v4_rcv is in the text: where it is missing the segment went to the prequeue or the backlog. */
  showsInput = false;
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
