import { BoundedMap } from './bounded-map.ts';
import type { OpenCall } from './open-call.ts';

/** A capture has one delayed-ACK timer per socket; skbs wait for their copy. Beyond so many the oldest are forgotten. */
const MAX_TIMERS = 65_536;
const MAX_SKBS = 65_536;

/** What is known of one timer of a socket. */
export interface SocketTimer {
  /** Armed last. */
  armedNs: number;
  /** Interned address of its socket, -1 unknown. */
  sock: number;
  /** Who copied the segment that armed it: thread (-1 unknown) and descriptor (NaN unknown). */
  tid: number;
  fd: number;
}

/**
 * Whose socket a timer belongs to. timer_start stands in the softirq of the segment that waits for its ACK:
 *   tcp_probe: … data_len=100 … skbaddr=0xffff88830f80d8e0 skaddr=0xffff888106a63780
 *   timer_start: timer=0xffff888106a63bf8 function=tcp_delack_timer …
 * so the timer is that socket's (icsk_delack_timer lies inside struct inet_connection_sock), and the call that copies the skb is
 * its reader's. Addresses that the tracer hashed do as well.
 */
export class SocketTimers {
  private readonly timers = new BoundedMap<SocketTimer>(MAX_TIMERS);
  private readonly timerOfSkb = new BoundedMap<SocketTimer>(MAX_SKBS);

  arm(timer: number, at: number, skb: number, sock: number): void {
    let known = this.timers.get(timer);
    if (known === undefined) {
      known = { armedNs: at, sock: -1, tid: -1, fd: Number.NaN };
      this.timers.set(timer, known);
    }
    known.armedNs = at;
    if (sock >= 0 && known.sock !== sock) {
      // Memory of a closed socket serves another one.
      if (known.sock >= 0) known.tid = -1;
      known.sock = sock;
    }
    if (!Number.isNaN(skb)) this.timerOfSkb.set(skb, known);
  }

  noteCopy(skb: number, call: OpenCall): void {
    if (this.timerOfSkb.size === 0) return;
    const timer = this.timerOfSkb.get(skb);
    if (timer === undefined) return;
    this.timerOfSkb.delete(skb);
    timer.tid = call.tid;
    timer.fd = call.fd;
  }

  find(timer: number): SocketTimer | undefined {
    return this.timers.get(timer);
  }
}
