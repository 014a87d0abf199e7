import { CONTEXT_UNKNOWN, Context, Kind } from '../../model/events.ts';
import { Activity } from '../state/activities.ts';
import type { EventRow } from '../state/event-row.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import { LOCKED_RANK } from '../state/probe-roles.ts';
import type { ThreadState } from '../state/thread.ts';
import type { WalkState } from '../state/walk-state.ts';

/**
 * Function entries tell no end: what ends a call is its last own act. tcp_recvmsg releases the socket (net/ipv4/tcp.c; up to
 * 5.10 its loop may lock it again at once), getsockopt(TCP_ZEROCOPY_RECEIVE) likewise, udp_recvmsg frees the datagram.
 */
function isLastAct(call: OpenCall, row: EventRow): boolean {
  const { role, parent } = row;
  if (role.isRelease) {
    if (parent.isTcp && !parent.isLocked) return true;
    return (call.flags & CallFlag.zerocopy) !== 0 && parent.releasesAfterZerocopy;
  }
  // skb_consume_udp, or what of it is not inlined
  return row.activity === Activity.free && parent.isUdp;
}

/** Activities that a receive function goes on with: they take the end back. What release_sock calls last does not. */
const GOES_ON = new Set<number>([
  Activity.call,
  Activity.lock,
  Activity.copy,
  Activity.sleep,
  Activity.submit,
  Activity.pin,
  Activity.unpin,
  Activity.wait,
  Activity.ack,
  Activity.map,
  Activity.unmap,
  Activity.backlog,
]);

/**
 * A row that belongs to the open call: is it the last act so far, or does the call go on after it? `depth`: frames that remain
 * when the row's caller is on the stack, else -1. Returns the depth to which the stack is to be unwound.
 */
export function noteLastAct(call: OpenCall, row: EventRow, depth: number): number {
  if (isLastAct(call, row)) {
    // A caller that was not recorded lies between the outermost level and everything else.
    const at = depth >= 0 ? depth : call.baseDepth + 1;
    call.releasedAtDepth = at;
    return at;
  }
  if (call.releasedAtDepth >= 0 && depth >= 0 && depth <= call.releasedAtDepth && GOES_ON.has(row.activity)) {
    call.releasedAtDepth = -1;
  }
  return depth;
}

/** Work that release_sock does last of all: TCP input of the backlog, what it answers, whom it wakes. */
const IN_RELEASE = new Set<number>([
  Activity.none,
  Activity.segment,
  Activity.early,
  Activity.backlog,
  Activity.submit,
  Activity.copy,
  Activity.ack,
  Activity.descriptor,
  Activity.free,
]);

/** Whether the row can run inside the last release_sock, although its caller is not on the stack. */
export function runsInRelease(thread: ThreadState, call: OpenCall, row: EventRow): boolean {
  if (!IN_RELEASE.has(row.activity) || !row.parent.isInputWork) return false;
  if (row.activity === Activity.segment || row.activity === Activity.backlog) return true;
  for (let i = thread.depth - 1; i > call.releasedAtDepth; i--)
    if (thread.activity[i] === Activity.segment || thread.activity[i] === Activity.backlog) return true;
  return false;
}

/** The row runs in an interrupt, as far as its flags and the stack tell: it says nothing of the thread's own work. */
export function isBorrowed(thread: ThreadState, row: EventRow): boolean {
  if (thread.isInterrupted || row.activity === Activity.irq || row.activity === Activity.softirq) return true;
  const { context } = row;
  return context !== CONTEXT_UNKNOWN && (context & (Context.softirqFlag | Context.hardirqFlag)) !== 0;
}

/** The row's caller, which is nowhere on the stack of the call, proves that the call is over. */
export function isAfterCall(thread: ThreadState, call: OpenCall, row: EventRow): boolean {
  if (isBorrowed(thread, row)) return false;
  if (row.parent.isOtherCall) return true;
  return call.releasedAtDepth >= 0 && !isLastAct(call, row) && !runsInRelease(thread, call, row);
}

/**
 * Texts without callers: the clean-up followed by release_sock, with no sk_wait_data between, is the end of tcp_recvmsg. Returns
 * true when the row shows that the call was over before it.
 */
export function noteLastActByOrder(walk: WalkState, thread: ThreadState, call: OpenCall, row: EventRow): boolean {
  // The next call ends this one by itself.
  if (isBorrowed(thread, row) || row.activity === Activity.none || row.activity === Activity.call) return false;
  const { role, activity } = row;
  const wasReleased = call.releasedAtDepth >= 0;
  if (wasReleased && !IN_RELEASE.has(activity)) {
    // From 5.11 on the loop is a function of its own, which keeps the lock: nothing of the call follows the release.
    if (call.functionRank < LOCKED_RANK && walk.traits.hasLocked) return true;
    call.releasedAtDepth = -1;
  }
  if (role.isRelease && call.cleanedUp) {
    call.releasedAtDepth = thread.depth;
  }
  if (role.group === 'ack-decision' && role.name !== '__tcp_ack_snd_check') call.cleanedUp = true;
  else if (GOES_ON.has(activity) && activity !== Activity.ack) call.cleanedUp = false;
  return false;
}

/** What comes last in a receive: a text without release_sock shows these at the end of a call. */
const LAST_ACTIVITIES = new Set<number>([Activity.ack, Activity.unpin, Activity.free, Activity.unmap]);

/** The row was inside a call without a recorded end: does a call end with such a row? */
export function noteInside(walk: WalkState, thread: ThreadState, call: OpenCall, row: EventRow): void {
  if (isBorrowed(thread, row)) return;
  const isRelease = row.role.isRelease && !thread.hasActivityAbove(Activity.sleep, call.baseDepth);
  const isEnd = LAST_ACTIVITIES.has(row.activity) && !walk.traits.hasRelease;
  call.endsLikeThis = isRelease || isEnd || row.kind === Kind.recvLength;
}
