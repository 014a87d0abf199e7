const SMALL = 4096;

/** How often each size occurred. A descriptor stays inside a page, so nearly all of them are small. */
export class SizeCounts {
  private readonly small = new Float64Array(SMALL + 1);
  private readonly large = new Map<number, number>();

  add(bytes: number): void {
    if (bytes >= 0 && bytes <= SMALL && Number.isInteger(bytes)) this.small[bytes]++;
    else this.large.set(bytes, (this.large.get(bytes) ?? 0) + 1);
  }

  /** Size and count of those that occurred. */
  entries(): [number, number][] {
    const out: [number, number][] = [];
    this.small.forEach((count, bytes) => {
      if (count > 0) out.push([bytes, count]);
    });
    return [...out, ...this.large];
  }
}

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
  /** Calls that returned more than they were asked for. */
  impossibleReturns = 0;
  /** Threads outside calls that were forgotten because too many were there. */
  threadsForgotten = 0;
  otherDescriptors = 0;
  noSleepTime = 0;
  /** select, poll or epoll by threads that also receive. */
  readerPolls = 0;
  /** napi_poll lines of a reader's own busy polling inside its call. */
  readerBusyPolls = 0;
  firstNs = Number.NaN;
  lastNs = Number.NaN;
  readonly descriptorSizes = new SizeCounts();
  /** Copies in process context outside any call, by name of the task; bytes NaN once a copy told none. */
  readonly strayCopies = new Map<number, { copies: number; bytes: number }>();

  noteStrayCopy(comm: number, bytes: number): void {
    const known = this.strayCopies.get(comm);
    if (known === undefined) this.strayCopies.set(comm, { copies: 1, bytes });
    else {
      known.copies++;
      known.bytes += bytes;
    }
  }

  noteTime(atNs: number): void {
    if (!(this.firstNs <= atNs)) this.firstNs = atNs;
    if (!(this.lastNs >= atNs)) this.lastNs = atNs;
  }
}
