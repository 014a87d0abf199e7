import { CallState } from '../../model/calls.ts';
import { DETAILS, PHASES, PhaseIndex } from '../../model/phases.ts';
import { familyOf, Protocol } from '../../model/sockets/protocol.ts';
import type { StringTable } from '../../model/string-table.ts';
import { DETAIL_BUCKETS, foldBuckets, type WaitRule } from '../state/buckets.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import type { WakeRules } from '../state/wake-rules.ts';
import { mappedBytesOf } from './mapped-bytes.ts';
import { At, blankRowValues, DETAILS_AT, PHASES_AT } from './values.ts';
import { settleWakes } from './wakes.ts';

const EINTR = -4;
/** -ERESTARTSYS … -ERESTART_RESTARTBLOCK: the signal is delivered after the syscall's exit line. */
const RESTART_FROM = -512;
const RESTART_TO = -516;
const MSG_WAITALL = 0x100;
const PINNED_UNKNOWN = 2;

/** What the row of a call needs to know of its file. */
export interface CallContext {
  file: number;
  isTimeless: boolean;
  waitRule: WaitRule;
  hasPinReturns: boolean;
  hasUnpinProbe: boolean;
  wakeRules: WakeRules;
  strings: StringTable;
  /** WalkState.flowOf. */
  flowOf: ReadonlyMap<number, number>;
  /** Process of a thread, where the text prints both. */
  tgids: ReadonlyMap<number, number>;
}

function isSignalReturn(returned: number): boolean {
  return returned === EINTR || (returned <= RESTART_FROM && returned >= RESTART_TO);
}

/** State bits of a finished call. */
function stateOf(call: OpenCall, context: CallContext, hasEnd: boolean): number {
  let state = call.state;
  if (!hasEnd) state |= CallState.cutAtEnd;
  if (call.hasMigrated) state |= CallState.migrated;
  if (context.isTimeless) state |= CallState.timeless;
  if (call.tid < 0) state |= CallState.unknownTask;
  if (isSignalReturn(call.returnedBytes)) state |= CallState.interrupted;
  else if (call.returnedBytes < 0) state |= CallState.failed;
  return state;
}

/** Fills `row` (places: values.ts) for a finished call. `endNs` NaN: the end is not in the text. */
export function fillRow(row: Float64Array, call: OpenCall, endNs: number, context: CallContext): void {
  const hasEnd = !Number.isNaN(endNs);
  const isCutAtStart = (call.state & CallState.cutAtStart) !== 0;
  if (Number.isNaN(call.returnedBytes) && !call.holdsSeveral) call.returnedBytes = call.innerBytes;
  if (Number.isNaN(call.returnedBytes)) call.returnedBytes = call.consumedBytes;
  const duration = isCutAtStart ? call.cutDurationNs : endNs - call.startNs;
  blankRowValues(row);
  row[At.file] = context.file;
  row[At.tid] = call.tid;
  row[At.comm] = call.comm;
  row[At.entry] = call.entry;
  row[At.sock] = call.sock;
  row[At.startNs] = context.isTimeless ? Number.NaN : isCutAtStart ? endNs - call.cutDurationNs : call.startNs;
  row[At.endNs] = context.isTimeless ? Number.NaN : endNs;
  row[At.durationNs] = duration;
  row[At.requestedBytes] = call.requestedBytes;
  row[At.returnedBytes] = call.returnedBytes;
  row[At.flags] = call.callFlags;
  row[At.firstLine] = call.firstLine;
  row[At.lastLine] = call.lastLine;
  row[At.cpuStart] = call.cpuStart;
  row[At.cpuEnd] = call.cpuEnd;
  row[At.copyCpu] = call.copyCpu;
  row[At.protocol] = protocolOf(call);
  row[At.flow] = call.flow >= 0 ? call.flow : (context.flowOf.get(call.sock) ?? -1);
  row[At.family] = familyOfCall(call, context.strings.textOf(row[At.flow]));
  row[At.tgid] = context.tgids.get(call.tid) ?? -1;
  row[At.state] = stateOf(call, context, hasEnd);
  row[At.link] = call.link;
  row[At.pinned] = pinnedOf(call, context, hasEnd);
  row[At.wakeReason] = settleWakes(call, context.wakeRules, isSignalReturn(call.returnedBytes));
  if (isCutAtStart) {
    if (!Number.isNaN(duration))
      for (let p = 0; p < PHASES.length; p++) row[PHASES_AT[p]] = p === PhaseIndex.unattributed ? duration : 0;
    return;
  }
  const phases = foldBuckets(call.buckets, context.waitRule);
  settleRounding(phases, duration);
  for (let p = 0; p < PHASES.length; p++) row[PHASES_AT[p]] = phases[p];
  for (let d = 0; d < DETAILS.length; d++) row[DETAILS_AT[d]] = call.buckets[DETAIL_BUCKETS[d]];
  addCounts(row, call, context);
}

/** Phases were summed from the same differences; only a call closed before its clock moved on can differ. */
function settleRounding(phases: number[], duration: number): void {
  if (Number.isNaN(duration)) return;
  let sum = 0;
  for (const value of phases) sum += value;
  const rest = duration - sum;
  if (rest > 0) phases[PhaseIndex.unattributed] += rest;
  else if (rest < 0) takeBack(phases, -rest);
}

function takeBack(phases: number[], excess: number): void {
  let left = excess;
  for (let p = PHASES.length - 1; p >= 0 && left > 0; p--) {
    const taken = Math.min(phases[p], left);
    phases[p] -= taken;
    left -= taken;
  }
}

function protocolOf(call: OpenCall): number {
  if ((call.flags & CallFlag.udp) !== 0) return Protocol.udp;
  return (call.flags & CallFlag.tcp) !== 0 ? Protocol.tcp : Protocol.unknown;
}

const AF_INET = 2;
const AF_INET6 = 10;

function familyOfCall(call: OpenCall, flow: string): number {
  if (call.socketKind > 0) return familyOf(call.socketKind);
  return flow === '' ? 0 : flow[0] === '[' ? AF_INET6 : AF_INET;
}

function pinnedOf(call: OpenCall, context: CallContext, hasEnd: boolean): number {
  if ((call.flags & CallFlag.pinSeen) === 0) return PINNED_UNKNOWN;
  if ((call.flags & CallFlag.pinRefused) !== 0) return 0;
  const isProven = call.submits > 0 || (call.flags & CallFlag.unpinSeen) !== 0;
  // Without a return value a pin that is never undone within a complete call did not happen.
  if (isProven || context.hasPinReturns || !context.hasUnpinProbe) return 1;
  return hasEnd ? 0 : PINNED_UNKNOWN;
}

function addCounts(row: Float64Array, call: OpenCall, context: CallContext): void {
  const isCopyUnknown = (call.flags & CallFlag.unknownCopyBytes) !== 0;
  const isSubmitUnknown = (call.flags & CallFlag.unknownSubmitBytes) !== 0;
  row[At.cpuCopies] = call.cpuCopies;
  row[At.cpuCopyBytes] = isCopyUnknown ? Number.NaN : call.cpuCopyBytes;
  row[At.dmaCopies] = call.submits;
  row[At.earlyCopies] = call.earlyCopies;
  row[At.descriptors] = call.descriptors;
  row[At.dmaBytes] = !isSubmitUnknown ? call.submitBytes : call.descriptors > 0 ? call.descriptorBytes : Number.NaN;
  row[At.softirqEarlyBytes] = isSubmitUnknown ? Number.NaN : call.softirqEarlyBytes;
  row[At.earlyCopyNs] = call.earlyCopyNs;
  row[At.engineBusyNs] = call.submits > 0 ? call.engineBusyNs : 0;
  row[At.overlapNs] = call.submits > 0 ? call.overlapNs : 0;
  row[At.mappedBytes] = mappedBytesOf(call);
  row[At.sleeps] = call.sleeps;
  row[At.wakeups] = call.wakeups;
  row[At.usefulWakeups] = call.wakeups - call.uselessWakeups;
  row[At.earlyWakeups] = call.earlyWakeups;
  row[At.segments] = call.segments;
  row[At.ackCount] = call.acks;
  row[At.delackNs] = call.delackNs;
  row[At.traceEvents] = call.events;
  row[At.availableBytes] = availableOf(call, isCopyUnknown);
  row[At.targetBytes] = targetOf(call, context.wakeRules);
}

/** sock_rcvlowat(): MSG_WAITALL waits for all of it, else min(SO_RCVLOWAT, len), where tcp_set_rcvlowat told the value. */
function targetOf(call: OpenCall, rules: WakeRules): number {
  if ((call.callFlags & MSG_WAITALL) !== 0) return call.requestedBytes;
  const lowat = rules.lowatOf.get(call.sock) ?? Number.NaN;
  return call.callFlags >= 0 ? Math.min(lowat, call.requestedBytes) : Number.NaN;
}

/**
 * Bytes queued at entry (receive-path.md 2.4, bounds): a call that copied nothing before its first wait found nothing; a
 * call that ran the queue dry before waiting found what it copied; a call that never waited and returned less than asked
 * found what it returned.
 */
function availableOf(call: OpenCall, isCopyUnknown: boolean): number {
  const hasWaited = (call.flags & CallFlag.waited) !== 0;
  if (hasWaited && (call.flags & CallFlag.copiedFirst) === 0) return 0;
  if (hasWaited) return isCopyUnknown ? Number.NaN : call.bytesBeforeWait;
  if (call.returnedBytes >= 0 && call.returnedBytes < call.requestedBytes) return call.returnedBytes;
  return Number.NaN;
}
