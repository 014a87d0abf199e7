/** Counts of one file that are not about single calls. */
export class SweepCounts {
  softirqNetRxNs = 0;
  netRxSoftirqs = 0;
  issuePendingInSoftirq = 0;
  earlyInSoftirq = 0;
  earlyInReader = 0;
  unlinkedEarlyCopies = 0;
  unpairedExits = 0;
  errqueueReads = 0;
  otherDescriptors = 0;
  noSleepTime = 0;
  clockBackwards = 0;
  /** select, poll or epoll by threads that also receive. */
  readerPolls = 0;
  firstNs = Number.NaN;
  lastNs = Number.NaN;
  readonly descriptorSizes = new Map<number, number>();
}
