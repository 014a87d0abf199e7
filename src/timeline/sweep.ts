import { Edge, type EventBatch, Kind, Source, TaskState } from '../model/events.ts';
import { addEarlyCopy, addLink, Link } from './background.ts';
import { beginFrame, closeLeaf, endFrame } from './brackets.ts';
import { emitTail, enterCall, exitCall, finishCall, noteReceiveLength } from './call-levels.ts';
import type { CaptureTraits } from './capture-traits.ts';
import { SwitchLog } from './clock.ts';
import { DelayedAcks } from './delayed-ack.ts';
import { FAMILY_OF_KIND, Family, ROLE_OF_KIND } from './families.ts';
import { advance, endOpenFrames, resumeThread } from './frames.ts';
import { CallFlag, type OpenCall } from './open-call.ts';
import type { ProbeRole, ProbeRoles } from './probe-roles.ts';
import { makeStepTraits } from './step-traits.ts';
import { noteDoorbell } from './steps.ts';
import { Off, ThreadState } from './thread-state.ts';
import {
  dropInterruptFrames,
  endPointFrames,
  leaveInterruptByContext,
  leaveInterrupts,
  unwindByCaller,
  unwindByDepth,
} from './unwind.ts';
import { WakeRules } from './wake-reasons.ts';
import { switchIn, switchOut, wake } from './wakeups.ts';

const SOCKET_WAIT =
  /^(sk_wait_data|__skb_wait_for_more_packets|wait_for_more_packets|wait_for_packet|__lock_sock|tls_rx_rec_wait)$/;

/** Families that exist in process context only. */
const PROCESS_ONLY = new Uint8Array(32);
for (const family of [Family.call, Family.pin, Family.unpin, Family.sleep, Family.wait, Family.copy, Family.lock])
  PROCESS_ONLY[family] = 1;

/** Where finished calls go (close-call.ts). */
export type OnCall = (thread: ThreadState, call: OpenCall, endNs: number, hasEnd: boolean) => void;

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
  /** Threads with an open call. */
  readonly readers = new Set<ThreadState>();
  readonly onCall: OnCall;
  /** Descriptors known to be sockets: tid × 2^20 + fd. */
  readonly socketFds = new Set<number>();
  isTimeless = false;
  private lastThread: ThreadState | null = null;
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
    const last = this.lastThread;
    if (last !== null && last.key === key) return last;
    let thread = this.threads.get(key);
    if (thread === undefined) {
      thread = new ThreadState(key, tid, cpu, this.steps);
      this.threads.set(key, thread);
    }
    this.lastThread = thread;
    return thread;
  }

  process(b: EventBatch, i: number): void {
    const kind = b.kind[i];
    if (kind === Kind.marker || kind === Kind.none) {
      // Nothing of a marker is used but that recording went on.
      if (b.atNs[i] > this.counts.lastNs) this.counts.lastNs = b.atNs[i];
      return;
    }
    if (kind === Kind.lost) {
      this.takeLoss(b.arg1[i] === 1 ? b.cpu[i] : -1);
      return;
    }
    if (kind === Kind.boundary) {
      this.takeBoundary();
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
    switch (kind) {
      case Kind.switchOut:
        this.takeSwitchOut(thread, b, i, at);
        return;
      case Kind.switchIn:
        switchIn(thread, b.cpu[i], at);
        if (thread.call !== null) this.touchCall(thread, thread.call, b, i);
        if (b.comm[i] >= 0) thread.comm = b.comm[i];
        return;
      case Kind.wakeup:
        this.takeWakeup(thread, b, i, at);
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

  private touchCall(thread: ThreadState, call: OpenCall, b: EventBatch, i: number): void {
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
    this.takePoint(thread, kind, b, i, at);
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

  private takePoint(thread: ThreadState, kind: number, b: EventBatch, i: number, at: number): void {
    if (b.source[i] !== Source.function) advance(thread, at);
    const call = thread.call;
    const isOwn = call !== null && !thread.isInterrupted;
    switch (kind) {
      case Kind.channelLookUp:
        if (isOwn && this.isLookUpOfReader(thread, b, i)) call.flags |= CallFlag.channelLookedUp;
        return;
      case Kind.dataReady:
        this.takeDataReady(thread, b, i, at);
        return;
      case Kind.queued:
        // The prequeue wakes the reader itself, without the data-ready callback (up to 4.13).
        if (this.roles.roleOf(b.probe[i]).name === 'tcp_prequeue') this.takeDataReady(thread, b, i, at);
        return;
      case Kind.rcvlowat:
        if (b.arg0[i] > 0 && b.sock[i] >= 0) this.wakeRules.lowatOf.set(b.sock[i], b.arg0[i]);
        return;
      case Kind.issue:
        if (!isOwn && thread.isInterrupted && this.roles.roleOf(b.probe[i]).name === 'dma_issue_pending_all')
          this.counts.issuePendingInSoftirq++;
        if (isOwn) noteDoorbell(thread);
        return;
      case Kind.recvLength:
        noteReceiveLength(this, thread, b, i, at);
        return;
      case Kind.segmentArrived:
        this.lastSegmentNs = at;
        return;
      case Kind.delackTimer:
        this.delayedAcks.takeTimer(thread, this.roles.roleOf(b.probe[i]), b, i, at);
        return;
      case Kind.pollBegin:
        if (thread.hasReceived) this.counts.readerPolls++;
        return;
      case Kind.signal:
        // signal_generate stands in the sender's context and names the target; signal_deliver in the target's.
        (this.threads.get(b.arg1[i]) ?? thread).lastSignalNs = at;
        return;
      case Kind.ioSubmit:
      case Kind.ioComplete:
        if (call !== null) call.flags |= CallFlag.ioUring;
        if (call !== null && b.arg0[i] === 3 && kind === Kind.ioSubmit) call.flags |= CallFlag.ioUringZc;
        return;
    }
  }

  private takeDataReady(thread: ThreadState, b: EventBatch, i: number, at: number): void {
    const { name } = this.roles.roleOf(b.probe[i]);
    if (name === 'tcp_data_ready' || name === 'sk_data_ready') this.wakeRules.hasRcvlowat = true;
    thread.lastDataReadyNs = at;
    const parent = this.roles.roleOf(b.parent[i]).name;
    const isVisible = this.traits.saw(Kind.earlyTry);
    const isEarly = thread.hasFamilyAbove(Family.early, 0) || parent === 'tcp_dma_try_early_copy';
    thread.lastDataReadyEarly = isEarly || (!isVisible && thread.lastDataReadyTaken);
  }

  private isLookUpOfReader(thread: ThreadState, b: EventBatch, i: number): boolean {
    const parent = this.roles.roleOf(b.parent[i]);
    if (b.parent[i] >= 0) return parent.isTcp;
    // function_graph: directly inside tcp_recvmsg, not below the early copy or a queue copy.
    const top = thread.depth - 1;
    return top >= 0 && thread.family[top] === Family.call;
  }

  private takeSwitchOut(thread: ThreadState, b: EventBatch, i: number, at: number): void {
    const state = b.arg0[i];
    if (!this.isTimeless) this.switches.add(at, b.cpu[i], b.tid[i], b.arg1[i]);
    if (b.comm[i] >= 0) thread.comm = b.comm[i];
    thread.cpu = b.cpu[i];
    // No task is switched out of an interrupt: brackets still open have lost their end or never had one.
    if (thread.isInterrupted && thread.call !== null) dropInterruptFrames(this, thread, at);
    if (state !== TaskState.running) endOpenFrames(thread, at, false, this.counts);
    const call = thread.call;
    if (call !== null) {
      call.events++;
      this.touchCall(thread, call, b, i);
      if (!call.baseHasExit && state !== TaskState.running)
        advance(thread, at, thread.hasFamilyAbove(Family.sleep, call.baseDepth));
    }
    switchOut(thread, state, at);
    if (state === TaskState.dead) this.forgetThread(thread);
    if (!this.traits.hasSwitchIn && !Number.isNaN(b.arg1[i]))
      switchIn(this.threadOf(b.arg1[i], b.cpu[i]), b.cpu[i], at);
  }

  private takeWakeup(waker: ThreadState, b: EventBatch, i: number, at: number): void {
    if (!waker.isInterrupted && waker.off === Off.running) endPointFrames(this, waker, Kind.wakeup, b, i, at);
    if (waker.call !== null) waker.call.events++;
    const tid = b.arg0[i];
    if (!(tid > 0) || b.arg2[i] === 0) return;
    const woken = this.threads.get(tid);
    if (woken === undefined) return;
    const role = this.roles.roleOf(b.probe[i]);
    const isPrimary = !this.traits.hasWaking || role.name === 'sched_waking';
    this.lastThread = null;
    this.wakeRules.showsSubmits = this.traits.saw(Kind.submit);
    wake(waker, woken, isPrimary, at, this.wakeRules);
    if (waker.unlinkedCopies > 0 && woken.call !== null) this.linkByWakeup(waker, woken, at);
  }

  /** Early copies of this softirq served the call it wakes at its end. */
  private linkByWakeup(waker: ThreadState, woken: ThreadState, at: number): void {
    advance(woken, at);
    addEarlyCopy(woken.call!, waker.unlinkedBytes, waker.unlinkedCopies, Link.wakeup, at);
    addLink(woken.call!, Link.wakeup);
    waker.unlinkedCopies = 0;
    waker.unlinkedBytes = 0;
  }

  /** Pairs are never formed across a loss: open calls of that CPU end here, flagged; later returns stand alone. */
  private takeLoss(cpu: number): void {
    for (const thread of this.threads.values()) {
      if (cpu >= 0 && thread.cpu !== cpu) continue;
      thread.lossSinceCall = true;
      if (thread.call !== null) {
        thread.call.state |= LOSS_INSIDE;
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

  private forgetThread(thread: ThreadState): void {
    if (thread.call !== null) this.closeOpen(thread);
    thread.clearFrames();
    this.threads.delete(thread.key);
    if (this.lastThread === thread) this.lastThread = null;
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

const LOSS_INSIDE = 4;
