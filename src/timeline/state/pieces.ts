/**
 * A piece is one stretch of a call in one bucket, five numbers: bucket, startNs, endNs, cpu, line. [Bucket.copy, 1200, 3700, 2, 41]
 * is a copy of 2.5 µs on CPU 2, told by line 41. The pieces of a call become its segments in the swim lanes.
 */
export const PIECE = 5;
const FIRST_PIECES = 4;
const MAX_PIECES = 2000;
/** Numbers a page of kept pieces holds: more than one call can have. */
const PAGE = 65_536;

/**
 * The open call of a thread in stretches, in time order, for the swim lanes. Every thread has one that its calls fill in
 * turn: of most calls nothing is kept, so nothing is made for them.
 */
export class Pieces {
  data = new Float64Array(FIRST_PIECES * PIECE);
  /** Numbers in use. */
  length = 0;
  isFull = false;

  clear(): void {
    this.length = 0;
    this.isFull = false;
  }

  /** The last piece, if it ends at `now` in `from`, was spent in `to`. */
  rebookLast(from: number, to: number, now: number): void {
    const last = this.length - PIECE;
    if (last >= 0 && this.data[last] === from && this.data[last + 2] === now) this.data[last] = to;
  }

  /** What was spent in `from` since that moment was spent in `to`. */
  rebookSince(from: number, to: number, sinceNs: number): void {
    const { data, length } = this;
    for (let i = length - PIECE; i >= 0 && data[i + 2] > sinceNs; i -= PIECE) if (data[i] === from) data[i] = to;
  }

  add(bucket: number, from: number, to: number, cpu: number, line: number): void {
    const n = this.length;
    let p = this.data;
    if (n > 0 && p[n - 5] === bucket && p[n - 3] === from && p[n - 2] === cpu) {
      p[n - 3] = to;
      return;
    }
    if (n >= MAX_PIECES * PIECE) {
      this.isFull = true;
      return;
    }
    if (n === p.length) {
      p = new Float64Array(2 * n);
      p.set(this.data);
      this.data = p;
    }
    p[n] = bucket;
    p[n + 1] = from;
    p[n + 2] = to;
    p[n + 3] = cpu;
    p[n + 4] = line;
    this.length = n + PIECE;
  }
}

/** Pieces of calls that are over, page by page: one allocation for thousands of calls. */
export class PieceStore {
  private page = new Float64Array(0);
  private used = 0;

  /** Where the copy lies. */
  keep(pieces: Pieces): { data: Float64Array; from: number; to: number } {
    const { length } = pieces;
    if (this.used + length > this.page.length) {
      this.page = new Float64Array(PAGE);
      this.used = 0;
    }
    const from = this.used;
    const { data } = pieces;
    for (let i = 0; i < length; i++) this.page[from + i] = data[i];
    this.used += length;
    return { data: this.page, from, to: this.used };
  }
}
