import { type EventBatch, Kind, Source } from '../../model/events.ts';
import type { ProbeRole } from '../capture/probe-roles.ts';
import { noteCleanup, noteMapping } from '../rows/mapped-bytes.ts';
import { Family } from '../state/families.ts';
import { CallFlag } from '../state/open-call.ts';
import { Off, type ThreadState } from '../state/thread.ts';
import { addEarlyCopy, findServedCall } from './background.ts';
import { advance } from './frames.ts';
import type { Sweep } from './sweep.ts';

const SOFTIRQ_NET_RX = 1;

export function countBegin(
  sweep: Sweep,
  thread: ThreadState,
  family: number,
  role: ProbeRole,
  b: EventBatch,
  i: number,
  at: number,
): void {
  const isOwn = thread.call !== null && !thread.isInterrupted;
  switch (family) {
    case Family.copy:
      if (isOwn) countCopy(sweep, thread, role, b, i);
      return;
    case Family.submit:
      countSubmit(sweep, thread, isOwn, role, b, i, at);
      return;
    case Family.descriptor:
      countDescriptor(sweep, thread, isOwn, role, b, i);
      return;
    case Family.pin:
      if (isOwn) thread.call!.flags |= CallFlag.pinSeen | CallFlag.socketEvidence | CallFlag.tcp;
      return;
    case Family.unpin:
      if (isOwn) {
        thread.call!.flags |= CallFlag.unpinSeen;
        thread.call!.closeEngine(at);
      }
      return;
    case Family.wait:
      thread.lastWaitBlocks = b.arg0[i] === 1;
      if (isOwn) thread.call!.flags |= CallFlag.socketEvidence | CallFlag.tcp;
      return;
    case Family.sleep:
      if (isOwn) {
        thread.call!.flags |= CallFlag.socketEvidence | CallFlag.waited | CallFlag.waitFunction;
        if (!sweep.traits.saw(Kind.switchOut) && !sweep.traits.saw(Kind.scheduleBegin)) thread.call!.sleeps++;
      }
      return;
    case Family.schedule:
      if (isOwn && !sweep.traits.saw(Kind.switchOut) && !thread.hasFamilyAbove(Family.schedule, thread.call!.baseDepth))
        if (thread.hasFamilyAbove(Family.sleep, thread.call!.baseDepth)) thread.call!.sleeps++;
      return;
    case Family.early:
      thread.earlySock = b.sock[i];
      thread.lastDataReadyTaken = false;
      return;
    case Family.segment:
      sweep.lastSegmentNs = at;
      // With tcp_dma_try_early_copy inlined its submission and its wakeup show as those of tcp_rcv_established.
      thread.lastDataReadyTaken = false;
      if (sweep.traits.isCounted(role, b.source[i])) countSegment(sweep, thread, isOwn, role, b.arg0[i], b.sock[i]);
      return;
    case Family.ack:
      if (sweep.delayedAcks.isRunning) takeTimersAck(sweep, thread, role, b, i, at);
      if (isOwn) noteCleanup(thread.call!, role, b.arg0[i]);
      if (isOwn && role.group === 'ack' && sweep.traits.isCounted(role, b.source[i])) thread.call!.acks++;
      return;
    case Family.zerocopy:
      if (isOwn) thread.call!.flags |= CallFlag.zerocopy | CallFlag.socketEvidence | CallFlag.tcp;
      return;
    case Family.map:
      if (isOwn) noteMapping(thread.call!, role, sweep.traits.isCounted(role, b.source[i]) ? b.arg0[i] : 0);
      if (isOwn && role.name === 'io_zcrx_recv') thread.call!.flags |= CallFlag.ioUringZc | CallFlag.socketEvidence;
      return;
    case Family.softirq:
      if (b.arg0[i] === SOFTIRQ_NET_RX || role.name === 'net_rx_action') countNetRx(sweep, thread, role, b.source[i]);
      return;
    case Family.backlog:
      if (isOwn) thread.call!.flags |= CallFlag.socketEvidence;
      return;
  }
}

function takeTimersAck(sweep: Sweep, thread: ThreadState, role: ProbeRole, b: EventBatch, i: number, at: number): void {
  const parent = b.parent[i] < 0 ? '' : sweep.roles.roleOf(b.parent[i]).name;
  sweep.delayedAcks.takeAck(thread, role, parent, b, i, at, sweep.readers, sweep.lastSegmentNs);
}

export function countNetRx(sweep: Sweep, thread: ThreadState, role: ProbeRole, source: number): void {
  if (role.name !== 'net_rx_action' && source !== Source.tracepoint) return;
  const nested = thread.hasFamilyAbove(Family.softirq, 0) && thread.isInterrupted && role.name !== 'net_rx_action';
  if (!nested && (source === Source.tracepoint || !sweep.traits.saw(Kind.softirqEnd) || source === Source.graph))
    sweep.counts.netRxSoftirqs++;
}

export function countCopy(sweep: Sweep, thread: ThreadState, role: ProbeRole, b: EventBatch, i: number): void {
  const call = thread.call!;
  call.flags |= CallFlag.socketEvidence;
  const first = CallFlag.copiedFirst;
  if ((call.flags & CallFlag.waited) === 0) call.flags |= first;
  if (!sweep.traits.isCounted(role, b.source[i])) return;
  if (
    b.source[i] !== Source.tracepoint &&
    thread.hasFamilyAbove(Family.copy, call.baseDepth) &&
    isNestedCopy(thread, role, b.source[i])
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
export function isNestedCopy(thread: ThreadState, role: ProbeRole, source: number): boolean {
  return thread.findFrame(Family.copy, role.id, source, true) >= thread.call!.baseDepth;
}

export function countSubmit(
  sweep: Sweep,
  thread: ThreadState,
  isOwn: boolean,
  role: ProbeRole,
  b: EventBatch,
  i: number,
  at: number,
): void {
  const source = b.source[i];
  if (!sweep.traits.isCounted(role, source)) return;
  if (thread.findFrame(Family.submit, role.id, source, true) >= 0 && source !== Source.function) return;
  if (source === Source.function && sweep.parentOf(b, i) === role.id) return;
  const bytes = b.arg0[i];
  thread.lastDataReadyTaken = true;
  if (!isOwn) {
    submitForOther(sweep, thread, b, i, at);
    return;
  }
  const call = thread.call!;
  call.flags |= CallFlag.socketEvidence | CallFlag.tcp;
  if (role.name.startsWith('idxd_')) call.flags |= CallFlag.dsaSubmit;
  call.submits++;
  if (!Number.isNaN(bytes)) call.submitBytes += bytes;
  else call.flags |= CallFlag.unknownSubmitBytes;
  if (call.engineSinceNs < 0) call.engineSinceNs = at;
  if (thread.hasFamilyAbove(Family.early, call.baseDepth) || thread.hasFamilyAbove(Family.segment, call.baseDepth)) {
    call.earlyCopies++;
    sweep.counts.earlyInReader++;
  }
}

export function submitForOther(sweep: Sweep, thread: ThreadState, b: EventBatch, i: number, at: number): void {
  sweep.counts.earlyInSoftirq++;
  const sock = b.sock[i] >= 0 ? b.sock[i] : thread.earlySock;
  const served = findServedCall(sweep.readers, sock, sweep.traits.saw(Kind.pinBegin));
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

export function countDescriptor(
  sweep: Sweep,
  thread: ThreadState,
  isOwn: boolean,
  role: ProbeRole,
  b: EventBatch,
  i: number,
): void {
  const source = b.source[i];
  if (!sweep.traits.isCounted(role, source)) return;
  const isPage = role.name === 'dma_async_memcpy_pg_to_pg';
  if (isPage && isSecondName(sweep, thread, b, i)) return;
  thread.lastDescriptorWasBuf = role.name === 'dma_async_memcpy_buf_to_pg';
  thread.lastDescriptorDepth = b.depth[i];
  const bytes = b.arg0[i];
  if (!Number.isNaN(bytes)) sweep.counts.descriptorSizes.add(bytes);
  const call = isOwn ? thread.call : thread.offCallTarget;
  if (call === null) return;
  call.descriptors++;
  call.descriptorBytes += bytes;
}

/** 3.13–3.17: buf_to_pg calls pg_to_pg; one descriptor, two names. */
export function isSecondName(sweep: Sweep, thread: ThreadState, b: EventBatch, i: number): boolean {
  if (b.source[i] === Source.function) return sweep.roles.roleOf(b.parent[i]).name === 'dma_async_memcpy_buf_to_pg';
  if (!thread.lastDescriptorWasBuf) return false;
  if (b.source[i] === Source.graph) return b.depth[i] > thread.lastDescriptorDepth;
  return b.source[i] === Source.kprobe && sweep.traits.descriptorsNest;
}

export function countSegment(
  sweep: Sweep,
  thread: ThreadState,
  isOwn: boolean,
  role: ProbeRole,
  bytes: number,
  sock: number,
): void {
  if (bytes === 0) return;
  // Other names count the TCP header in, or tell no length.
  const payload = role.name === 'tcp_probe' ? bytes : 0;
  if (isOwn) {
    thread.call!.segments++;
    return;
  }
  let only: ThreadState | null = null;
  for (const reader of sweep.readers) {
    if (sock >= 0 && reader.call!.sock === sock) {
      addSegment(reader, payload);
      return;
    }
    if (only !== null) return;
    only = reader;
  }
  if (only !== null && !(sock >= 0 && only.call!.sock >= 0)) addSegment(only, payload);
}

export function countEnd(sweep: Sweep, thread: ThreadState, family: number, arg0: number): void {
  if (family === Family.pin && arg0 === 0 && thread.call !== null && !thread.isInterrupted) {
    thread.call.flags |= CallFlag.pinRefused;
  } else if (family === Family.early) {
    thread.lastDataReadyEarly = false;
    // Only the attempt's own result tells when no submit function was recorded.
    if ((arg0 & 1) === 1 && !Number.isNaN(arg0) && !sweep.traits.saw(Kind.submit)) countSilentEarlyCopy(sweep, thread);
    thread.earlySock = -1;
  }
}

export function countSilentEarlyCopy(sweep: Sweep, thread: ThreadState): void {
  if (thread.call !== null && !thread.isInterrupted) {
    const call = thread.call;
    call.submits++;
    call.earlyCopies++;
    call.flags |= CallFlag.unknownSubmitBytes;
    sweep.counts.earlyInReader++;
  } else {
    sweep.counts.earlyInSoftirq++;
    const served = findServedCall(sweep.readers, thread.earlySock, sweep.traits.saw(Kind.pinBegin));
    if (served.reader === null) thread.unlinkedCopies++;
    else addEarlyCopy(served.reader.call!, Number.NaN, 1, served.link, served.reader.call!.lastNs);
  }
}

function addSegment(reader: ThreadState, payload: number): void {
  const call = reader.call!;
  call.segments++;
  if (reader.off === Off.sleeping && Number.isNaN(reader.wokenAtNs) && payload > 0) call.sleepPayload += payload;
}
