import { Kind, Source } from '../../model/events.ts';
import { Activity } from '../state/activities.ts';
import type { EventRow } from '../state/event-row.ts';
import { CallFlag } from '../state/open-call.ts';
import type { ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';
import { advance } from './clock.ts';
import { addEarlyCopy, findServedCall } from './served-call.ts';

/** One skb handed to the engine, by the call itself or by TCP input for a call elsewhere. */
export function countSubmit(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { role, source } = row;
  if (!walk.traits.isCounted(role, source)) return;
  if (source === Source.function) {
    if (row.parent.id === role.id) return;
  } else if (thread.findFrame(Activity.submit, role.id, source, true) >= 0) return;
  thread.lastDataReadyTaken = true;
  const call = thread.ownCall;
  if (call === null) {
    submitForOther(walk, thread, row);
    return;
  }
  const bytes = row.arg0;
  call.flags |= CallFlag.socketEvidence | CallFlag.tcp;
  if (role.name.startsWith('idxd_')) call.flags |= CallFlag.dsaSubmit;
  call.submits++;
  if (!Number.isNaN(bytes)) call.submitBytes += bytes;
  else call.flags |= CallFlag.unknownSubmitBytes;
  if (call.engineSinceNs < 0) call.engineSinceNs = row.at;
  if (
    thread.hasActivityAbove(Activity.early, call.baseDepth) ||
    thread.hasActivityAbove(Activity.segment, call.baseDepth)
  ) {
    call.earlyCopies++;
    walk.counts.earlyInReader++;
  }
}

function submitForOther(walk: WalkState, thread: ThreadState, row: EventRow): void {
  walk.counts.earlyInSoftirq++;
  const sock = row.sock >= 0 ? row.sock : thread.earlySock;
  const served = findServedCall(walk.readers, sock, walk.traits.saw(Kind.pinBegin));
  thread.offCallTarget = null;
  if (served.reader === null) {
    thread.unlinkedCopies++;
    thread.unlinkedBytes += row.arg0;
    return;
  }
  advance(served.reader, row.at);
  const call = served.reader.call!;
  addEarlyCopy(call, row.arg0, 1, served.link, row.at);
  thread.offCallTarget = call;
}

/** An early copy of which nothing but the result of the attempt is in the text. */
export function countSilentEarlyCopy(walk: WalkState, thread: ThreadState): void {
  const call = thread.ownCall;
  if (call !== null) {
    call.submits++;
    call.earlyCopies++;
    call.flags |= CallFlag.unknownSubmitBytes;
    walk.counts.earlyInReader++;
    return;
  }
  walk.counts.earlyInSoftirq++;
  const served = findServedCall(walk.readers, thread.earlySock, walk.traits.saw(Kind.pinBegin));
  if (served.reader === null) thread.unlinkedCopies++;
  else addEarlyCopy(served.reader.call!, Number.NaN, 1, served.link, served.reader.call!.lastNs);
}

export function countDescriptor(walk: WalkState, thread: ThreadState, row: EventRow): void {
  const { role } = row;
  if (!walk.traits.isCounted(role, row.source)) return;
  if (role.name === 'dma_async_memcpy_pg_to_pg' && isSecondName(walk, thread, row)) return;
  thread.lastDescriptorWasBuf = role.name === 'dma_async_memcpy_buf_to_pg';
  thread.lastDescriptorDepth = row.depth;
  const bytes = row.arg0;
  if (!Number.isNaN(bytes)) walk.counts.descriptorSizes.add(bytes);
  const call = thread.ownCall ?? thread.offCallTarget;
  if (call === null) return;
  call.descriptors++;
  call.descriptorBytes += bytes;
}

/** 3.13–3.17: buf_to_pg calls pg_to_pg; one descriptor, two names. */
function isSecondName(walk: WalkState, thread: ThreadState, row: EventRow): boolean {
  if (row.source === Source.function) return row.parent.name === 'dma_async_memcpy_buf_to_pg';
  if (!thread.lastDescriptorWasBuf) return false;
  if (row.source === Source.graph) return row.depth > thread.lastDescriptorDepth;
  return row.source === Source.kprobe && walk.traits.descriptorsNest;
}
