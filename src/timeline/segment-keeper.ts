import type { Segment } from '../model/calls.ts';

const ALL_UP_TO = 200_000;
const WORST_PER_CLASS = 16;
const SAMPLED_PER_CLASS = 16;

/**
 * Which calls keep their segments: all of them while they fit, afterwards the slowest and a seeded sample of every size
 * class (log2 of the returned bytes), so that an exemplar of each class can be drawn.
 */
export class SegmentKeeper {
  private readonly segmentsByCall: Map<number, Segment[]>;
  private readonly random: () => number;
  private kept = 0;
  private isThinning = false;
  private readonly classes = new Map<number, { worst: [number, number][]; sample: number[]; seen: number }>();
  private readonly meta = new Map<number, [number, number]>();

  constructor(segmentsByCall: Map<number, Segment[]>, random: () => number) {
    this.segmentsByCall = segmentsByCall;
    this.random = random;
  }

  /** `makeSegments` is called only when the row keeps them. */
  offer(row: number, makeSegments: () => Segment[], returnedBytes: number, durationNs: number): void {
    const sizeClass = returnedBytes > 0 ? 1 + Math.floor(Math.log2(returnedBytes)) : 0;
    const duration = !Number.isNaN(durationNs) ? durationNs : 0;
    if (!this.isThinning) {
      const segments = makeSegments();
      this.kept += segments.length;
      this.segmentsByCall.set(row, segments);
      this.meta.set(row, [sizeClass, duration]);
      if (this.kept > ALL_UP_TO) this.startThinning();
      return;
    }
    if (this.place(row, sizeClass, duration)) this.segmentsByCall.set(row, makeSegments());
  }

  private startThinning(): void {
    this.isThinning = true;
    for (const [row, [sizeClass, duration]] of this.meta) this.place(row, sizeClass, duration);
    this.meta.clear();
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
      this.drop(entry.sample[slot]);
      entry.sample[slot] = candidate;
      return true;
    }
    this.drop(candidate);
    return candidate !== row;
  }

  private drop(row: number): void {
    this.segmentsByCall.delete(row);
  }
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
