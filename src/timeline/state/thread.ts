import { Activity } from './activities.ts';
import { Bucket } from './buckets.ts';
import type { EventRow } from './event-row.ts';
import type { OpenCall } from './open-call.ts';
import { Pieces } from './pieces.ts';
import type { StepTraits, TimeMark } from './step-traits.ts';

/** Bits of a frame. */
export const Frame = {
  /** The text tells no end: the frame lasts until the thread's next event in process context. */
  openEnded: 1,
  /** Function-tracer entry: lasts until the next entry whose caller is at or above this frame's caller. */
  entry: 2,
  /** Outermost frame of the open call. */
  base: 4,
  /** Interrupt or softirq bracket with a recorded end. */
  bracketedInterrupt: 8,
  /** An engine submission made for another thread's call. */
  offCall: 16,
  /** tcp_recvmsg_locked: runs under the socket lock from its entry to its return. */
  locked: 32,
  /** release_sock: after it only the way out is left. */
  release: 64,
  /** A waiting function inside which the thread left its CPU. */
  slept: 128,
  /** A softirq whose line names another vector than NET_RX. */
  otherSoftirq: 256,
} as const;

export const Off = { running: 0, sleeping: 1, preempted: 2 } as const;
const MAX_DEPTH = 512;

/**
 * What one thread is doing: a stack of frames and whether it is on a CPU. Stacks belong to threads, not to CPUs
 * (a call that sleeps continues on another CPU); idle tasks share pid 0 and are keyed by CPU.
 */
export class ThreadState {
  readonly key: number;
  readonly tid: number;
  cpu: number;
  comm = -1;
  call: OpenCall | null = null;
  private pieces: Pieces | null = null;
  bucket: number = Bucket.unattributed;

  depth = 0;
  /** Bit per activity of the frames pushed since the stack was empty: most questions about the stack end here. */
  private activities = 0;
  // Room for two: an empty array makes room for seventeen with its first item, and a million threads have one or two.
  readonly probe = [0, 0];
  readonly parent = [0, 0];
  readonly source = [0, 0];
  readonly activity = [0, 0];
  readonly frameBucket = [0, 0];
  readonly frameFlags = [0, 0];
  readonly frameStart = [0, 0];
  /** Depth printed by function_graph; -1 for other sources. */
  readonly graphDepth = [0, 0];

  off: number = Off.running;
  offSinceNs = Number.NaN;
  offBucket: number = Bucket.sleep;
  wokenAtNs = Number.NaN;
  /** Woken while still running: the wakeup that will have cancelled or shortened the coming sleep. */
  pendingWakeNs = Number.NaN;

  /** Leaf of function_graph that is still running: closed at the thread's next event. */
  leafEndNs = Number.NaN;
  leafDepth = 0;
  /** The running leaf is the receive call itself. */
  leafIsCall = false;
  /** Made a receive call before. */
  hasReceived = false;
  /** Clock of captures without times: advances by the durations of this thread's frames. */
  virtualNs = 0;

  /** Where doubtful time began (steps.ts): in the loop since the last step, in a waiting function, in schedule(). */
  readonly loopMark: TimeMark = { sinceNs: 0, total: 0 };
  readonly waitMark: TimeMark = { sinceNs: 0, total: 0 };
  readonly scheduleMark: TimeMark = { sinceNs: 0, total: 0 };
  /** Own time of the functions around schedule() since it was entered. */
  readonly switchingMark: TimeMark = { sinceNs: -1, total: 0 };

  lastDataReadyNs = Number.NaN;
  lastDataReadyEarly = false;
  lastDataReadyTaken = false;
  lastSignalNs = Number.NaN;
  /** The last segment processed here: when, its skb (NaN unknown), its socket (-1). */
  segmentNs = Number.NaN;
  segmentSkb = Number.NaN;
  segmentSock = -1;
  /** It had its tcp_probe. */
  isProbed = false;
  /** The last wakeup that this context made: whose call, which of its wakes, when. */
  lastWoken: OpenCall | null = null;
  lastWokenAt = 0;
  lastWokenNs = Number.NaN;
  /** tcp_v4_rcv was entered here and no TCP input of it since. */
  inputEnteredNs = Number.NaN;
  /** The completion wait that runs was called as blocking (tcp_service_net_dma wait=1). */
  lastWaitBlocks = false;
  /** Socket named by the early copy attempt that runs here. */
  earlySock = -1;
  /** Events were lost since this thread's last call: a return without entry may belong to the call cut there. */
  lossSinceCall = false;
  /** A line of its own could not be read since then: it may have been the entry of the next call. */
  unreadSinceCall = false;
  /** Returns without entry at the start of the capture: one row, made when the outermost has been seen. */
  loneReturn: OpenCall | null = null;
  /** Submit of another thread's call that runs here: its descriptors belong there. */
  offCallTarget: OpenCall | null = null;
  lastDescriptorDepth = -1;
  lastDescriptorWasBuf = false;
  /** Early copies made here that no call could be found for yet. */
  unlinkedCopies = 0;
  unlinkedBytes = 0;

  /** What this file shows of the steps of a call. */
  readonly steps: StepTraits;

  constructor(key: number, tid: number, cpu: number, steps: StepTraits) {
    this.steps = steps;
    this.key = key;
    this.tid = tid;
    this.cpu = cpu;
  }

  /** For the next call of this thread; the one before has been handed over. */
  clearedPieces(): Pieces {
    this.pieces ??= new Pieces();
    this.pieces.clear();
    return this.pieces;
  }

  /** Borrowed by an interrupt or softirq: what runs now is not the thread's own work. */
  get isInterrupted(): boolean {
    return this.depth > 0 && this.frameBucket[this.depth - 1] === Bucket.interrupt;
  }

  /** The open call, when what runs now is its own work. */
  get ownCall(): OpenCall | null {
    return this.isInterrupted ? null : this.call;
  }

  /** Opens a frame for what the row begins. `bucket` -1: that of the frame around it. */
  pushFrame(row: EventRow, activity: number, bucket: number, flags: number): void {
    if (this.depth >= MAX_DEPTH) this.dropOldest();
    const i = this.depth++;
    const outer = i === 0 ? Bucket.unattributed : this.frameBucket[i - 1];
    this.activities = (i === 0 ? 0 : this.activities) | (1 << activity);
    this.probe[i] = row.role.id;
    this.parent[i] = row.parent.id;
    this.source[i] = row.source;
    this.activity[i] = activity;
    this.frameFlags[i] = flags;
    this.frameStart[i] = row.at;
    this.graphDepth[i] = row.depth;
    // Interrupts win over everything inside them: the work below is somebody else's.
    this.frameBucket[i] = outer === Bucket.interrupt ? Bucket.interrupt : bucket >= 0 ? bucket : outer;
  }

  /** A thread that is never seen outside (idle, entries only) must not grow without end. */
  private dropOldest(): void {
    const drop = MAX_DEPTH >> 1;
    if (this.call !== null) {
      this.depth = MAX_DEPTH - drop;
      return;
    }
    for (const column of [
      this.probe,
      this.parent,
      this.source,
      this.activity,
      this.frameBucket,
      this.frameFlags,
      this.frameStart,
      this.graphDepth,
    ])
      column.splice(0, drop);
    this.depth -= drop;
  }

  /** Index of the topmost frame of this activity and, when given, probe and source; -1 = none. */
  findFrame(activity: number, probe: number, source: number, crossInterrupt: boolean): number {
    if ((this.activities & (1 << activity)) === 0) return -1;
    for (let i = this.depth - 1; i >= 0; i--) {
      if (
        this.activity[i] === activity &&
        (probe < 0 || this.probe[i] === probe) &&
        (source < 0 || this.source[i] === source)
      )
        return i;
      if (!crossInterrupt && (this.frameFlags[i] & Frame.bracketedInterrupt) !== 0) return -1;
    }
    return -1;
  }

  hasActivityAbove(activity: number, base: number): boolean {
    if ((this.activities & (1 << activity)) === 0) return false;
    for (let i = this.depth - 1; i >= base; i--) if (this.activity[i] === activity) return true;
    return false;
  }

  refreshBucket(): void {
    if (this.off === Off.sleeping) this.bucket = !Number.isNaN(this.wokenAtNs) ? Bucket.wakeLatency : this.offBucket;
    else if (this.off === Off.preempted) this.bucket = Bucket.preempted;
    else this.bucket = this.depth === 0 ? Bucket.unattributed : this.frameBucket[this.depth - 1];
  }

  /** Outside a call, with nothing that a later row could complete. */
  get isIdle(): boolean {
    return (
      this.call === null && this.loneReturn === null && this.offCallTarget === null && Number.isNaN(this.leafEndNs)
    );
  }

  clearFrames(): void {
    this.depth = 0;
    this.leafEndNs = Number.NaN;
  }

  /** Asleep, or in a waiting function. */
  get isWaitingForData(): boolean {
    return this.off === Off.sleeping || this.hasActivityAbove(Activity.sleep, 0);
  }
}
