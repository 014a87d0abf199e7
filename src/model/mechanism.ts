import type { CallRow, MechanismId } from './calls.ts';
import type { Fact } from './environment.ts';

/** What is known about one call when its mechanism and decline reason are decided. NaN / null = not in the capture. */
export interface CallFacts {
  requestedBytes: number;
  returnedBytes: number;
  flags: number;
  pinned: boolean | null;
  /** Engine transfers of the call, early ones included. */
  dmaCopies: number;
  dmaBytes: number;
  cpuCopies: number;
  mappedBytes: number;
  zerocopySeen: boolean;
  ioUringZeroCopySeen: boolean;
  /** Submissions of the call went to idxd. */
  dsaSeen: boolean;
  /** Presence of a call to the channel look-up under tcp_recvmsg: the last clause was reached. */
  channelLookedUp: boolean | null;
  /** The call copied before its first wait / waited before any copy; null = cannot tell. */
  copiedBeforeWait: boolean | null;
  /** Fewer bytes than the target were there: the call slept for data in sk_wait_data. */
  waitedForData: boolean;
  /** The channel look-up returned none although dma_find_channel had found an engine (3.4 on: aligned copies only). */
  engineRefused: boolean;
  /** `available < target` is part of the predicate (2.6.23 on); null = release unknown. */
  hasAvailableClause: boolean | null;
  /** Something of the capture proves tcp_low_latency = 0: the prequeue is in use. */
  prequeueUsed: boolean;
  /** Smallest read buffer that was offloaded: copybreak is below it. NaN none. */
  smallestOffloadedBytes: number;
  availableBytes: number;
  targetBytes: number;
  isUdp: boolean;
  /** Probes that could have shown a copy / a pin / a channel look-up were armed in this capture. */
  canSeeCopy: boolean;
  canSeePin: boolean;
  canSeeChannelLookUp: boolean;
  /** The capture proves that the kernel has the mechanism at all (e.g. dma_* probes seen anywhere). */
  mechanismInKernel: boolean | null;
  /** Some other call of the capture was offloaded: engine and sysctls are then in order. */
  otherCallOffloaded: boolean;
  /** The pin function ran and failed. */
  pinFailed: boolean;
  /** Read length of the same program, where all its known reads of the run ask for the same; NaN else. */
  programReadBytes: number;
  /** Known reads of the same program carry MSG_PEEK: all (true), none (false), some or not known (null). */
  programPeeks: boolean | null;
  /** read, readv, splice: they carry no flags. */
  entryHasNoFlags: boolean;
  /** The engine's counters moved in the run: a channel is there and tcp_low_latency was 0. */
  engineMoved: boolean;
}

/** Codes of DECLINE_REASONS; '' = not declined or not applicable. */
export interface DeclineVerdict {
  reason: DeclineReason | '';
  knownBy: DeclineEvidence | '';
}

export const DECLINE_REASONS = [
  'none',
  'enough-data-queued',
  'below-copybreak',
  'peek',
  'low-latency',
  'no-channel',
  'alignment-refused',
  'pin-failed',
  'not-tcp',
  'no-offload-in-kernel',
  'not-visible',
] as const;
export type DeclineReason = (typeof DECLINE_REASONS)[number];

export const DECLINE_EVIDENCE = [
  'none',
  'argument',
  'sysctl',
  'probe-presence',
  'probe-absence',
  'order',
  'kernel-version',
  'not-visible',
  'other-calls',
  'counter',
  'sysfs',
] as const;
export type DeclineEvidence = (typeof DECLINE_EVIDENCE)[number];

export const DECLINE_TITLES: Record<DeclineReason, string> = {
  none: 'offloaded',
  'enough-data-queued': 'available ≥ target: enough data was queued, the call would not have waited',
  'below-copybreak': 'len ≤ tcp_dma_copybreak: the read buffer is too small',
  peek: 'MSG_PEEK',
  'low-latency': 'tcp_low_latency = 1',
  'no-channel': 'the look-up found no engine channel that may be used on this CPU',
  'alignment-refused': 'the engine needs aligned copies and was refused',
  'pin-failed': 'pinning the user buffer failed',
  'not-tcp': 'not a TCP socket',
  'no-offload-in-kernel': 'this kernel has no receive copy offload',
  'not-visible': 'not visible in this capture',
};

/** The operands of the predicate of NET_DMA in the order of C; all must hold. */
export const CLAUSES = ['available', 'copybreak', 'peek', 'lowLatency', 'channel'] as const;
export type Clause = (typeof CLAUSES)[number];
export const CLAUSE_TITLES: Record<Clause, string> = {
  available: 'available < target',
  copybreak: 'len > copybreak',
  peek: 'no MSG_PEEK',
  lowLatency: 'no low_latency',
  channel: 'engine channel',
};

/** Columns of the table of calls that hold the cells. */
export const CLAUSE_COLUMNS = {
  available: 'clauseAvailable',
  copybreak: 'clauseCopybreak',
  peek: 'clausePeek',
  lowLatency: 'clauseLowLatency',
  channel: 'clauseChannel',
} as const satisfies Record<Clause, keyof CallRow>;

/** What is known of one clause of one call, and by what. */
export interface ClauseCell {
  state: 'holds' | 'fails' | 'unknown';
  knownBy: DeclineEvidence | '';
}
export const UNKNOWN_CELL: ClauseCell = { state: 'unknown', knownBy: '' };

/** One byte a cell in the table of calls: 0 unknown, else 2 × evidence, + 1 where it fails. */
export function encodeCell({ state, knownBy }: ClauseCell): number {
  if (state === 'unknown' || knownBy === '') return 0;
  return 2 * DECLINE_EVIDENCE.indexOf(knownBy) + (state === 'fails' ? 1 : 0);
}

export function decodeCell(code: number): ClauseCell {
  const knownBy = DECLINE_EVIDENCE[code >> 1];
  if (code === 0 || knownBy === undefined || knownBy === 'none') return UNKNOWN_CELL;
  return { state: (code & 1) === 1 ? 'fails' : 'holds', knownBy };
}

/** One way of getting received bytes to the user (src/mechanisms). Mechanisms give event kinds a meaning, never new kinds. */
export interface Mechanism {
  readonly id: MechanismId;
  readonly title: string;
  /** First and last mainline release, '' open. */
  readonly eraFrom: string;
  readonly eraTo: string;
  /** 'seen' in a real capture, or 'documentation only'. */
  readonly evidence: 'seen' | 'documentation only';
  /** The mechanism of this call if it is this one, else null. Asked in registry order; the first that says yes wins. */
  matches(facts: CallFacts): MechanismId | null;
  /** Why the mechanism was not used for this call, clause by clause; null when it has no predicate. */
  explainDecline?(facts: CallFacts, environment: readonly Fact[]): DeclineVerdict;
  /** The same operand by operand; null where the predicate was not asked (another protocol, a kernel without it). */
  judgeClauses?(facts: CallFacts, environment: readonly Fact[]): Record<Clause, ClauseCell> | null;
}
