import { Kind, Source } from '../../model/events.ts';
import { Activity } from '../state/activities.ts';
import type { EventRow } from '../state/event-row.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import { noteSegment, skbOf } from '../state/segments.ts';
import { Off, type ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { takeAck } from './delayed-ack.ts';
import { countDescriptor, countSilentEarlyCopy, countSubmit } from './submissions.ts';

export const SOFTIRQ_NET_RX = 1;

/** What the begin of an activity adds to the figures of its call and its file. */
export function countBegin(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { role } = row;
  const call = thread.ownCall;
  switch (row.activity) {
    case Activity.copy:
      if (call !== null) {
        walk.delacks.sockets.noteCopy(row.obj, call);
        walk.skbOwners.claim(row.obj, row.arg0, call);
        countCopy(walk, thread, call, row);
      } else if (
        walk.arrivals?.cameByDevice !== false &&
        !thread.isInterrupted &&
        row.comm >= 0 &&
        walk.traits.isCounted(role, row.source)
      )
        walk.counts.noteStrayCopy(row.comm, row.arg0);
      return;
    case Activity.submit:
      countSubmit(walk, thread, row);
      return;
    case Activity.descriptor:
      countDescriptor(walk, thread, row);
      return;
    case Activity.pin:
      if (call !== null) call.flags |= CallFlag.pinSeen | CallFlag.socketEvidence | CallFlag.tcp;
      return;
    case Activity.unpin:
      if (call === null) return;
      call.flags |= CallFlag.unpinSeen;
      call.closeEngine(row.at);
      return;
    case Activity.wait:
      thread.lastWaitBlocks = row.arg0 === 1;
      if (call !== null) call.flags |= CallFlag.socketEvidence | CallFlag.tcp;
      return;
    case Activity.sleep:
      if (call === null) return;
      call.flags |= CallFlag.socketEvidence | CallFlag.waited | CallFlag.waitFunction;
      if (!walk.traits.saw(Kind.switchOut) && !walk.traits.saw(Kind.scheduleBegin)) call.sleeps++;
      return;
    case Activity.schedule:
      if (call === null || walk.traits.saw(Kind.switchOut)) return;
      if (thread.hasActivityAbove(Activity.schedule, call.baseDepth)) return;
      if (thread.hasActivityAbove(Activity.sleep, call.baseDepth)) call.sleeps++;
      return;
    case Activity.early:
      thread.earlySock = row.sock;
      thread.lastDataReadyTaken = false;
      return;
    case Activity.segment:
      walk.lastSegmentNs = row.at;
      noteSegment(thread, row);
      noteInput(walk, thread, row);
      if (row.aux >= 0 && row.sock >= 0) walk.flowOf.set(row.sock, row.aux);
      // Where the calls name their sockets themselves nothing is asked of their skbs.
      if (row.aux >= 0 && row.arg0 > 0 && !walk.traits.saw(Kind.recvLength))
        walk.skbOwners.note(skbOf(thread, row), { sock: row.sock, flow: row.aux, leftBytes: row.arg0 });
      // With tcp_dma_try_early_copy inlined its submission and its wakeup show as those of tcp_rcv_established.
      thread.lastDataReadyTaken = false;
      if (walk.traits.isCounted(role, row.source)) countSegment(walk, call, row);
      return;
    case Activity.ack:
      if (walk.delacks.running.size > 0) takeAck(walk, thread, row);
      if (call === null) return;
      noteCleanup(call, row);
      if (role.group === 'ack' && walk.traits.isCounted(role, row.source)) call.acks++;
      return;
    case Activity.zerocopy:
      if (call !== null) call.flags |= CallFlag.zerocopy | CallFlag.socketEvidence | CallFlag.tcp;
      return;
    case Activity.map:
      if (call !== null) noteMapping(walk, call, row);
      return;
    case Activity.softirq:
      if (row.arg0 === SOFTIRQ_NET_RX || role.name === 'net_rx_action') countNetRx(walk, thread, row);
      return;
    case Activity.backlog:
      if (call !== null) call.flags |= CallFlag.socketEvidence;
      return;
  }
}

function countNetRx(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { source } = row;
  const isAction = row.role.name === 'net_rx_action';
  if (!isAction && source !== Source.tracepoint) return;
  if (!isAction && thread.isInterrupted && thread.hasActivityAbove(Activity.softirq, 0)) return;
  if (source === Source.tracepoint || !walk.traits.saw(Kind.softirqEnd) || source === Source.graph)
    walk.counts.netRxSoftirqs++;
}

function countCopy(walk: WalkState, thread: ThreadState, call: OpenCall, row: EventRow): void {
  const { role, source } = row;
  const hasWaited = (call.flags & CallFlag.waited) !== 0;
  call.flags |= CallFlag.socketEvidence | (hasWaited ? 0 : CallFlag.copiedFirst);
  if (!walk.traits.isCounted(role, source)) return;
  // The same function inside itself (frag_list recursion): the outer length holds the inner ones.
  const isNested =
    source !== Source.tracepoint && thread.findFrame(Activity.copy, role.id, source, true) >= call.baseDepth;
  if (isNested) return;
  call.cpuCopies++;
  call.copyCpu = thread.cpu;
  const bytes = row.arg0;
  if (!Number.isNaN(bytes)) {
    call.cpuCopyBytes += bytes;
    if (!hasWaited) call.bytesBeforeWait += bytes;
  } else call.flags |= CallFlag.unknownCopyBytes;
}

/** `own`: the call whose own context runs TCP input. */
function countSegment(walk: WalkState, own: OpenCall | null, row: EventRow): void {
  const { arg0: bytes, sock } = row;
  if (bytes === 0) return;
  if (own !== null) {
    own.segments++;
    return;
  }
  // Other names count the TCP header in, or tell no length.
  const payload = row.role.name === 'tcp_probe' ? bytes : 0;
  let only: ThreadState | null = null;
  for (const reader of walk.readers) {
    if (sock >= 0 && reader.call!.sock === sock) {
      addSegment(reader, payload);
      return;
    }
    if (only !== null) return;
    only = reader;
  }
  if (only !== null && !(sock >= 0 && only.call!.sock >= 0)) addSegment(only, payload);
}

function addSegment(reader: ThreadState, payload: number): void {
  const call = reader.call!;
  call.segments++;
  if (reader.off === Off.sleeping && Number.isNaN(reader.wokenAtNs) && payload > 0) call.sleepPayload += payload;
}

/** Bytes that a zero-copy receive took off the queue (rows/mapped-bytes.ts tells what follows from them). */
function noteCleanup(call: OpenCall, row: EventRow): void {
  if ((call.flags & CallFlag.zerocopy) === 0) return;
  const { role, arg0: copied } = row;
  if (role.group !== 'ack-decision' || role.name === '__tcp_ack_snd_check') return;
  call.flags |= CallFlag.mapSeen;
  // tcp_cleanup_rbuf and __tcp_cleanup_rbuf inside it tell of the same bytes.
  if (copied >= 0) call.consumedBytes = copied;
}

function noteMapping(walk: WalkState, call: OpenCall, row: EventRow): void {
  const { role } = row;
  call.flags |= CallFlag.mapSeen;
  if (role.name === 'tcp_zerocopy_vm_insert_batch' && walk.traits.isCounted(role, row.source))
    call.pagesToMap += row.arg0;
  if (role.name === 'io_zcrx_recv') call.flags |= CallFlag.ioUringZc | CallFlag.socketEvidence;
}

/** What the end of an activity tells: `result` is its return value. */
export function countEnd(walk: WalkState, thread: ThreadState, activity: number, result: number): void {
  if (activity === Activity.pin) {
    const call = thread.ownCall;
    if (call !== null && result === 0) call.flags |= CallFlag.pinRefused;
  } else if (activity === Activity.early) {
    thread.lastDataReadyEarly = false;
    // Only the attempt's own result tells when no submit function was recorded.
    if ((result & 1) === 1 && !Number.isNaN(result) && !walk.traits.saw(Kind.submit))
      countSilentEarlyCopy(walk, thread);
    thread.earlySock = -1;
  }
}

const INPUT_ENTRY = /^tcp_v[46]_rcv$/;
const INPUT = /^tcp_(?:v[46]_do_rcv|rcv_established)$/;

/** tcp_v4_rcv hands a segment on to TCP input at once, or puts it on the prequeue or the backlog. */
function noteInput(walk: WalkState, thread: ThreadState, { role, at }: EventRow): void {
  if (INPUT_ENTRY.test(role.name)) thread.inputEnteredNs = at;
  else if (INPUT.test(role.name)) {
    thread.inputEnteredNs = Number.NaN;
    walk.wakeRules.showsInput = true;
  }
}
