/** What the scheduler's lines tell of one thread. Times in ns of the whole file, calls or not. */
export interface ThreadSchedule {
  tid: number;
  comm: string;
  /** From a switch to the thread to the next switch away, both in the text. */
  runNs: number;
  /** Switched out in state R: it could have gone on. Until it ran again. */
  preemptions: number;
  preemptedNs: number;
  /** Switched out in another state, until the wakeup; where that is not in the text, until it ran. */
  sleeps: number;
  sleepNs: number;
  wakeups: number;
  /** Wakeups of which the line names a target CPU that is not the waker's. */
  wakeupsAcross: number;
  /** From the wakeup until it ran. */
  wakeLatencies: number;
  wakeLatencyNs: number;
  /** Sleeps or preemptions whose end no line of the scheduler shows: the thread's next line ended them. */
  unseenReturns: number;
  /** The longest single time it was runnable and did not run; `instead`: who took the CPU, '' unknown. */
  longest: { ns: number; line: number; kind: 'preempted' | 'woken'; instead: string } | null;
}

/** The scheduler's side of a run; absent where no switch and no wakeup is in the text. */
export interface ScheduleTotals {
  /** Those that waited longest come first. */
  threads: ThreadSchedule[];
  /** Threads seen, also those that the list leaves out. */
  seen: number;
  switches: number;
  wakeups: number;
  wakeupsAcross: number;
  /** From wakeup to run of all threads. */
  wakeLatency: { count: number; p50Ns: number; p99Ns: number; p999Ns: number; maxNs: number } | null;
}
