import { Edge, type EventBatch, Kind, Source } from '../../model/events.ts';
import { findDatedEvent, findDatedFunction, isAfterNetDma } from '../../model/kernel/dated-names.ts';
import { ACTIVITY_OF_KIND, Activity, PART_OF_KIND, Part } from '../state/activities.ts';
import type { ProbeRole, ProbeRoles } from '../state/probe-roles.ts';
import { type CaptureTraits, type NameGroup, Seen, SOURCES } from '../state/traits.ts';
import { LearnedRows } from './learned-rows.ts';

/** kprobe before graph before tracepoint before function entry: the order of precision of lengths and places. */
const SOURCE_RANK = new Uint8Array(8);
SOURCE_RANK[Source.kprobe] = 4;
SOURCE_RANK[Source.graph] = 3;
SOURCE_RANK[Source.tracepoint] = 2;
SOURCE_RANK[Source.function] = 1;
SOURCE_RANK[Source.syscall] = 5;

/**
 * Fills the traits of a file from its first rows (LEARNING_ROWS) before the walk starts, so that the first call is treated
 * like the last; a name first seen later is learned when it comes.
 */
export class TraitLearner {
  private readonly traits: CaptureTraits;
  private readonly roles: ProbeRoles;
  private readonly learned = new LearnedRows();
  /** By 2 × index of the name, + 1 as an event: names come again with every row that `learned` has forgotten. */
  private readonly notedNames: boolean[] = [];
  private readonly lastDescriptor = new Map<number, number>();

  constructor(traits: CaptureTraits) {
    this.traits = traits;
    this.roles = traits.roles;
  }

  learn(b: EventBatch): void {
    const { length, kind, source } = b;
    for (let i = 0; i < length; i++) {
      if (!this.learned.hasSeen(b, i)) this.learnRow(b, i);
      if (kind[i] === Kind.descriptor && source[i] === Source.kprobe) this.learnNesting(b, i);
    }
  }

  /** A name that bounds the release of the kernel: a tracepoint, or a function as a tracer or a probe's place names it. */
  private noteName({ name, index }: ProbeRole, isEvent: boolean): void {
    const noted = 2 * index + Number(isEvent);
    if (this.notedNames[noted] === true) return;
    this.notedNames[noted] = true;
    const dated = isEvent ? findDatedEvent(name) : findDatedFunction(name);
    if (dated === undefined) return;
    this.traits.datedNames.set(`${isEvent ? 'event' : 'function'} ${name}`, { name, isEvent });
    if (isAfterNetDma(dated)) this.traits.isAfterNetDma = true;
  }

  /** Learning the same again changes nothing, but for what `LearnedRows` leaves out. */
  private learnRow(b: EventBatch, i: number): void {
    const { traits } = this;
    const kind = b.kind[i];
    const source = b.source[i];
    traits.kinds[kind] = 1;
    if (source === Source.graph) traits.hasGraph = true;
    else if (source === Source.function) {
      traits.hasFunctionEntries = true;
      if (b.parent[i] >= 0) traits.hasParents = true;
    } else if (source === Source.kprobe) traits.hasKprobes = true;
    else if (source === Source.syscall) traits.hasSyscalls = true;
    if (!Number.isNaN(b.atNs[i])) traits.hasTimes = true;
    if (kind === Kind.switchIn) traits.hasSwitchIn = true;
    const role = this.roles.roleOf(b.probe[i]);
    if (kind === Kind.wakeup && role.name === 'sched_waking') traits.hasWaking = true;
    if (kind === Kind.channelLookUp && source !== Source.kprobe && this.roles.roleOf(b.parent[i]).isTcp)
      traits.hasReaderLookUp = true;
    this.noteName(role, source === Source.tracepoint);
    if (role.isRelease) traits.hasRelease = true;
    if (role.isLocked) traits.hasLocked = true;
    if (role.isSpaceAdjust && source === Source.tracepoint) traits.hasSpaceAdjust = true;
    if (kind === Kind.issue && role.name !== 'dma_issue_pending_all') traits.hasDoorbell = true;
    const activity = ACTIVITY_OF_KIND[kind];
    if (activity === 0) return;
    if (activity === Activity.call) {
      traits.hasCallLevels = true;
      if (role.callRank === 1 && !traits.hasSyscalls) traits.hasLevelsOfRing = true;
    }
    if (activity === Activity.wait || activity === Activity.early || role.name === 'net_dma_find_channel')
      traits.hasNetDmaProbe = true;
    const isEnd = PART_OF_KIND[kind] === Part.end || b.edge[i] === Edge.exit;
    const place = role.index * SOURCES + source;
    const hasLength = !isEnd && !Number.isNaN(b.arg0[i]);
    traits.seen[place] |= (isEnd || b.edge[i] === Edge.whole ? Seen.exit : 0) | (hasLength ? Seen.length : 0);
    if (isEnd || b.edge[i] === Edge.whole) {
      traits.activitySources[activity] |= 1 << source;
      if (activity === Activity.call) traits.hasCallReturns = true;
      else if (activity === Activity.copy && source !== Source.tracepoint) traits.hasCopyEnds = true;
      else if (activity === Activity.pin && (isEnd ? b.arg0[i] : b.arg3[i]) >= 0) traits.hasPinReturns = true;
    }
    if (!isEnd) this.rankGroup(role, source, traits.seen[place]);
    else if (source !== Source.tracepoint) this.rankTiming(role, source, traits.seen[place]);
  }

  private groupOf(role: ProbeRole): NameGroup {
    let group = this.traits.groups[role.groupIndex];
    if (group === undefined) {
      group = { countSource: -1, countScore: -1, level: 99, timing: 0, timingScore: -1 };
      this.traits.groups[role.groupIndex] = group;
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
      this.traits.bufToPg++;
      this.lastDescriptor.set(b.tid[i], b.arg0[i]);
    } else if (name === 'dma_async_memcpy_pg_to_pg' && this.lastDescriptor.size > 0) {
      if (this.lastDescriptor.get(b.tid[i]) === b.arg0[i]) this.traits.bufToPgFollowed++;
      this.lastDescriptor.delete(b.tid[i]);
    }
  }
}
