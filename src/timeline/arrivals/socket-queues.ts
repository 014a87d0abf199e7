import type { LiveArrival } from './live.ts';

interface SocketQueue {
  arrivals: LiveArrival[];
  head: number;
}

const TRIM = 1024;

/**
 * Segments of each socket in the order in which TCP input saw them. tcp_try_coalesce appends a segment to the skb before it:
 * its own address never reaches a copy, but its bytes are copied in this order (receive path reference, 4.6).
 */
export class SocketQueues {
  private readonly queues = new Map<number, SocketQueue>();
  private readonly sockOfSkb = new Map<number, number>();

  add(sock: number, arrival: LiveArrival): void {
    let queue = this.queues.get(sock);
    if (queue === undefined) {
      queue = { arrivals: [], head: 0 };
      this.queues.set(sock, queue);
    }
    queue.arrivals.push(arrival);
    this.sockOfSkb.set(arrival.skb, sock);
  }

  /**
   * A copy of `bytes` out of `skb`: hands over each arrival it took bytes of, and whether that is used up. `own`: the arrival
   * that holds the skb now.
   */
  take(skb: number, bytes: number, own: LiveArrival | undefined, onPart: OnPart): boolean {
    const queue = this.queues.get(this.sockOfSkb.get(skb) ?? -1);
    if (queue === undefined) return false;
    const { arrivals } = queue;
    // What stands before the skb that is copied was taken by copies that are not in the text.
    if (own !== undefined && own.isQueued)
      while (queue.head < arrivals.length && arrivals[queue.head] !== own) onPart(arrivals[queue.head++], false, true);
    let left = bytes;
    while (left > 0 && queue.head < arrivals.length) {
      const arrival = arrivals[queue.head];
      const part = Math.min(left, arrival.leftBytes);
      arrival.leftBytes -= part;
      left -= part;
      const isUsedUp = arrival.leftBytes === 0;
      if (isUsedUp) queue.head++;
      onPart(arrival, true, isUsedUp);
    }
    if (queue.head > TRIM) {
      arrivals.splice(0, queue.head);
      queue.head = 0;
    }
    return true;
  }

  /** Those whose bytes nobody copied. */
  rest(): LiveArrival[] {
    return [...this.queues.values()].flatMap(({ arrivals, head }) => arrivals.slice(head));
  }
}

export type OnPart = (arrival: LiveArrival, isCopied: boolean, isUsedUp: boolean) => void;
