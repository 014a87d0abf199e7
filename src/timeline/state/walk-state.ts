import { SweepCounts } from './counts.ts';
import { DelackRuns } from './delack-runs.ts';
import type { EventRow } from './event-row.ts';
import type { OpenCall } from './open-call.ts';
import type { ProbeRoles } from './probe-roles.ts';
import { Schedule } from './schedule.ts';
import { SkbOwners } from './skb-owners.ts';
import { makeStepTraits } from './step-traits.ts';
import { SwitchLog } from './switch-log.ts';
import { ThreadState } from './thread.ts';
import type { CaptureTraits } from './traits.ts';
import { WakeRules } from './wake-rules.ts';

const CPU_MASK = 63;
/** More descriptors than a thread has (default of fs.nr_open). */
const FDS = 2 ** 20;
/** Threads remembered at once: twice the default pid_max of 32,768. Beyond them those that do nothing are forgotten. */
export const MAX_IDLE_THREADS = 65_536;

/** Takes the rows of the softirq side, in time order. */
export interface ArrivalSink {
  take(row: EventRow, thread: ThreadState): void;
  /** Of the last copy: false where its skb came by no device and the file shows what does (unix sockets, netlink). */
  readonly cameByDevice: boolean;
}

/** Where finished calls go. `endNs` NaN: the end is not in the text. */
export type OnCall = (call: OpenCall, endNs: number) => void;

/** What the handlers of a row need beside the row and its thread: everything that is known of one file so far. */
export class WalkState {
  readonly roles: ProbeRoles;
  readonly traits: CaptureTraits;
  readonly counts = new SweepCounts();
  /** What the file shows of the steps of a call, as far as it has been read. */
  readonly steps = makeStepTraits();
  readonly delacks = new DelackRuns();
  readonly wakeRules = new WakeRules();
  /** For aligning the clocks of two files. */
  readonly switches = new SwitchLog();
  readonly schedule = new Schedule();
  /** Both ends of a socket's connection, as tcp_probe named them last. */
  readonly flowOf = new Map<number, number>();
  readonly skbOwners = new SkbOwners();
  readonly threads = new Map<number, ThreadState>();
  /** Threads with an open call, the longest open first. */
  readonly readers = new Set<ThreadState>();
  readonly onCall: OnCall;
  /** null: a capture without times. */
  arrivals: ArrivalSink | null = null;
  lastSegmentNs = Number.NaN;
  /** Switches and wakeups that could not be read: each may have been one of any call that was open. */
  unreadSchedulerLines = 0;
  /** Descriptors known to be sockets: tid × 2^20 + fd. */
  private readonly socketFds = new Set<number>();
  private lastSocketFd = -1;
  private threadsAllowed = MAX_IDLE_THREADS;
  private readonly lastThreadOf: (ThreadState | undefined)[] = Array.from({ length: CPU_MASK + 1 });

  constructor(roles: ProbeRoles, traits: CaptureTraits, onCall: OnCall) {
    this.roles = roles;
    this.traits = traits;
    this.onCall = onCall;
  }

  /** The text has durations only: every thread has a clock of its own. */
  get isTimeless(): boolean {
    return this.steps.isTimeless;
  }

  threadOf(tid: number, cpu: number): ThreadState {
    // Idle tasks share pid 0, unknown tasks have none: both are one thread per CPU.
    const key = tid > 0 ? tid : tid === 0 ? -2 - cpu : -1_000_002 - cpu;
    // Rows of several CPUs interleave; those of one CPU mostly go on with the same thread.
    const last = this.lastThreadOf[cpu & CPU_MASK];
    if (last !== undefined && last.key === key) return last;
    let thread = this.threads.get(key);
    if (thread === undefined) {
      if (this.threads.size >= this.threadsAllowed) this.forgetIdleThreads();
      thread = new ThreadState(key, tid, cpu, this.steps);
      this.threads.set(key, thread);
    }
    this.lastThreadOf[cpu & CPU_MASK] = thread;
    return thread;
  }

  forgetThread(thread: ThreadState): void {
    this.threads.delete(thread.key);
    for (let k = 0; k < this.lastThreadOf.length; k++)
      if (this.lastThreadOf[k] === thread) this.lastThreadOf[k] = undefined;
  }

  /**
   * A thread outside a call holds what was seen of it before: about 1 kB and its sockets. A million of them come from a capture made to
   * exhaust memory or from many hours of short-lived processes; what is forgotten is counted.
   */
  private forgetIdleThreads(): void {
    for (const thread of this.threads.values()) {
      if (!thread.isIdle) continue;
      this.threads.delete(thread.key);
      this.counts.threadsForgotten++;
      this.counts.unlinkedEarlyCopies += thread.unlinkedCopies;
    }
    this.lastThreadOf.fill(undefined);
    for (const key of this.socketFds) if (!this.threads.has(Math.floor(key / FDS))) this.socketFds.delete(key);
    this.lastSocketFd = -1;
    this.threadsAllowed = Math.max(MAX_IDLE_THREADS, 2 * this.threads.size);
  }

  noteSocket(tid: number, fd: number): void {
    const key = fdKeyOf(tid, fd);
    if (key < 0 || key === this.lastSocketFd) return;
    this.socketFds.add(key);
    this.lastSocketFd = key;
  }

  forgetSocket(tid: number, fd: number): void {
    this.socketFds.delete(fdKeyOf(tid, fd));
    this.lastSocketFd = -1;
  }

  isKnownSocket(tid: number, fd: number): boolean {
    const key = fdKeyOf(tid, fd);
    return key >= 0 && this.socketFds.has(key);
  }
}

function fdKeyOf(tid: number, fd: number): number {
  return !Number.isNaN(fd) ? tid * FDS + fd : -1;
}
