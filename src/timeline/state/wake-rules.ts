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

const SEVERAL = Number.NEGATIVE_INFINITY;

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
  /** The thread that reads a socket, SEVERAL; those that are not named (-1) are one, of all together: see `anyReader`. */
  private readonly readerOf = new Map<number, number>();
  private anyReader = Number.NaN;
  private lastSock = Number.NaN;
  private lastTid = Number.NaN;

  noteReader(sock: number, tid: number): void {
    // One thread reads one socket for thousands of calls.
    if (sock === this.lastSock && tid === this.lastTid) return;
    this.lastSock = sock;
    this.lastTid = tid;
    this.anyReader = Number.isNaN(this.anyReader) || this.anyReader === tid ? tid : SEVERAL;
    const known = this.readerOf.get(sock);
    if (known === undefined) this.readerOf.set(sock, tid);
    else if (known !== tid) this.readerOf.set(sock, SEVERAL);
  }

  /** No other thread can have taken what woke this one; a socket that is not named may be any. */
  isOnlyReader(sock: number, tid: number): boolean {
    if (sock < 0) return Number.isNaN(this.anyReader) || this.anyReader === tid;
    return (this.readerOf.get(sock) ?? tid) === tid && (this.readerOf.get(-1) ?? tid) === tid;
  }
}
