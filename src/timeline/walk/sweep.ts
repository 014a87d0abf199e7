import { CallState } from '../../model/calls.ts';
import { Edge, type EventBatch, Kind, Source } from '../../model/events.ts';
import { SwitchLog } from '../capture/clock.ts';
import type { ProbeRole, ProbeRoles } from '../capture/probe-roles.ts';
import type { CaptureTraits } from '../capture/traits.ts';
import { SweepCounts } from '../state/counts.ts';
import { FAMILY_OF_KIND, Family, ROLE_OF_KIND } from '../state/families.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import { PROCESS_ONLY, ROW_OF_KIND, Row } from '../state/row-kinds.ts';
import { makeStepTraits } from '../state/step-traits.ts';
import { Off, ThreadState } from '../state/thread.ts';
import { beginFrame, closeLeaf, endFrame } from './brackets.ts';
import { enterCall, exitCall } from './call-levels.ts';
import { emitTail } from './call-tails.ts';
import { finishCall } from './close-call.ts';
import { DelayedAcks } from './delayed-ack.ts';
import { resumeThread } from './frames.ts';
import { takePoint } from './points.ts';
import { takeSwitchOut, takeWakeup } from './scheduling.ts';
import { endPointFrames, leaveInterruptByContext, leaveInterrupts, unwindByCaller, unwindByDepth } from './unwind.ts';
import { WakeRules } from './wake-reasons.ts';
import { switchIn } from './wakeups.ts';

const SOCKET_WAIT =
  /^(sk_wait_data|__skb_wait_for_more_packets|wait_for_more_packets|wait_for_packet|__lock_sock|tls_rx_rec_wait)$/;

const CPU_MASK = 63;

/** Where finished calls go (close-call.ts). */
export type OnCall = (thread: ThreadState, call: OpenCall, endNs: number, hasEnd: boolean) => void;

/**
 * One pass over the rows of one file in time order. Keeps a stack of frames per thread, moves the clock of that thread's
 * open call at every row (frames.ts `advance`), counts what was copied, submitted, woken.
 */
export class Sweep {
  readonly roles: ProbeRoles;
  readonly traits: CaptureTraits;
  readonly counts = new SweepCounts();
  /** What the file shows of the steps of a call, as far as it has been read. */
  readonly steps = makeStepTraits();
  readonly delayedAcks = new DelayedAcks();
  readonly wakeRules = new WakeRules();
  /** For aligning the clocks of two files. */
  readonly switches = new SwitchLog();
  readonly threads = new Map<number, ThreadState>();
  /** Threads with an open call, the longest open first; few enough to be walked at every segment. */
  readonly readers: ThreadState[] = [];
  readonly onCall: OnCall;
  /** Descriptors known to be sockets: tid × 2^20 + fd. */
  readonly socketFds = new Set<number>();
  lastSocketFd = -1;
  isTimeless = false;
  private readonly lastThreadOf: (ThreadState | undefined)[] = Array.from({ length: CPU_MASK + 1 });
  lastSegmentNs = Number.NaN;
  readonly socketWait: (boolean | undefined)[] = [];
  readonly textOf: (id: number) => string;

  constructor(roles: ProbeRoles, traits: CaptureTraits, textOf: (id: number) => string, onCall: OnCall) {
    this.roles = roles;
    this.traits = traits;
    this.textOf = textOf;
    this.onCall = onCall;
  }

  threadOf(tid: number, cpu: number): ThreadState {
    // Idle tasks share pid 0, unknown tasks have none: both are one thread per CPU.
    const key = tid > 0 ? tid : tid === 0 ? -2 - cpu : -1_000_002 - cpu;
    // Rows of several CPUs interleave; those of one CPU mostly go on with the same thread.
    const last = this.lastThreadOf[cpu & CPU_MASK];
    if (last !== undefined && last.key === key) return last;
    let thread = this.threads.get(key);
    if (thread === undefined) {
      thread = new ThreadState(key, tid, cpu, this.steps);
      this.threads.set(key, thread);
    }
    this.lastThreadOf[cpu & CPU_MASK] = thread;
    return thread;
  }

  process(b: EventBatch, i: number): void {
    const kind = b.kind[i];
    const row = ROW_OF_KIND[kind];
    if (row > Row.scheduler) {
      // Nothing of a marker is used but that recording went on.
      if (row === Row.idle && b.atNs[i] > this.counts.lastNs) this.counts.lastNs = b.atNs[i];
      else if (kind === Kind.lost) this.takeLoss(b.arg1[i] === 1 ? b.cpu[i] : -1);
      else if (kind === Kind.boundary) this.takeBoundary();
      return;
    }
    const thread = this.threadOf(b.tid[i], b.cpu[i]);
    const at = this.isTimeless ? thread.virtualNs : b.atNs[i];
    if (Number.isNaN(at)) return;
    if (!this.isTimeless) {
      if (!(this.counts.firstNs <= at)) this.counts.firstNs = at;
      if (!(this.counts.lastNs >= at)) this.counts.lastNs = at;
    }
    if (!Number.isNaN(thread.leafEndNs)) closeLeaf(this, thread, at);
    if (row === Row.scheduler) {
      if (kind === Kind.switchOut) takeSwitchOut(this, thread, b, i, at);
      else if (kind === Kind.wakeup) takeWakeup(this, thread, b, i, at);
      else this.takeSwitchIn(thread, b, i, at);
      return;
    }
    // A line of a task that was switched out: its switch back was filtered or lost.
    if (thread.off !== Off.running) resumeThread(thread, at);
    thread.cpu = b.cpu[i];
    if (b.comm[i] >= 0) thread.comm = b.comm[i];
    const source = b.source[i];
    const family = FAMILY_OF_KIND[kind];
    if (PROCESS_ONLY[family] === 1 && thread.isInterrupted) leaveInterrupts(this, thread, family, at);
    if (source === Source.graph && b.depth[i] >= 0)
      unwindByDepth(this, thread, b.edge[i] === Edge.exit ? b.depth[i] + 1 : b.depth[i], at);
    if (source === Source.function) unwindByCaller(this, thread, b, i, at);
    else if (!thread.isInterrupted) endPointFrames(this, thread, kind, b, i, at);
    else leaveInterruptByContext(this, thread, b, i, at);
    const call = thread.call;
    if (call !== null) {
      call.events++;
      this.touchCall(thread, call, b, i);
    }
    this.dispatch(thread, kind, b, i, at);
  }

  private takeSwitchIn(thread: ThreadState, b: EventBatch, i: number, at: number): void {
    switchIn(thread, b.cpu[i], at);
    if (thread.call !== null) this.touchCall(thread, thread.call, b, i);
    if (b.comm[i] >= 0) thread.comm = b.comm[i];
  }

  touchCall(thread: ThreadState, call: OpenCall, b: EventBatch, i: number): void {
    call.lastLine = b.line[i];
    if (thread.cpu !== call.cpuEnd) {
      if (thread.cpu >= 0 && call.cpuEnd >= 0) call.hasMigrated = true;
      call.cpuEnd = thread.cpu;
    }
    if (call.sock < 0 && b.sock[i] >= 0 && !thread.isInterrupted) call.sock = b.sock[i];
  }

  private dispatch(thread: ThreadState, kind: number, b: EventBatch, i: number, at: number): void {
    const family = FAMILY_OF_KIND[kind];
    if (family !== 0) {
      const role = this.roles.roleOf(b.probe[i]);
      if (family === Family.call) {
        if (b.edge[i] === Edge.exit || ROLE_OF_KIND[kind] === 2) exitCall(this, thread, role, b, i, at);
        else enterCall(this, thread, role, b, i, at);
        return;
      }
      const isBegin = ROLE_OF_KIND[kind] === 1 && b.edge[i] !== Edge.exit;
      if (family === Family.zerocopy && this.takeZerocopy(thread, role, isBegin, b, i, at)) return;
      if (isBegin) beginFrame(this, thread, family, role, b, i, at);
      else endFrame(this, thread, family, role, b, i, at);
      return;
    }
    takePoint(this, thread, kind, b, i, at);
  }

  /** tcp_zerocopy_receive is a call of its own where getsockopt was not recorded. True: all is done. */
  private takeZerocopy(
    thread: ThreadState,
    role: ProbeRole,
    isBegin: boolean,
    b: EventBatch,
    i: number,
    at: number,
  ): boolean {
    const call = thread.call;
    if (isBegin) {
      // Inside a getsockopt with a recorded end it is an inner level; it is never called by recvmsg.
      if (call !== null && call.entry !== role.id && call.baseHasExit) {
        if (Number.isNaN(call.requestedBytes) && b.arg0[i] >= 0) call.requestedBytes = b.arg0[i];
        return false;
      }
      enterCall(this, thread, role, b, i, at);
      if (thread.call !== null) thread.call.flags |= CallFlag.zerocopy | CallFlag.socketEvidence | CallFlag.tcp;
      return b.edge[i] === Edge.whole;
    }
    if (call === null || call.entry !== role.id) return false;
    exitCall(this, thread, role, b, i, at);
    return true;
  }

  /** Callers of schedule() that wait for the socket; any other (poll, return to user space) is outside the call. */
  isSocketWait(parent: number): boolean {
    if (parent < 0) return false;
    let known = this.socketWait[parent];
    if (known === undefined) {
      known = SOCKET_WAIT.test(this.textOf(parent));
      this.socketWait[parent] = known;
    }
    return known;
  }

  parentOf(b: EventBatch, i: number): number {
    return b.parent[i] < 0 ? -1 : this.roles.roleOf(b.parent[i]).id;
  }

  /** Pairs are never formed across a loss: open calls of that CPU end here, flagged; later returns stand alone. */
  private takeLoss(cpu: number): void {
    for (const thread of this.threads.values()) {
      if (cpu >= 0 && thread.cpu !== cpu) continue;
      thread.lossSinceCall = true;
      if (thread.call !== null) {
        thread.call.state |= CallState.lossInside;
        this.closeOpen(thread);
      }
      thread.clearFrames();
      thread.off = Off.running;
      thread.wokenAtNs = Number.NaN;
      thread.pendingWakeNs = Number.NaN;
      thread.refreshBucket();
    }
  }

  private takeBoundary(): void {
    for (const thread of this.threads.values()) {
      if (thread.call !== null) this.closeOpen(thread);
      thread.clearFrames();
      thread.off = Off.running;
      thread.refreshBucket();
    }
  }

  forgetThread(thread: ThreadState): void {
    if (thread.call !== null) this.closeOpen(thread);
    thread.clearFrames();
    this.threads.delete(thread.key);
    for (let k = 0; k < this.lastThreadOf.length; k++)
      if (this.lastThreadOf[k] === thread) this.lastThreadOf[k] = undefined;
  }

  /** A call whose end is not in the text. */
  closeOpen(thread: ThreadState): void {
    const call = thread.call!;
    const isWhole = !call.baseHasExit && call.releasedAtDepth >= 0 && this.counts.lastNs > call.insideNs;
    if (isWhole) {
      call.flags |= CallFlag.inferredEnd;
      finishCall(this, thread, call, call.insideNs, true);
    } else finishCall(this, thread, call, Number.NaN, false);
  }

  finish(): void {
    for (const thread of this.threads.values()) {
      if (!Number.isNaN(thread.leafEndNs)) closeLeaf(this, thread, thread.leafEndNs);
      if (thread.tail !== null) emitTail(this, thread);
      if (thread.call !== null) this.closeOpen(thread);
      this.counts.unlinkedEarlyCopies += thread.unlinkedCopies;
    }
  }
}
