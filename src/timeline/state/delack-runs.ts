import { SocketTimers } from './socket-timers.ts';
import type { ThreadState } from './thread.ts';

/** One run of the delayed-ACK timer of one socket. */
export interface TimerRun {
  rank: number;
  source: number;
  atNs: number;
  /** Start of the softirq it runs in; NaN when the text shows none. */
  softirqNs: number;
  depth: number;
  sock: number;
  /** Its address; NaN where a function names the run. */
  timer: number;
}

/** Delayed-ACK timers of one file (rules: walk/delayed-ack.ts). */
export class DelackRuns {
  runs = 0;
  /** Runs that sent an ACK. */
  acks = 0;
  /** From the last segment to those ACKs. */
  addedNs = 0;
  readonly sockets = new SocketTimers();
  /** By the thread whose CPU the timer borrowed. */
  readonly running = new Map<ThreadState, TimerRun>();
}
