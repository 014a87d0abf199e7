import type { Segment } from '../../model/calls.ts';
import type { WaitRule } from '../state/buckets.ts';
import type { OpenCall } from '../state/open-call.ts';
import { PieceStore, type Pieces } from '../state/pieces.ts';
import { EarlyOffers } from './early-offers.ts';
import { type CallPieces, countSegments, makeSegments } from './segments.ts';

const ALL_UP_TO = 200_000;
const WORST_PER_CLASS = 16;
const SAMPLED_PER_CLASS = 16;

/**
 * Which calls keep their segments: all of them while they fit, afterwards the slowest and a seeded sample of every size
 * class (log2 of the returned bytes), so that an exemplar of each class can be drawn. Segments are made at the end, of
 * those that stayed.
 */
export class SegmentKeeper {
  private readonly random: () => number;
  /** Until thinning begins: every call that was offered, in order, and where the row stands (when rows come again). */
  private readonly early = new EarlyOffers();
  /** From then on those that stay. */
  private readonly pieces = new Map<number, CallPieces>();
  private readonly store = new PieceStore();
  private kept = 0;
  private isThinning = false;
  private readonly classes = new Map<number, { worst: [number, number][]; sample: number[]; seen: number }>();

  private readonly limit: number;

  constructor(random: () => number, keepsAll = false) {
    this.random = random;
    this.limit = keepsAll ? Number.POSITIVE_INFINITY : ALL_UP_TO;
  }

  /** The pieces of the call lie in its thread and are copied when its row keeps them. */
  offer(row: number, call: OpenCall, endNs: number, rule: WaitRule, durationNs: number): void {
    const sizeClass = call.returnedBytes > 0 ? 1 + Math.floor(Math.log2(call.returnedBytes)) : 0;
    const duration = !Number.isNaN(durationNs) ? durationNs : 0;
    if (this.isThinning && !this.place(row, sizeClass, duration)) return;
    const { data, from, to } = this.isThinning ? copyOf(call.pieces) : this.store.keep(call.pieces);
    const { lanes } = call;
    const offer = { row, data, from, to, lanes, laneCount: lanes.length, endNs, rule, sizeClass, duration };
    if (this.isThinning) this.pieces.set(row, offer);
    else {
      this.early.add(offer);
      this.kept += countSegments(offer);
      if (this.kept > this.limit) this.startThinning();
    }
  }

  /** The row has been given to another call. */
  forget(row: number): void {
    if (this.isThinning) this.pieces.delete(row);
    else this.early.forget(row);
  }

  giveSegments(segmentsByCall: Map<number, Segment[]>): void {
    const { early } = this;
    for (const offer of early.offers)
      if (!early.isForgotten(offer.row)) segmentsByCall.set(offer.row, makeSegments(offer));
    for (const [row, pieces] of this.pieces) segmentsByCall.set(row, makeSegments(pieces));
  }

  private startThinning(): void {
    this.isThinning = true;
    const { early } = this;
    for (const offer of early.offers)
      if (this.place(offer.row, offer.sizeClass, offer.duration) && !early.isForgotten(offer.row))
        this.pieces.set(offer.row, offer);
    early.clear();
  }

  /** Keeps `row` among the worst or the sample of its class, or drops its segments (and those it pushes out); false when dropped. */
  private place(row: number, sizeClass: number, duration: number): boolean {
    let entry = this.classes.get(sizeClass);
    if (entry === undefined) {
      entry = { worst: [], sample: [], seen: 0 };
      this.classes.set(sizeClass, entry);
    }
    entry.seen++;
    let candidate = row;
    const worst = entry.worst;
    if (worst.length < WORST_PER_CLASS || duration > worst[worst.length - 1][0]) {
      let at = worst.length;
      while (at > 0 && worst[at - 1][0] < duration) at--;
      worst.splice(at, 0, [duration, row]);
      if (worst.length <= WORST_PER_CLASS) return true;
      candidate = worst.pop()![1];
    }
    if (entry.sample.length < SAMPLED_PER_CLASS) {
      entry.sample.push(candidate);
      return true;
    }
    const slot = Math.floor(this.random() * entry.seen);
    if (slot < SAMPLED_PER_CLASS) {
      this.forget(entry.sample[slot]);
      entry.sample[slot] = candidate;
      return true;
    }
    this.forget(candidate);
    return candidate !== row;
  }
}

/** Of its own: a page would stay as long as one call of it. */
function copyOf(pieces: Pieces): { data: Float64Array; from: number; to: number } {
  return { data: pieces.data.slice(0, pieces.length), from: 0, to: pieces.length };
}

/** mulberry32: small, seeded, the same on every machine. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
