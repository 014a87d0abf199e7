import { type CallRow, CallState, type Segment } from '../model/calls.ts';
import { uint32Column } from '../model/columns.ts';
import { DETAILS, PHASES, PhaseIndex } from '../model/phases.ts';
import { DETAIL_BUCKETS, foldBuckets, phaseOfBucket, type WaitRule } from './buckets.ts';
import { mappedBytesOf } from './mapped-bytes.ts';
import { CallFlag, type OpenCall, PIECE } from './open-call.ts';
import { settleWakes, type WakeRules } from './wake-reasons.ts';

const EINTR = -4;
/** -ERESTARTSYS … -ERESTART_RESTARTBLOCK: the signal is delivered after the syscall's exit line. */
const RESTART_FROM = -512;
const RESTART_TO = -516;
const MSG_WAITALL = 0x100;
const PHASE_COLUMNS = PHASES.map((phase) => `${phase}Ns`);
const DETAIL_COLUMNS = DETAILS.map((detail) => `${detail}Ns`);
const PINNED_UNKNOWN = 2;

/** Segments are kept for every call up to here; then for the worst and for sampled calls (segment-keeper.ts). */
export interface CallContext {
  file: number;
  isTimeless: boolean;
  waitRule: WaitRule;
  hasPinReturns: boolean;
  hasUnpinProbe: boolean;
  wakeRules: WakeRules;
}

/** Per row what the mechanisms need to know beside the columns. */
export class RowFlags {
  private readonly flags = uint32Column();
  push(flags: number): void {
    this.flags.push(flags);
  }
  get(row: number): number {
    return this.flags.get(row);
  }
  set(row: number, flags: number): void {
    this.flags.set(row, flags);
  }
}

export function isSignalReturn(returned: number): boolean {
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

/** Makes the row of a finished call; returns the row values. `endNs` NaN: the end is not in the text. */
export function makeRow(call: OpenCall, endNs: number, hasEnd: boolean, context: CallContext): Partial<CallRow> {
  const isCutAtStart = (call.state & CallState.cutAtStart) !== 0;
  if (Number.isNaN(call.returnedBytes) && !call.holdsSeveral) call.returnedBytes = call.innerBytes;
  if (Number.isNaN(call.returnedBytes)) call.returnedBytes = call.consumedBytes;
  const state = stateOf(call, context, hasEnd);
  const phases = foldBuckets(call.buckets, context.waitRule);
  const duration = durationOf(call, endNs, hasEnd, isCutAtStart);
  const row: Record<string, number> = {
    file: context.file,
    tid: call.tid,
    comm: call.comm,
    entry: call.entry,
    sock: call.sock,
    startNs: context.isTimeless ? Number.NaN : isCutAtStart ? endNs - call.cutDurationNs : call.startNs,
    endNs: context.isTimeless || !hasEnd ? Number.NaN : endNs,
    durationNs: duration,
    requestedBytes: call.requestedBytes,
    returnedBytes: call.returnedBytes,
    flags: call.callFlags,
    firstLine: call.firstLine,
    lastLine: call.lastLine,
    cpuStart: call.cpuStart,
    cpuEnd: call.cpuEnd,
    copyCpu: call.copyCpu,
    protocol: (call.flags & CallFlag.udp) !== 0 ? 2 : (call.flags & CallFlag.tcp) !== 0 ? 1 : 0,
    state,
    link: call.link,
    pinned: pinnedOf(call, context, hasEnd),
    wakeReason: settleWakes(call, context.wakeRules, isSignalReturn(call.returnedBytes)),
  };
  if (isCutAtStart) {
    if (!Number.isNaN(duration))
      for (const phase of PHASES) row[`${phase}Ns`] = phase === 'unattributed' ? duration : 0;
    return row;
  }
  settleRounding(phases, duration);
  for (let p = 0; p < PHASES.length; p++) row[PHASE_COLUMNS[p]] = phases[p];
  for (let d = 0; d < DETAILS.length; d++) row[DETAIL_COLUMNS[d]] = call.buckets[DETAIL_BUCKETS[d]];
  addCounts(row, call, context);
  return row;
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

function durationOf(call: OpenCall, endNs: number, hasEnd: boolean, isCutAtStart: boolean): number {
  if (isCutAtStart) return call.cutDurationNs;
  return hasEnd ? endNs - call.startNs : Number.NaN;
}

function pinnedOf(call: OpenCall, context: CallContext, hasEnd: boolean): number {
  if ((call.flags & CallFlag.pinSeen) === 0) return PINNED_UNKNOWN;
  if ((call.flags & CallFlag.pinRefused) !== 0) return 0;
  const isProven = call.submits > 0 || (call.flags & CallFlag.unpinSeen) !== 0;
  // Without a return value a pin that is never undone within a complete call did not happen.
  if (isProven || context.hasPinReturns || !context.hasUnpinProbe) return 1;
  return hasEnd ? 0 : PINNED_UNKNOWN;
}

function addCounts(row: Record<string, number>, call: OpenCall, context: CallContext): void {
  const isCopyUnknown = (call.flags & CallFlag.unknownCopyBytes) !== 0;
  const isSubmitUnknown = (call.flags & CallFlag.unknownSubmitBytes) !== 0;
  row.cpuCopies = call.cpuCopies;
  row.cpuCopyBytes = isCopyUnknown ? Number.NaN : call.cpuCopyBytes;
  row.dmaCopies = call.submits;
  row.earlyCopies = call.earlyCopies;
  row.descriptors = call.descriptors;
  row.dmaBytes = !isSubmitUnknown ? call.submitBytes : call.descriptors > 0 ? call.descriptorBytes : Number.NaN;
  row.softirqEarlyBytes = isSubmitUnknown ? Number.NaN : call.softirqEarlyBytes;
  row.earlyCopyNs = call.earlyCopyNs;
  row.engineBusyNs = call.submits > 0 ? call.engineBusyNs : 0;
  row.overlapNs = call.submits > 0 ? call.overlapNs : 0;
  row.mappedBytes = mappedBytesOf(call);
  row.sleeps = call.sleeps;
  row.wakeups = call.wakeups;
  row.usefulWakeups = call.wakeups - call.uselessWakeups;
  row.earlyWakeups = call.earlyWakeups;
  row.segments = call.segments;
  row.ackCount = call.acks;
  row.delackNs = call.delackNs;
  row.traceEvents = call.events;
  row.availableBytes = availableOf(call, isCopyUnknown);
  row.targetBytes = targetOf(call, context.wakeRules);
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

/** Pieces of the sweep as segments of the process lane, phases decided; ends where the call ends. */
export function makeSegments(call: OpenCall, endNs: number, rule: WaitRule): Segment[] {
  const out: Segment[] = [];
  const p = call.pieces;
  for (let i = 0; i < p.length; i += PIECE) {
    if (p[i + 1] >= endNs) break;
    const phase = PHASES[phaseOfBucket(p[i], rule)];
    const end = Math.min(p[i + 2], endNs);
    const last = out[out.length - 1];
    if (last !== undefined && last.phase === phase && last.endNs === p[i + 1] && last.cpu === p[i + 3])
      last.endNs = end;
    else out.push({ lane: 'process', phase, startNs: p[i + 1], endNs: end, cpu: p[i + 3], line: p[i + 4], label: '' });
  }
  for (const extra of call.lanes) if (extra.startNs < endNs) out.push(extra);
  return out;
}
