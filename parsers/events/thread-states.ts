/** Cells of one thread: the syscall it is in (its id), how that was spelled, the one that ended last, how that was spelled. */
export const ENTERED = 0;
export const SPELLING = 1;
export const EXITED = 2;
export const EXIT_SPELLING = 3;
/** No syscall. */
export const NONE = -1;

const CELLS = 4;
/** A capture with more threads than this has lost its early ones long ago. */
export const MAX_THREADS = 65_536;
const FIRST_THREADS = 256;

/** What the syscalls of each thread have told, as numbers, so that a WASM scanner can share them (parsers/wasm). */
export class ThreadStates {
  cells: Int32Array;
  private readonly base: number;
  private readonly isShared: boolean;
  private readonly places = new Map<number, number>();
  private readonly onForget: () => void;

  /** `shared`: room for MAX_THREADS somewhere else, from cell `base` on. */
  constructor(shared: Int32Array | null = null, base = 0, onForget: () => void = () => {}) {
    this.cells = shared ?? new Int32Array(FIRST_THREADS * CELLS);
    this.isShared = shared !== null;
    this.base = base;
    this.onForget = onForget;
  }

  /** First cell of a thread; -1 when it has none. */
  of(tid: number): number {
    const place = this.places.get(tid);
    return place === undefined ? -1 : this.base + place * CELLS;
  }
  /** Number of a thread; -1 when it has no cells. */
  placeOf(tid: number): number {
    return this.places.get(tid) ?? -1;
  }

  make(tid: number): number {
    const known = this.of(tid);
    if (known >= 0) return known;
    if (this.places.size >= MAX_THREADS) {
      this.places.clear();
      this.onForget();
    }
    const first = this.base + this.places.size * CELLS;
    this.places.set(tid, this.places.size);
    if (!this.isShared && first + CELLS > this.cells.length) {
      const longer = new Int32Array(this.cells.length * 2);
      longer.set(this.cells);
      this.cells = longer;
    }
    this.cells[first + ENTERED] = NONE;
    this.cells[first + SPELLING] = 0;
    this.cells[first + EXITED] = NONE;
    this.cells[first + EXIT_SPELLING] = 0;
    return first;
  }
}
