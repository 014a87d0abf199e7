import { CONTEXT_UNKNOWN, Context, Edge, type EventBatch, Kind, Source, TaskState } from '../model/events.ts';
import { addEarlyCopy, addLink, findServedCall, Link } from './background.ts';
import { Bucket } from './buckets.ts';
import { emitTail, enterCall, exitCall, finishCall, noteReceiveLength } from './call-levels.ts';
import type { CaptureTraits } from './capture-traits.ts';
import { SwitchLog } from './clock.ts';
import { BUCKET_OF_FAMILY, canContain, FAMILY_OF_KIND, Family, isWorkOfCall, ROLE_OF_KIND } from './families.ts';
import {
  advance,
  depthOfCaller,
  depthOfSibling,
  endOpenFrames,
  popFrames,
  resumeInterrupted,
  resumeThread,
} from './frames.ts';
import { CallFlag, type OpenCall } from './open-call.ts';
import type { ProbeRole, ProbeRoles } from './probe-roles.ts';
import { Frame, Off, ThreadState } from './thread-state.ts';
import { switchIn, switchOut, wake } from './wakeups.ts';

const SOFTIRQ_NET_RX = 1;
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
  delackEpisodes = 0;
  delackAddedNs = 0;
  unpairedExits = 0;
  errqueueReads = 0;
  otherDescriptors = 0;
  noSleepTime = 0;
  clockBackwards = 0;
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
  private lastSegmentNs = Number.NaN;
  private readonly socketWait: (boolean | undefined)[] = [];
  private readonly textOf: (id: number) => string;

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
      thread = new ThreadState(key, tid, cpu);
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
    if (!Number.isNaN(thread.leafEndNs)) this.closeLeaf(thread, at);
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
    if (PROCESS_ONLY[family] === 1 && thread.isInterrupted) this.leaveInterrupts(thread, family, at);
    if (source === Source.graph && b.depth[i] >= 0)
      this.unwindByDepth(thread, b.edge[i] === Edge.exit ? b.depth[i] + 1 : b.depth[i], at);
    if (source === Source.function) this.unwindByCaller(thread, b, i, at);
    else if (!thread.isInterrupted) this.endPointFrames(thread, kind, b, i, at);
    else this.leaveInterruptByContext(thread, b, i, at);
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
      if (isBegin) this.begin(thread, family, role, b, i, at);
      else this.end(thread, family, role, b, i, at);
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
      const isRepeated = call !== null && call.entry === role.id;
      if (call !== null && !isRepeated) return false;
      enterCall(this, thread, role, b, i, at);
      if (thread.call !== null) thread.call.flags |= CallFlag.zerocopy | CallFlag.socketEvidence | CallFlag.tcp;
      return b.edge[i] === Edge.whole;
    }
    if (call === null || call.entry !== role.id) return false;
    exitCall(this, thread, role, b, i, at);
    return true;
  }

  // --- frames ---------------------------------------------------------------------------------------------------

  private begin(thread: ThreadState, family: number, role: ProbeRole, b: EventBatch, i: number, at: number): void {
    const source = b.source[i];
    const edge = b.edge[i];
    if (source !== Source.function) advance(thread, at, this.provesInside(thread, family));
    this.countBegin(thread, family, role, b, i, at);
    if (family === Family.descriptor) return;
    const isEntry = source === Source.function;
    // A frame of function_graph whose return is not in the text ends with the frame around it.
    const hasExit = edge === Edge.whole || (!isEntry && (source === Source.graph || this.hasEnd(family, role, source)));
    let bucket = BUCKET_OF_FAMILY[family];
    let flags = 0;
    // An early copy attempt is part of TCP input, whether it is taken or refused; what it submits is a frame of its own.
    if (family === Family.segment || family === Family.early) bucket = this.segmentBucket(thread, role);
    if (family === Family.irq || family === Family.softirq) {
      if (hasExit) flags = Frame.bracketedInterrupt;
      // An entry or point without an end while another source brackets the same interrupts: only structure.
      else if (this.traits.hasBracketed(family)) {
        if (!isEntry) return;
        bucket = -1;
      }
    } else if (!this.traits.carriesTime(role, source)) bucket = -1;
    if (isEntry) flags |= Frame.entry;
    else if (!hasExit) {
      if (bucket < 0) return;
      if (family === Family.irq || family === Family.softirq) return;
      flags |= Frame.openEnded;
    }
    if (family === Family.submit && thread.offCallTarget !== null) flags |= Frame.offCall;
    thread.pushFrame(role.id, this.parentOf(b, i), source, family, bucket, flags, at);
    thread.graphDepth[thread.depth - 1] = b.depth[i];
    thread.refreshBucket();
    if (edge === Edge.whole) {
      thread.leafEndNs = at + (!Number.isNaN(b.durNs[i]) ? b.durNs[i] : 0);
      thread.leafDepth = thread.depth - 1;
      this.endOfLeaf(thread, family, b, i);
      if (this.isTimeless) {
        thread.virtualNs = thread.leafEndNs;
        this.closeLeaf(thread, thread.leafEndNs);
      }
    }
  }

  /** Work only a receive call does; interrupts, switches and wakeups happen everywhere. */
  private provesInside(thread: ThreadState, family: number): boolean | undefined {
    if (thread.call === null || thread.call.baseHasExit) return undefined;
    return isWorkOfCall(family) && !thread.isInterrupted;
  }

  private hasEnd(family: number, role: ProbeRole, source: number): boolean {
    // Tracepoint pairs have two names (softirq_entry, softirq_exit); of the others only the start is a true line.
    if (source === Source.tracepoint) {
      const isPair = family === Family.irq || family === Family.softirq || family === Family.ack;
      return isPair && (this.traits.familySources[family] & (1 << source)) !== 0;
    }
    return this.traits.hasExit(role, source);
  }

  /** TCP input in the reader's own context is its backlog (or prequeue); tcp_v4_rcv never is: a borrowed CPU. */
  private segmentBucket(thread: ThreadState, role: ProbeRole): number {
    if (thread.call === null) return -1;
    return role.isSoftirqInput ? Bucket.interrupt : Bucket.backlog;
  }

  private end(thread: ThreadState, family: number, role: ProbeRole, b: EventBatch, i: number, at: number): void {
    const source = b.source[i];
    const isPaired = source === Source.tracepoint;
    const isInterrupt = family === Family.irq || family === Family.softirq;
    this.countEnd(thread, family, b.arg0[i], role, source);
    const cross = isInterrupt || source === Source.graph;
    const found = thread.findFrame(family, isPaired ? -1 : role.id, source, cross);
    if (this.isTimeless) this.moveVirtualClock(thread, found, b.durNs[i]);
    if (found < 0) return;
    const now = this.isTimeless ? thread.virtualNs : at;
    if (thread.call !== null && found < thread.call.baseDepth) return;
    if (source === Source.graph && !this.isTimeless) this.checkSleepTime(thread, found, b, i, at);
    advance(thread, now);
    this.endFamily(thread, family, b.arg0[i], now);
    popFrames(thread, found, now, this.counts);
  }

  /** Without times a frame ends its own duration after its start; children can exceed it by rounding only. */
  moveVirtualClock(thread: ThreadState, frame: number, durNs: number): void {
    if (Number.isNaN(durNs)) return;
    if (frame < 0) {
      if (thread.depth === 0) thread.virtualNs += durNs;
      return;
    }
    thread.virtualNs = Math.max(thread.virtualNs, thread.frameStart[frame] + durNs);
  }

  /** nosleep-time: durations leave the sleep out, times do not (observed.md B.2.9). */
  private checkSleepTime(thread: ThreadState, frame: number, b: EventBatch, i: number, at: number): void {
    const real = at - thread.frameStart[frame];
    if (real - b.durNs[i] > 20_000 && b.durNs[i] < 0.9 * real) this.counts.noSleepTime++;
  }

  /** Closes the running leaf: nothing of its thread lies inside it, so at the latest the thread's next line ends it. */
  private closeLeaf(thread: ThreadState, now: number): void {
    let end = Math.min(thread.leafEndNs, now);
    const depth = Math.min(thread.leafDepth, thread.depth);
    const bucket = depth < thread.depth ? thread.frameBucket[depth] : -1;
    const isWait = bucket === Bucket.waitFunction || bucket === Bucket.schedule;
    if (isWait && this.counts.noSleepTime > 0 && thread.off === Off.running) end = now;
    thread.leafEndNs = Number.NaN;
    advance(thread, end);
    const family = depth < thread.depth ? thread.family[depth] : 0;
    if (thread.leafIsCall) {
      thread.leafIsCall = false;
      if (thread.call !== null) finishCall(this, thread, thread.call, end, true);
      return;
    }
    if (family !== 0) this.endFamily(thread, family, Number.NaN, end);
    popFrames(thread, depth, end, this.counts);
  }

  /** A leaf stands for both edges: what its return tells is in arg3. */
  private endOfLeaf(thread: ThreadState, family: number, b: EventBatch, i: number): void {
    if (!Number.isNaN(b.arg3[i])) this.countEnd(thread, family, b.arg3[i], this.roles.roleOf(b.probe[i]), b.source[i]);
  }

  private endFamily(thread: ThreadState, family: number, arg0: number, now: number): void {
    const call = thread.call;
    if (call === null) return;
    if (family === Family.wait && call.engineSinceNs >= 0 && !thread.isInterrupted) {
      // A blocking wait ends when the engine is done; a reap (wait=0) does not say that.
      if (thread.lastWaitBlocks) call.engineSinceNs = -1;
    }
    void arg0;
    void now;
  }

  /** Function tracer: a caller on the stack tells which functions have returned. */
  private unwindByCaller(thread: ThreadState, b: EventBatch, i: number, at: number): void {
    this.leaveInterruptByContext(thread, b, i, at);
    const parent = this.parentOf(b, i);
    const call = thread.call;
    if (parent < 0 && !this.traits.hasParents) {
      this.unwindByKind(thread, b, i, at);
      return;
    }
    let depth = depthOfCaller(thread, parent);
    let isInside = call === null || call.baseHasExit;
    if (depth < 0) {
      depth = depthOfSibling(thread, this.roles.roleOf(b.probe[i]).id, parent);
      if (depth >= 0 && call !== null && depth > call.baseDepth) isInside = true;
    } else if (call !== null && depth > call.baseDepth) isInside = true;
    if (call !== null && !isInside && depth < 0) {
      const family = FAMILY_OF_KIND[b.kind[i]];
      const isForeign =
        family === Family.irq ||
        family === Family.softirq ||
        family === Family.call ||
        thread.isInterrupted ||
        (family === Family.schedule && !this.isSocketWait(parent)) ||
        b.kind[i] === Kind.pollBegin;
      isInside = !isForeign;
    }
    if (call !== null && depth >= 0 && depth <= call.baseDepth) depth = -1;
    if (depth >= 0) resumeInterrupted(thread, depth);
    advance(thread, at, isInside);
    if (call !== null && isInside && !call.baseHasExit) this.noteFinalRelease(thread, call, b, i, depth);
    if (depth >= 0 && depth < thread.depth) popFrames(thread, depth, at, this.counts);
  }

  /**
   * release_sock called by tcp_recvmsg itself and not followed by lock_sock is its last act: such a call is whole even
   * when nothing of its thread follows (trace stopped). Whatever release_sock runs stays part of it.
   */
  private noteFinalRelease(thread: ThreadState, call: OpenCall, b: EventBatch, i: number, depth: number): void {
    const role = this.roles.roleOf(b.probe[i]);
    if (role.name === 'release_sock' && this.roles.roleOf(b.parent[i]).isTcp) {
      call.releasedAtDepth = depth;
      call.releasedNs = call.lastNs;
    } else if (call.releasedAtDepth >= 0 && depth >= 0 && depth <= call.releasedAtDepth) call.releasedAtDepth = -1;
    void thread;
  }

  /** Without callers in the text (noprint-parent, trace-cmd) a function ends those that never call its kind. */
  private unwindByKind(thread: ThreadState, b: EventBatch, i: number, at: number): void {
    const family = FAMILY_OF_KIND[b.kind[i]];
    const call = thread.call;
    const isInside = call === null || call.baseHasExit || (isWorkOfCall(family) && !thread.isInterrupted);
    advance(thread, at, isInside);
    if (family === 0) return;
    let depth = thread.depth;
    const floor = call === null ? 0 : call.baseDepth + 1;
    while (
      depth > floor &&
      (thread.frameFlags[depth - 1] & Frame.entry) !== 0 &&
      !canContain(thread.family[depth - 1], family)
    )
      depth--;
    if (depth < thread.depth) popFrames(thread, depth, at, this.counts);
  }

  /** function_graph: a line at depth d proves that frames at d and deeper have returned, printed or not. */
  private unwindByDepth(thread: ThreadState, graphDepth: number, at: number): void {
    const floor = thread.call === null ? 0 : thread.call.baseDepth + 1;
    let depth = thread.depth;
    while (depth > floor && thread.source[depth - 1] === Source.graph && thread.graphDepth[depth - 1] >= graphDepth)
      depth--;
    if (depth === thread.depth) return;
    const now = this.isTimeless ? thread.virtualNs : at;
    advance(thread, now);
    popFrames(thread, depth, now, this.counts);
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

  /** Frames without an end last until the thread's next line in process context. */
  private endPointFrames(thread: ThreadState, kind: number, b: EventBatch, i: number, at: number): void {
    if (thread.depth === 0 || (thread.frameFlags[thread.depth - 1] & Frame.openEnded) === 0) return;
    const family = FAMILY_OF_KIND[kind];
    if ((family === Family.irq || family === Family.softirq) && ROLE_OF_KIND[kind] === 1) return;
    const context = b.context[i];
    if (context !== CONTEXT_UNKNOWN && (context & Context.hardirqFlag) !== 0) return;
    const keepSubmit =
      family === Family.descriptor || family === Family.submit || kind === Kind.issue || kind === Kind.engineDone;
    endOpenFrames(thread, at, keepSubmit, this.counts);
  }

  /** Without `s` and `h` in its flags a line is no interrupt work, whatever entry was seen before (entries have no end). */
  private leaveInterruptByContext(thread: ThreadState, b: EventBatch, i: number, at: number): void {
    const context = b.context[i];
    if (context === CONTEXT_UNKNOWN || (context & (Context.softirqFlag | Context.hardirqFlag)) !== 0) return;
    if (!thread.isInterrupted) return;
    let depth = thread.depth;
    while (depth > 0 && thread.frameBucket[depth - 1] === Bucket.interrupt) {
      if ((thread.frameFlags[depth - 1] & Frame.bracketedInterrupt) !== 0) return;
      depth--;
    }
    resumeInterrupted(thread, depth);
    advance(thread, at);
    popFrames(thread, depth, at, this.counts);
  }

  // --- counting -------------------------------------------------------------------------------------------------

  private countBegin(thread: ThreadState, family: number, role: ProbeRole, b: EventBatch, i: number, at: number): void {
    const isOwn = thread.call !== null && !thread.isInterrupted;
    switch (family) {
      case Family.copy:
        if (isOwn) this.countCopy(thread, role, b, i);
        return;
      case Family.submit:
        this.countSubmit(thread, isOwn, role, b, i, at);
        return;
      case Family.descriptor:
        this.countDescriptor(thread, isOwn, role, b, i);
        return;
      case Family.pin:
        if (isOwn) thread.call!.flags |= CallFlag.pinSeen | CallFlag.socketEvidence | CallFlag.tcp;
        return;
      case Family.unpin:
        if (isOwn) {
          thread.call!.flags |= CallFlag.unpinSeen;
          thread.call!.engineSinceNs = -1;
        }
        return;
      case Family.wait:
        thread.lastWaitBlocks = b.arg0[i] === 1;
        if (isOwn) thread.call!.flags |= CallFlag.socketEvidence | CallFlag.tcp;
        return;
      case Family.sleep:
        if (isOwn) {
          thread.call!.flags |= CallFlag.socketEvidence | CallFlag.waited;
          if (!this.traits.saw(Kind.switchOut) && !this.traits.saw(Kind.scheduleBegin)) thread.call!.sleeps++;
        }
        return;
      case Family.schedule:
        if (
          isOwn &&
          !this.traits.saw(Kind.switchOut) &&
          !thread.hasFamilyAbove(Family.schedule, thread.call!.baseDepth)
        )
          if (thread.hasFamilyAbove(Family.sleep, thread.call!.baseDepth)) thread.call!.sleeps++;
        return;
      case Family.early:
        thread.earlySock = b.sock[i];
        thread.lastDataReadyTaken = false;
        return;
      case Family.segment:
        this.lastSegmentNs = at;
        if (this.traits.isCounted(role, b.source[i])) this.countSegment(thread, isOwn, b.arg0[i], b.sock[i]);
        return;
      case Family.ack:
        if (isOwn && role.group === 'ack' && this.traits.isCounted(role, b.source[i])) thread.call!.acks++;
        return;
      case Family.zerocopy:
        if (isOwn) thread.call!.flags |= CallFlag.zerocopy | CallFlag.socketEvidence | CallFlag.tcp;
        return;
      case Family.map:
        if (isOwn && role.name === 'io_zcrx_recv') thread.call!.flags |= CallFlag.ioUringZc | CallFlag.socketEvidence;
        return;
      case Family.softirq:
        if (b.arg0[i] === SOFTIRQ_NET_RX || role.name === 'net_rx_action') this.countNetRx(thread, role, b.source[i]);
        return;
      case Family.backlog:
        if (isOwn) thread.call!.flags |= CallFlag.socketEvidence;
        return;
    }
  }

  private countNetRx(thread: ThreadState, role: ProbeRole, source: number): void {
    if (role.name !== 'net_rx_action' && source !== Source.tracepoint) return;
    const nested = thread.hasFamilyAbove(Family.softirq, 0) && thread.isInterrupted && role.name !== 'net_rx_action';
    if (!nested && (source === Source.tracepoint || !this.traits.saw(Kind.softirqEnd) || source === Source.graph))
      this.counts.netRxSoftirqs++;
  }

  private countCopy(thread: ThreadState, role: ProbeRole, b: EventBatch, i: number): void {
    const call = thread.call!;
    call.flags |= CallFlag.socketEvidence;
    const first = CallFlag.copiedFirst;
    if ((call.flags & CallFlag.waited) === 0) call.flags |= first;
    if (!this.traits.isCounted(role, b.source[i])) return;
    if (
      b.source[i] !== Source.tracepoint &&
      thread.hasFamilyAbove(Family.copy, call.baseDepth) &&
      this.isNestedCopy(thread, role, b.source[i])
    )
      return;
    call.cpuCopies++;
    call.copyCpu = thread.cpu;
    const bytes = b.arg0[i];
    if (!Number.isNaN(bytes)) {
      call.cpuCopyBytes += bytes;
      if ((call.flags & CallFlag.waited) === 0) call.bytesBeforeWait += bytes;
    } else call.flags |= CallFlag.unknownCopyBytes;
  }

  /** The same function inside itself (frag_list recursion): the outer length holds the inner ones. */
  private isNestedCopy(thread: ThreadState, role: ProbeRole, source: number): boolean {
    return thread.findFrame(Family.copy, role.id, source, true) >= thread.call!.baseDepth;
  }

  private countSubmit(
    thread: ThreadState,
    isOwn: boolean,
    role: ProbeRole,
    b: EventBatch,
    i: number,
    at: number,
  ): void {
    const source = b.source[i];
    if (!this.traits.isCounted(role, source)) return;
    if (thread.findFrame(Family.submit, role.id, source, true) >= 0 && source !== Source.function) return;
    if (source === Source.function && this.parentOf(b, i) === role.id) return;
    const bytes = b.arg0[i];
    thread.lastDataReadyTaken = true;
    if (!isOwn) {
      this.submitForOther(thread, b, i, at);
      return;
    }
    const call = thread.call!;
    call.flags |= CallFlag.socketEvidence | CallFlag.tcp;
    call.submits++;
    if (!Number.isNaN(bytes)) call.submitBytes += bytes;
    else call.flags |= CallFlag.unknownSubmitBytes;
    if (call.engineSinceNs < 0) call.engineSinceNs = at;
    if (thread.hasFamilyAbove(Family.early, call.baseDepth) || thread.hasFamilyAbove(Family.segment, call.baseDepth)) {
      call.earlyCopies++;
      this.counts.earlyInReader++;
    }
  }

  private submitForOther(thread: ThreadState, b: EventBatch, i: number, at: number): void {
    this.counts.earlyInSoftirq++;
    const sock = b.sock[i] >= 0 ? b.sock[i] : thread.earlySock;
    const served = findServedCall(this.readers, sock, this.traits.saw(Kind.pinBegin));
    thread.offCallTarget = null;
    if (served.reader === null) {
      thread.unlinkedCopies++;
      thread.unlinkedBytes += b.arg0[i];
      return;
    }
    advance(served.reader, at);
    const call = served.reader.call!;
    addEarlyCopy(call, b.arg0[i], 1, served.link, at);
    thread.offCallTarget = call;
  }

  private countDescriptor(thread: ThreadState, isOwn: boolean, role: ProbeRole, b: EventBatch, i: number): void {
    const source = b.source[i];
    if (!this.traits.isCounted(role, source)) return;
    const isPage = role.name === 'dma_async_memcpy_pg_to_pg';
    if (isPage && this.isSecondName(thread, b, i)) return;
    thread.lastDescriptorWasBuf = role.name === 'dma_async_memcpy_buf_to_pg';
    thread.lastDescriptorDepth = b.depth[i];
    const bytes = b.arg0[i];
    if (!Number.isNaN(bytes)) this.counts.descriptorSizes.set(bytes, (this.counts.descriptorSizes.get(bytes) ?? 0) + 1);
    const call = isOwn ? thread.call : thread.offCallTarget;
    if (call === null) return;
    call.descriptors++;
    call.descriptorBytes += bytes;
  }

  /** 3.13–3.17: buf_to_pg calls pg_to_pg; one descriptor, two names. */
  private isSecondName(thread: ThreadState, b: EventBatch, i: number): boolean {
    if (b.source[i] === Source.function) return this.roles.roleOf(b.parent[i]).name === 'dma_async_memcpy_buf_to_pg';
    if (!thread.lastDescriptorWasBuf) return false;
    if (b.source[i] === Source.graph) return b.depth[i] > thread.lastDescriptorDepth;
    return b.source[i] === Source.kprobe && this.traits.descriptorsNest;
  }

  private countSegment(thread: ThreadState, isOwn: boolean, bytes: number, sock: number): void {
    if (bytes === 0) return;
    if (isOwn) {
      thread.call!.segments++;
      return;
    }
    let only: OpenCall | null = null;
    for (const reader of this.readers) {
      if (sock >= 0 && reader.call!.sock === sock) {
        reader.call!.segments++;
        return;
      }
      if (only !== null) return;
      only = reader.call;
    }
    if (only !== null && !(sock >= 0 && only.sock >= 0)) only.segments++;
  }

  private countEnd(thread: ThreadState, family: number, arg0: number, role: ProbeRole, source: number): void {
    if (family === Family.pin && arg0 === 0 && thread.call !== null && !thread.isInterrupted) {
      thread.call.flags |= CallFlag.pinRefused;
    } else if (family === Family.early) {
      thread.lastDataReadyEarly = false;
      // Only the attempt's own result tells when no submit function was recorded.
      if ((arg0 & 1) === 1 && !Number.isNaN(arg0) && !this.traits.saw(Kind.submit))
        this.countSilentEarlyCopy(thread, source);
      thread.earlySock = -1;
    } else if (family === Family.map && arg0 > 0 && thread.call !== null && !thread.isInterrupted) {
      if (role.name === 'io_zcrx_recv') return;
    }
  }

  private countSilentEarlyCopy(thread: ThreadState, source: number): void {
    void source;
    if (thread.call !== null && !thread.isInterrupted) {
      const call = thread.call;
      call.submits++;
      call.earlyCopies++;
      call.flags |= CallFlag.unknownSubmitBytes;
      this.counts.earlyInReader++;
    } else {
      this.counts.earlyInSoftirq++;
      const served = findServedCall(this.readers, thread.earlySock, this.traits.saw(Kind.pinBegin));
      if (served.reader === null) thread.unlinkedCopies++;
      else addEarlyCopy(served.reader.call!, Number.NaN, 1, served.link, served.reader.call!.lastNs);
    }
  }

  // --- points ---------------------------------------------------------------------------------------------------

  private takePoint(thread: ThreadState, kind: number, b: EventBatch, i: number, at: number): void {
    if (b.source[i] !== Source.function) advance(thread, at);
    const call = thread.call;
    const isOwn = call !== null && !thread.isInterrupted;
    switch (kind) {
      case Kind.channelLookUp:
        if (isOwn && this.isLookUpOfReader(thread, b, i)) call.flags |= CallFlag.channelLookedUp;
        return;
      case Kind.dataReady:
        thread.lastDataReadyNs = at;
        thread.lastDataReadyEarly =
          thread.hasFamilyAbove(Family.early, 0) || this.roles.roleOf(b.parent[i]).name === 'tcp_dma_try_early_copy';
        return;
      case Kind.issue:
        if (!isOwn && thread.isInterrupted && this.roles.roleOf(b.probe[i]).name === 'dma_issue_pending_all')
          this.counts.issuePendingInSoftirq++;
        return;
      case Kind.recvLength:
        noteReceiveLength(this, thread, b, i, at);
        return;
      case Kind.segmentArrived:
        this.lastSegmentNs = at;
        return;
      case Kind.delackTimer:
        this.counts.delackEpisodes++;
        if (at - this.lastSegmentNs > 0) this.counts.delackAddedNs += at - this.lastSegmentNs;
        return;
      case Kind.signal:
        thread.lastSignalNs = at;
        return;
      case Kind.ioSubmit:
      case Kind.ioComplete:
        if (call !== null) call.flags |= CallFlag.ioUring;
        if (call !== null && b.arg0[i] === 3 && kind === Kind.ioSubmit) call.flags |= CallFlag.ioUringZc;
        return;
    }
  }

  private isLookUpOfReader(thread: ThreadState, b: EventBatch, i: number): boolean {
    const parent = this.roles.roleOf(b.parent[i]);
    if (b.parent[i] >= 0) return parent.isTcp;
    // function_graph: directly inside tcp_recvmsg, not below the early copy or a queue copy.
    const top = thread.depth - 1;
    return top >= 0 && thread.family[top] === Family.call;
  }

  // --- scheduling -----------------------------------------------------------------------------------------------

  /**
   * Receive calls, pins, socket waits, CPU copies to the user never run in an interrupt: entries of interrupts that have
   * no end are over. A bracket with a recorded end is trusted, except by a call (its end was lost).
   */
  private leaveInterrupts(thread: ThreadState, family: number, at: number): void {
    let depth = thread.depth;
    while (depth > 0 && thread.frameBucket[depth - 1] === Bucket.interrupt) {
      if ((thread.frameFlags[depth - 1] & Frame.bracketedInterrupt) !== 0 && family !== Family.call) return;
      depth--;
    }
    resumeInterrupted(thread, depth);
    advance(thread, at);
    popFrames(thread, depth, at, this.counts);
  }

  private takeSwitchOut(thread: ThreadState, b: EventBatch, i: number, at: number): void {
    const state = b.arg0[i];
    if (!this.isTimeless) this.switches.add(at, b.cpu[i], b.tid[i], b.arg1[i]);
    if (b.comm[i] >= 0) thread.comm = b.comm[i];
    thread.cpu = b.cpu[i];
    // No task is switched out of an interrupt: brackets still open have lost their end or never had one.
    if (thread.isInterrupted && !this.isSoftirqThread(thread)) this.dropInterruptFrames(thread, at);
    if (state !== TaskState.running) endOpenFrames(thread, at, false, this.counts);
    const call = thread.call;
    if (call !== null) {
      call.events++;
      this.touchCall(thread, call, b, i);
      if (!call.baseHasExit && state !== TaskState.running)
        advance(thread, at, thread.hasFamilyAbove(Family.sleep, call.baseDepth));
    }
    switchOut(thread, state, at);
    if (state === TaskState.dead) this.forgetThread(thread, at);
    if (!this.traits.hasSwitchIn && !Number.isNaN(b.arg1[i]))
      switchIn(this.threadOf(b.arg1[i], b.cpu[i]), b.cpu[i], at);
  }

  private isSoftirqThread(thread: ThreadState): boolean {
    return thread.call === null;
  }

  private dropInterruptFrames(thread: ThreadState, at: number): void {
    let depth = thread.depth;
    while (depth > 0 && thread.frameBucket[depth - 1] === Bucket.interrupt) depth--;
    advance(thread, at);
    popFrames(thread, depth, at, this.counts);
  }

  private takeWakeup(waker: ThreadState, b: EventBatch, i: number, at: number): void {
    if (!waker.isInterrupted && waker.off === Off.running) this.endPointFrames(waker, Kind.wakeup, b, i, at);
    if (waker.call !== null) waker.call.events++;
    const tid = b.arg0[i];
    if (!(tid > 0) || b.arg2[i] === 0) return;
    const woken = this.threads.get(tid);
    if (woken === undefined) return;
    const role = this.roles.roleOf(b.probe[i]);
    const isPrimary = !this.traits.hasWaking || role.name === 'sched_waking';
    this.lastThread = null;
    wake(waker, woken, isPrimary, at);
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

  // --- loss and end -----------------------------------------------------------------------------------------------

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

  private forgetThread(thread: ThreadState, at: number): void {
    if (thread.call !== null) this.closeOpen(thread);
    thread.clearFrames();
    void at;
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
      if (!Number.isNaN(thread.leafEndNs)) this.closeLeaf(thread, thread.leafEndNs);
      if (thread.tail !== null) emitTail(this, thread);
      if (thread.call !== null) this.closeOpen(thread);
      this.counts.unlinkedEarlyCopies += thread.unlinkedCopies;
    }
  }
}

const LOSS_INSIDE = 4;
