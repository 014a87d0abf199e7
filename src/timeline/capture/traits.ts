import { Edge, type EventBatch, Kind, Source } from '../../model/events.ts';
import { FAMILY_OF_KIND, Family, ROLE_OF_KIND } from '../state/families.ts';
import { LearnedRows } from './learned-rows.ts';
import { isNameAfterNetDma, type ProbeRole, type ProbeRoles } from './probe-roles.ts';

/** What was seen of one name by one source. */
const Seen = { exit: 1, length: 2 } as const;
const SOURCES = 8;

interface Group {
  /** Score of the counted source so far, its source and the outermost level it has. */
  countSource: number;
  countScore: number;
  level: number;
  /** Bit per source whose frames carry the phase. */
  timing: number;
  timingScore: number;
}

/** kprobe before graph before tracepoint before function entry: the order of precision of lengths and places. */
const SOURCE_RANK = new Uint8Array(8);
SOURCE_RANK[Source.kprobe] = 4;
SOURCE_RANK[Source.graph] = 3;
SOURCE_RANK[Source.tracepoint] = 2;
SOURCE_RANK[Source.function] = 1;
SOURCE_RANK[Source.syscall] = 5;

/**
 * What one file can show: which probes have returns, which of several lines about one action is counted, which carries
 * the time. Learned from the first rows of the file (LEARNING_ROWS) before the sweep starts, so that the first call is
 * treated like the last; a name first seen later is learned when it comes.
 */
export class CaptureTraits {
  private readonly roles: ProbeRoles;
  /** Bits of Seen, place = index of the name × SOURCES + source. */
  private readonly seen: number[] = [];
  private readonly groups: Group[] = [];
  /** Kinds seen so far (index = kind), for evidence and for phases that the capture could not have shown. */
  private readonly kinds = new Uint8Array(256);
  private readonly learned = new LearnedRows();
  readonly familySources = new Int32Array(32);
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
  hasNetDmaProbe = false;
  /** A name that exists only after NET_DMA (3.18+): nothing can be pinned. */
  isAfterNetDma = false;
  /** Doorbell of one engine (not that of the softirq for all of them). */
  hasDoorbell = false;
  /** Some call rang it itself and then polled: the wait is in the text without its function. */
  hasInlinedWait = false;
  /** release_sock of a tracer or probe: what it runs and what follows it can be told from the loop. */
  hasRelease = false;
  /** io_recv seen: tries of an io_uring receive. */
  hasLevelsOfRing = false;
  /** Channel look-up directly under tcp_recvmsg was seen. */
  hasReaderLookUp = false;
  /** 3.13+: pg_to_pg runs inside buf_to_pg; each buf_to_pg was followed at once by a pg_to_pg of the same length. */
  private bufToPg = 0;
  private bufToPgFollowed = 0;
  private lastDescriptor = new Map<number, number>();

  constructor(roles: ProbeRoles) {
    this.roles = roles;
  }

  learn(b: EventBatch): void {
    const { length, kind, source } = b;
    for (let i = 0; i < length; i++) {
      if (!this.learned.hasSeen(b, i)) this.learnRow(b, i);
      if (kind[i] === Kind.descriptor && source[i] === Source.kprobe) this.learnNesting(b, i);
    }
  }

  /** Learning the same again changes nothing, but for what `LearnedRows` leaves out. */
  private learnRow(b: EventBatch, i: number): void {
    const kind = b.kind[i];
    const source = b.source[i];
    this.kinds[kind] = 1;
    if (source === Source.graph) this.hasGraph = true;
    else if (source === Source.function) {
      this.hasFunctionEntries = true;
      if (b.parent[i] >= 0) this.hasParents = true;
    } else if (source === Source.kprobe) this.hasKprobes = true;
    else if (source === Source.syscall) this.hasSyscalls = true;
    if (!Number.isNaN(b.atNs[i])) this.hasTimes = true;
    if (kind === Kind.switchIn) this.hasSwitchIn = true;
    const role = this.roles.roleOf(b.probe[i]);
    if (kind === Kind.wakeup && role.name === 'sched_waking') this.hasWaking = true;
    if (kind === Kind.channelLookUp && source !== Source.kprobe && this.roles.roleOf(b.parent[i]).isTcp)
      this.hasReaderLookUp = true;
    if (!this.isAfterNetDma && isNameAfterNetDma(role.name, source)) this.isAfterNetDma = true;
    if (role.isRelease) this.hasRelease = true;
    if (kind === Kind.issue && role.name !== 'dma_issue_pending_all') this.hasDoorbell = true;
    const family = FAMILY_OF_KIND[kind];
    if (family === 0) return;
    if (family === Family.call) {
      this.hasCallLevels = true;
      if (role.callRank === 1 && !this.hasSyscalls) this.hasLevelsOfRing = true;
    }
    if (family === Family.wait || family === Family.early || role.name === 'net_dma_find_channel')
      this.hasNetDmaProbe = true;
    const isEnd = ROLE_OF_KIND[kind] === 2 || b.edge[i] === Edge.exit;
    const place = role.index * SOURCES + source;
    const hasLength = !isEnd && !Number.isNaN(b.arg0[i]);
    this.seen[place] |= (isEnd || b.edge[i] === Edge.whole ? Seen.exit : 0) | (hasLength ? Seen.length : 0);
    if (isEnd || b.edge[i] === Edge.whole) {
      this.familySources[family] |= 1 << source;
      if (family === Family.call) this.hasCallReturns = true;
      else if (family === Family.copy && source !== Source.tracepoint) this.hasCopyEnds = true;
      else if (family === Family.pin && (isEnd ? b.arg0[i] : b.arg3[i]) >= 0) this.hasPinReturns = true;
    }
    if (!isEnd) this.rankGroup(role, source, this.seen[place]);
    else if (source !== Source.tracepoint) this.rankTiming(role, source, this.seen[place]);
  }

  private groupOf(role: ProbeRole): Group {
    let group = this.groups[role.groupIndex];
    if (group === undefined) {
      group = { countSource: -1, countScore: -1, level: 99, timing: 0, timingScore: -1 };
      this.groups[role.groupIndex] = group;
    }
    return group;
  }

  /** Lengths first, then the outermost level, then the source. */
  private rankGroup(role: ProbeRole, source: number, seen: number): void {
    const group = this.groupOf(role);
    const score = (10 - role.level) * 100 + ((seen & Seen.length) !== 0 ? 10 : 0) + SOURCE_RANK[source];
    if (score > group.countScore) {
      group.countScore = score;
      group.countSource = source;
      group.level = role.level;
    }
    this.rankTiming(role, source, seen);
  }

  private rankTiming(role: ProbeRole, source: number, seen: number): void {
    const group = this.groupOf(role);
    if ((seen & Seen.exit) !== 0 && source !== Source.tracepoint) {
      if (group.timingScore < 100) group.timing = 0;
      group.timingScore = 100;
      group.timing |= 1 << source;
      return;
    }
    // Without ends: function entries (ended by the next entry of a caller) before points (ended by the next event).
    const score = source === Source.function ? 50 : SOURCE_RANK[source];
    if (score > group.timingScore) {
      group.timingScore = score;
      group.timing = 1 << source;
    } else if (score === group.timingScore) group.timing |= 1 << source;
  }

  /** Descriptors of kprobes. */
  private learnNesting(b: EventBatch, i: number): void {
    const { name } = this.roles.roleOf(b.probe[i]);
    if (name === 'dma_async_memcpy_buf_to_pg') {
      this.bufToPg++;
      this.lastDescriptor.set(b.tid[i], b.arg0[i]);
    } else if (name === 'dma_async_memcpy_pg_to_pg' && this.lastDescriptor.size > 0) {
      if (this.lastDescriptor.get(b.tid[i]) === b.arg0[i]) this.bufToPgFollowed++;
      this.lastDescriptor.delete(b.tid[i]);
    }
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

  /** Interrupt brackets of function entries have no end: not used when another source brackets them. */
  hasBracketed(family: number): boolean {
    return this.familySources[family] !== 0;
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
