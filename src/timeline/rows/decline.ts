import { type CallTable, MECHANISM_IDS } from '../../model/calls.ts';
import type { Fact } from '../../model/environment.ts';
import { sumCounterDelta } from '../../model/kernel/counters.ts';
import { isAtLeast, type KernelEra } from '../../model/kernel/era.ts';
import {
  type CallFacts,
  CLAUSE_COLUMNS,
  CLAUSES,
  DECLINE_EVIDENCE,
  DECLINE_REASONS,
  encodeCell,
  type Mechanism,
} from '../../model/mechanism.ts';
import { CallFlag, NOT_WHOLE } from '../state/open-call.ts';
import type { RowFlags } from './flags.ts';
import { learnPrograms } from './programs.ts';
import { zeroIfAbsent } from './values.ts';

/** What one file could show about the offload decision (see README.md, "What counts as visible"). */
export interface DecisionEvidence {
  canSeeCopy: boolean;
  canSeePin: boolean;
  canSeeChannelLookUp: boolean;
  /** dma_* probes or the per-softirq doorbell were seen: the kernel has NET_DMA. */
  hasNetDma: boolean;
  otherCallOffloaded: boolean;
  prequeueUsed: boolean;
  /** The tracepoint of the copy was armed: a whole call without one copied nothing by CPU. */
  copyEventArmed: boolean;
}

const PINNED_UNKNOWN = 2;
const COMPLETE_PIN = 1;
const PEEK_OR_TRUNC = 0x22;

/** Names the mechanism of every row and why offload was declined, once the facts beside the trace are known. */
export function decideMechanisms(
  table: CallTable,
  flags: RowFlags,
  evidenceOf: ReadonlyMap<number, DecisionEvidence>,
  mechanisms: readonly Mechanism[],
  { facts, era }: { facts: readonly Fact[]; era: KernelEra },
): void {
  const isInKernel = era.netDma === 'impossible' ? false : era.netDma === 'seen' ? true : null;
  // `available < target` came with 2.6.23 (receive path reference 2.1).
  const hasAvailableClause = isAtLeast(era, 2, 6, 23);
  const smallest = smallestOffloaded(table);
  const programs = learnPrograms(table);
  const engineMoved = sumCounterDelta(facts, 'dma', '.bytes_transferred') > 0;
  const clauseColumns = CLAUSES.map((clause) => ({ clause, column: table.column(CLAUSE_COLUMNS[clause]) }));
  const mechanismColumn = table.column('mechanism');
  const columns = factColumns(table);
  const fileColumn = table.column('file');
  const pinnedColumn = columns.pinned;
  const reasonColumn = table.column('declineReason');
  const knownByColumn = table.column('declineKnownBy');
  for (let row = 0; row < table.length; row++) {
    const file = fileColumn.get(row);
    const evidence = evidenceOf.get(file)!;
    if (pinnedColumn.get(row) === PINNED_UNKNOWN && evidence.canSeePin && isWhole(columns, row))
      pinnedColumn.set(row, 0);
    const call = factsOfRow(columns, flags.get(row), row, evidence, isInKernel);
    call.hasAvailableClause = hasAvailableClause;
    call.smallestOffloadedBytes = smallest.get(file) ?? Number.NaN;
    Object.assign(call, programs.at(row), { engineMoved });
    for (const mechanism of mechanisms) {
      const id = mechanism.matches(call);
      if (id === null) continue;
      mechanismColumn.set(
        row,
        MECHANISM_IDS.indexOf(id === 'plain-copy' && hasUnseenBytes(columns, row) ? 'unknown' : id),
      );
      break;
    }
    // Bytes came that no CPU copied, and the engine's counters moved: the engine moved them, so every clause held.
    const isEngineLeft =
      engineMoved &&
      call.pinned === null &&
      call.mechanismInKernel !== false &&
      !call.isUdp &&
      hasUnseenBytes(columns, row, evidence.copyEventArmed);
    for (const mechanism of mechanisms) {
      const cells = mechanism.judgeClauses?.(call, facts) ?? null;
      if (cells === null) continue;
      for (const { clause, column } of clauseColumns) {
        const cell = isEngineLeft ? ({ state: 'holds', knownBy: 'counter' } as const) : cells[clause];
        column.set(row, encodeCell(cell));
      }
      break;
    }
    for (const mechanism of mechanisms) {
      const verdict = mechanism.explainDecline?.(call, facts);
      if (verdict === undefined || verdict.reason === '') continue;
      if (isEngineLeft) {
        reasonColumn.set(row, DECLINE_REASONS.indexOf('none'));
        knownByColumn.set(row, DECLINE_EVIDENCE.indexOf('counter'));
        break;
      }
      // Copying first and then bytes nobody saw: it may well have been offloaded (SO_RCVLOWAT above what was queued).
      const isDoubtful =
        verdict.reason === 'enough-data-queued' && verdict.knownBy === 'order' && hasUnseenBytes(columns, row);
      reasonColumn.set(row, DECLINE_REASONS.indexOf(isDoubtful ? 'not-visible' : verdict.reason));
      const knownBy = isDoubtful ? 'not-visible' : verdict.knownBy;
      if (knownBy !== '') knownByColumn.set(row, DECLINE_EVIDENCE.indexOf(knownBy));
      break;
    }
    const isRefused = CERTAIN_REFUSALS.has(DECLINE_REASONS[reasonColumn.get(row)]);
    if (pinnedColumn.get(row) === 0 || isRefused) foldIdleCheck(table, row);
  }
}

/**
 * More bytes were returned than the recorded CPU copies brought: with tracepoints only an engine copy leaves no line, so
 * "plain copy" would be a guess. (On captures that show both, the two sums add up to the returned bytes in every call.)
 */
function hasUnseenBytes(columns: FactColumns, row: number, copyEventArmed = false): boolean {
  if ((columns.flags.get(row) & PEEK_OR_TRUNC) !== 0 || !isWhole(columns, row)) return false;
  const copied = columns.cpuCopyBytes.get(row);
  return (Number.isNaN(copied) && copyEventArmed ? 0 : copied) < columns.returnedBytes.get(row);
}

/** Refusals by an argument or a sysctl: no pin, whether or not one could have been seen. */
const CERTAIN_REFUSALS: ReadonlySet<string> = new Set(['peek', 'below-copybreak', 'low-latency', 'not-tcp']);

/**
 * Every receive call of a CONFIG_NET_DMA kernel from 2.6.35 on looks whether the engine is done (tcp_service_net_dma), also one
 * that pinned nothing and submitted nothing: that microsecond is no wait for an engine.
 */
function foldIdleCheck(table: CallTable, row: number): void {
  const waited = table.get('waitNs', row);
  if (!(waited > 0) || table.get('dmaCopies', row) > 0) return;
  const rest = table.get('unattributedNs', row);
  table.column('unattributedNs').set(row, (Number.isNaN(rest) ? 0 : rest) + waited);
  table.column('waitNs').set(row, 0);
  for (const segment of table.segmentsByCall.get(row) ?? [])
    if (segment.phase === 'wait') segment.phase = 'unattributed';
}

/** Absence inside a call proves something only when the whole call is in the text. */
function isWhole(columns: FactColumns, row: number): boolean {
  return (columns.state.get(row) & NOT_WHOLE) === 0;
}

/** Looked up once: a row needs a dozen of them. */
function factColumns(table: CallTable) {
  return {
    requestedBytes: table.column('requestedBytes'),
    returnedBytes: table.column('returnedBytes'),
    flags: table.column('flags'),
    state: table.column('state'),
    pinned: table.column('pinned'),
    dmaCopies: table.column('dmaCopies'),
    dmaBytes: table.column('dmaBytes'),
    cpuCopies: table.column('cpuCopies'),
    cpuCopyBytes: table.column('cpuCopyBytes'),
    mappedBytes: table.column('mappedBytes'),
    availableBytes: table.column('availableBytes'),
    targetBytes: table.column('targetBytes'),
  };
}

type FactColumns = ReturnType<typeof factColumns>;

function factsOfRow(
  columns: FactColumns,
  flags: number,
  row: number,
  evidence: DecisionEvidence,
  isInKernel: boolean | null,
): CallFacts {
  const pinned = columns.pinned.get(row);
  const isCompleteRow = isWhole(columns, row);
  const hasWaited = (flags & CallFlag.waited) !== 0;
  const copiedFirst = (flags & CallFlag.copiedFirst) !== 0;
  return {
    requestedBytes: columns.requestedBytes.get(row),
    returnedBytes: columns.returnedBytes.get(row),
    flags: columns.flags.get(row),
    pinned: pinned === PINNED_UNKNOWN ? null : pinned === COMPLETE_PIN,
    dmaCopies: zeroIfAbsent(columns.dmaCopies.get(row)),
    dmaBytes: columns.dmaBytes.get(row),
    cpuCopies: zeroIfAbsent(columns.cpuCopies.get(row)),
    mappedBytes: columns.mappedBytes.get(row),
    zerocopySeen: (flags & CallFlag.zerocopy) !== 0,
    ioUringZeroCopySeen: (flags & CallFlag.ioUringZc) !== 0,
    dsaSeen: (flags & CallFlag.dsaSubmit) !== 0,
    channelLookedUp:
      (flags & CallFlag.channelLookedUp) !== 0 ? true : evidence.canSeeChannelLookUp && isCompleteRow ? false : null,
    copiedBeforeWait: copiedFirst ? true : hasWaited && evidence.canSeeCopy && isCompleteRow ? false : null,
    waitedForData: (flags & CallFlag.waitFunction) !== 0,
    engineRefused: (flags & CallFlag.channelNone) !== 0 && (flags & CallFlag.engineFound) !== 0,
    prequeueUsed: evidence.prequeueUsed,
    availableBytes: columns.availableBytes.get(row),
    targetBytes: columns.targetBytes.get(row),
    isUdp: (flags & CallFlag.udp) !== 0,
    canSeeCopy: evidence.canSeeCopy,
    canSeePin: evidence.canSeePin,
    canSeeChannelLookUp: evidence.canSeeChannelLookUp,
    mechanismInKernel: evidence.hasNetDma ? true : isInKernel,
    otherCallOffloaded: evidence.otherCallOffloaded,
    hasAvailableClause: null,
    smallestOffloadedBytes: Number.NaN,
    programReadBytes: Number.NaN,
    programPeeks: null,
    entryHasNoFlags: false,
    engineMoved: false,
    pinFailed: (flags & CallFlag.pinRefused) !== 0 || ((flags & CallFlag.pinSeen) !== 0 && pinned === 0),
  };
}

/** Per file: a buffer as large as one that was pinned is above tcp_dma_copybreak. */
function smallestOffloaded(table: CallTable): Map<number, number> {
  const smallest = new Map<number, number>();
  const { requestedBytes, pinned } = factColumns(table);
  const files = table.column('file');
  for (let row = 0; row < table.length; row++) {
    const requested = requestedBytes.get(row);
    if (pinned.get(row) !== COMPLETE_PIN || Number.isNaN(requested)) continue;
    const file = files.get(row);
    smallest.set(file, Math.min(requested, smallest.get(file) ?? Number.POSITIVE_INFINITY));
  }
  return smallest;
}
