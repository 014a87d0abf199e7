import { ArrivalAt, blankArrivalNumbers } from '../../model/arrivals/table.ts';
import type { OpenCall } from '../state/open-call.ts';

/** A segment on its way: the row that is being filled, and how much of it is still queued at its socket. */
export interface LiveArrival {
  /** In the order of `ArrivalAt`. */
  readonly values: Float64Array;
  /** Address of its skb. */
  skb: number;
  /** Payload that no copy has taken yet. */
  leftBytes: number;
  /** Waits in the queue of its socket: the skb's address may serve another segment meanwhile. */
  isQueued: boolean;
  call: OpenCall | null;
}

const BLANK = blankArrivalNumbers();

/** Live arrivals are reused: an object for every segment would be all the garbage of the timeline. */
export class LivePool {
  private readonly free: LiveArrival[] = [];

  take(skb: number, file: number, line: number): LiveArrival {
    const arrival = this.free.pop() ?? { values: BLANK.slice(), skb, leftBytes: 0, isQueued: false, call: null };
    arrival.values.set(BLANK);
    arrival.values[ArrivalAt.file] = file;
    arrival.values[ArrivalAt.line] = line;
    arrival.skb = skb;
    arrival.leftBytes = 0;
    arrival.isQueued = false;
    arrival.call = null;
    return arrival;
  }

  giveBack(arrival: LiveArrival): void {
    arrival.call = null;
    this.free.push(arrival);
  }
}
