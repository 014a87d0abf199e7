import { Edge, type EventBatch, Kind } from '../../model/events.ts';
import { ACTIVITY_OF_KIND, PART_OF_KIND, Part } from './activities.ts';
import type { ProbeRole, ProbeRoles } from './probe-roles.ts';

/** Rows that are about more than the work of one thread, or about nothing; most are neither. */
export const RowClass = { work: 0, scheduler: 1, arrival: 2, idle: 3, border: 4 } as const;
const CLASS_OF_KIND = new Uint8Array(256);
for (const kind of [Kind.switchOut, Kind.switchIn, Kind.wakeup]) CLASS_OF_KIND[kind] = RowClass.scheduler;
/** Rows that tell of the softirq side alone: no call is touched by them. */
for (const kind of [
  Kind.skbEntered,
  Kind.napiPoll,
  Kind.skbFreed,
  Kind.queueFull,
  Kind.rcvbufGrown,
  Kind.softirqRaised,
  Kind.ipiSent,
  Kind.tcpTrouble,
])
  CLASS_OF_KIND[kind] = RowClass.arrival;
for (const kind of [Kind.marker, Kind.none]) CLASS_OF_KIND[kind] = RowClass.idle;
for (const kind of [Kind.lost, Kind.boundary, Kind.unread]) CLASS_OF_KIND[kind] = RowClass.border;

/** Rows of a call's own side that tell of arrivals too. */
const TELLS_OF_ARRIVALS = new Uint8Array(256);
for (const kind of [
  Kind.segmentArrived,
  Kind.segmentBegin,
  Kind.copyBegin,
  Kind.softirqBegin,
  Kind.softirqEnd,
  Kind.irqBegin,
  Kind.irqEnd,
  Kind.switchOut,
])
  TELLS_OF_ARRIVALS[kind] = 1;

/**
 * The row that is being walked: one object that is moved over the batches, so that a handler takes the row and no row costs
 * an object. What nearly every handler asks is set when it moves, the other columns are read when asked for.
 */
export class EventRow {
  kind = 0;
  source = 0;
  edge = 0;
  activity = 0;
  /** Time of the row; in a capture without times that of its thread's own clock. Set by the walk. */
  at = Number.NaN;
  role: ProbeRole;
  private batch!: EventBatch;
  private index = 0;
  private readonly roles: ProbeRoles;

  constructor(roles: ProbeRoles) {
    this.roles = roles;
    this.role = roles.unnamed;
  }

  moveTo(batch: EventBatch, index: number): void {
    this.batch = batch;
    this.index = index;
    const kind = batch.kind[index];
    this.kind = kind;
    this.source = batch.source[index];
    this.edge = batch.edge[index];
    this.activity = ACTIVITY_OF_KIND[kind];
    this.role = this.roles.roleOf(batch.probe[index]);
  }

  get tellsOfArrivals(): boolean {
    return TELLS_OF_ARRIVALS[this.kind] !== 0;
  }

  get rowClass(): number {
    return CLASS_OF_KIND[this.kind];
  }

  /** Opens a frame of its activity. */
  get isBegin(): boolean {
    return PART_OF_KIND[this.kind] === Part.begin && this.edge !== Edge.exit;
  }

  /** Closes one: of a kind that says so, or by its edge. */
  get isEnd(): boolean {
    return PART_OF_KIND[this.kind] === Part.end || this.edge === Edge.exit;
  }

  /** The function that called this one; the unnamed role (id -1) where the text does not say. */
  get parent(): ProbeRole {
    return this.roles.roleOf(this.batch.parent[this.index]);
  }

  /** Printed time, NaN without. */
  get printedNs(): number {
    return this.batch.atNs[this.index];
  }

  /** As printed, compiler suffix and all. */
  get probe(): number {
    return this.batch.probe[this.index];
  }

  get tid(): number {
    return this.batch.tid[this.index];
  }

  get cpu(): number {
    return this.batch.cpu[this.index];
  }

  get comm(): number {
    return this.batch.comm[this.index];
  }

  get line(): number {
    return this.batch.line[this.index];
  }

  /** Depth of function_graph, -1 in other texts. */
  get depth(): number {
    return this.batch.depth[this.index];
  }

  get durNs(): number {
    return this.batch.durNs[this.index];
  }

  get sock(): number {
    return this.batch.sock[this.index];
  }

  /** Address of the skb or the timer, NaN where none is printed. */
  get obj(): number {
    return this.batch.obj[this.index];
  }

  /** String id of what its kind says (src/model/events.ts), -1 none. */
  get aux(): number {
    return this.batch.aux[this.index];
  }

  get context(): number {
    return this.batch.context[this.index];
  }

  /** Arguments by kind: src/model/events.ts. */
  get arg0(): number {
    return this.batch.arg0[this.index];
  }

  get arg1(): number {
    return this.batch.arg1[this.index];
  }

  get arg2(): number {
    return this.batch.arg2[this.index];
  }

  get arg3(): number {
    return this.batch.arg3[this.index];
  }
}
