import type { SeenName } from '../../model/kernel/era.ts';
import { ACTIVITIES } from './activities.ts';
import type { ProbeRole, ProbeRoles } from './probe-roles.ts';

/** What was seen of one name by one source. */
export const Seen = { exit: 1, length: 2 } as const;
export const SOURCES = 8;

/** Names of one action (probe-roles.ts GROUPS): which of their lines is counted, which carries the time. */
export interface NameGroup {
  /** Score of the counted source so far, its source and the outermost level it has. */
  countSource: number;
  countScore: number;
  level: number;
  /** Bit per source whose frames carry the phase. */
  timing: number;
  timingScore: number;
}

/**
 * What one file can show: which probes have returns, which of several lines about one action is counted, which carries
 * the time. Filled by capture/trait-learner.ts, asked by everybody.
 */
export class CaptureTraits {
  readonly roles: ProbeRoles;
  /** Bits of Seen, place = index of the name × SOURCES + source. */
  readonly seen: number[] = [];
  readonly groups: NameGroup[] = [];
  /** Kinds seen so far (index = kind), for evidence and for phases that the capture could not have shown. */
  readonly kinds = new Uint8Array(256);
  /** Bit per source that tells the end of an activity. */
  readonly activitySources = new Int32Array(ACTIVITIES);
  hasWaking = false;
  hasSwitchIn = false;
  hasGraph = false;
  hasFunctionEntries = false;
  hasKprobes = false;
  /** Function lines name their callers. */
  hasParents = false;
  hasSyscalls = false;
  hasTimes = false;
  /** Entries of receive functions or syscalls were seen. */
  hasCallLevels = false;
  hasCallReturns = false;
  hasPinReturns = false;
  hasCopyEnds = false;
  /** tcp_rcv_space_adjust was recorded: a copy without it is not TCP's. */
  hasSpaceAdjust = false;
  hasNetDmaProbe = false;
  /** A name that exists only after NET_DMA (3.18+): nothing can be pinned. */
  isAfterNetDma = false;
  /** Names that only some releases have, as their rows' source tells what they are; key: 'event tcp_probe'. */
  readonly datedNames = new Map<string, SeenName>();
  /** Doorbell of one engine (not that of the softirq for all of them). */
  hasDoorbell = false;
  /** Some call rang it itself and then polled: the wait is in the text without its function. */
  hasInlinedWait = false;
  /** release_sock of a tracer or probe: what it runs and what follows it can be told from the loop. */
  hasRelease = false;
  /** tcp_recvmsg_locked (5.11+): the socket is released once, by tcp_recvmsg around it. */
  hasLocked = false;
  /** io_recv seen: tries of an io_uring receive. */
  hasLevelsOfRing = false;
  /** Channel look-up directly under tcp_recvmsg was seen. */
  hasReaderLookUp = false;
  /** 3.13+: pg_to_pg runs inside buf_to_pg; each buf_to_pg was followed at once by a pg_to_pg of the same length. */
  bufToPg = 0;
  bufToPgFollowed = 0;

  constructor(roles: ProbeRoles) {
    this.roles = roles;
  }

  /** True when pg_to_pg lines tell again of the buf_to_pg before them (3.13–3.17). */
  get descriptorsNest(): boolean {
    return this.bufToPg > 0 && this.bufToPgFollowed === this.bufToPg;
  }

  hasExit(role: ProbeRole, source: number): boolean {
    return (this.seen[role.index * SOURCES + source] & Seen.exit) !== 0;
  }

  isCounted(role: ProbeRole, source: number): boolean {
    const group = this.groups[role.groupIndex];
    return group !== undefined && group.countSource === source && group.level === role.level;
  }

  carriesTime(role: ProbeRole, source: number): boolean {
    const group = this.groups[role.groupIndex];
    return group !== undefined && (group.timing & (1 << source)) !== 0;
  }

  /** Interrupts of function entries have no end: not used when another source tells both. */
  hasEnds(activity: number): boolean {
    return this.activitySources[activity] !== 0;
  }

  hasLengths(group: string): boolean {
    const members = this.roles.indexesOf(group);
    return this.seen.some((bits, place) => (bits & Seen.length) !== 0 && members.has(Math.floor(place / SOURCES)));
  }

  /** Some name of this group was seen (probe-roles.ts). */
  sawGroup(group: string): boolean {
    return this.groups[this.roles.groupIndexOf(group)] !== undefined;
  }

  saw(kind: number): boolean {
    return this.kinds[kind] !== 0;
  }
}
