import { Edge, type EventBatch, Kind } from '../../model/events.ts';

/** Of each 1024 places the row kept last; a place taken by another row only means that a row is learned once more. */
const PLACES = 1024;

/**
 * Tells rows from which nothing new can be learned about the file (trait-learner.ts): a row of the same probe that looked
 * the same in all that learning asks for was learned before. Millions of rows look like a few dozen.
 */
export class LearnedRows {
  private readonly probes = new Int32Array(PLACES).fill(-2);
  private readonly looks = new Int32Array(PLACES);

  /** Also remembers the row. */
  hasSeen(b: EventBatch, i: number): boolean {
    const kind = b.kind[i];
    // What it tells depends on its caller.
    if (kind === Kind.channelLookUp) return false;
    const probe = b.probe[i];
    const look =
      kind |
      (b.source[i] << 8) |
      (b.edge[i] << 12) |
      (signOf(b.arg0[i]) << 16) |
      (b.edge[i] === Edge.whole ? signOf(b.arg3[i]) << 18 : 0) |
      (b.parent[i] >= 0 ? 1 << 20 : 0) |
      (Number.isNaN(b.atNs[i]) ? 1 << 21 : 0);
    const place = (Math.imul(probe, 0x9e3779b1) ^ Math.imul(look, 0x85ebca6b)) >>> 22;
    if (this.probes[place] === probe && this.looks[place] === look) return true;
    this.probes[place] = probe;
    this.looks[place] = look;
    return false;
  }
}

/** 0 absent, 1 negative, 2 not. */
function signOf(value: number): number {
  return value >= 0 ? 2 : value < 0 ? 1 : 0;
}
