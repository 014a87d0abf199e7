const MAX_TAILS = 1 << 14;
const ARENA_BYTES = 1 << 20;
const MAX_TAIL_BYTES = 256;
const LANES = 64;
const SLOTS = MAX_TAILS * 2;

/**
 * Kernels do the same things again and again: after the same line of the tree the same line tends to follow. Each tail
 * of a line (`|      tcp_v4_do_rcv();` and the newline) that holds no values is kept with what it means, and with the
 * tail that followed it last; if that one stands in the text again, a compare replaces the scan. A guess, never a rule:
 * every byte is compared.
 */
export class GraphTails {
  readonly kinds = new Uint8Array(MAX_TAILS);
  readonly depths = new Int32Array(MAX_TAILS);
  /** Function index, -1 for a brace without name. */
  readonly functions = new Int32Array(MAX_TAILS);
  readonly sizes = new Int32Array(MAX_TAILS);
  private readonly offsets = new Int32Array(MAX_TAILS);
  private readonly followers = new Int32Array(MAX_TAILS).fill(-1);
  private readonly lastOfCpu = new Int32Array(LANES).fill(-1);
  private readonly slots = new Int32Array(SLOTS).fill(-1);
  private readonly arena = new Uint8Array(ARENA_BYTES);
  private readonly arenaView = new DataView(this.arena.buffer);
  private arenaUsed = 0;
  private count = 0;

  /** The tail that stands at `at` if it is the one expected on this CPU, else -1. */
  guess(view: DataView, at: number, cpu: number): number {
    const lane = cpu & (LANES - 1);
    const last = this.lastOfCpu[lane];
    if (last < 0) return -1;
    const tail = this.followers[last];
    if (tail < 0) return -1;
    const arena = this.arenaView;
    const offset = this.offsets[tail];
    const size = this.sizes[tail];
    if (size < 8) {
      if (view.getInt32(at, true) !== arena.getInt32(offset, true)) return -1;
      if (view.getInt32(at + size - 4, true) !== arena.getInt32(offset + size - 4, true)) return -1;
    } else {
      // Eight bytes of text as a double: never NaN in what is kept, so equal numbers are equal bytes.
      const end = size - 8;
      if (view.getFloat64(at + end, true) !== arena.getFloat64(offset + end, true)) return -1;
      for (let i = 0; i < end; i += 8) {
        if (view.getFloat64(at + i, true) !== arena.getFloat64(offset + i, true)) return -1;
      }
    }
    this.lastOfCpu[lane] = tail;
    return tail;
  }

  /** Remembers the tail [start, end) that was read the long way; it follows the last one of its CPU. */
  learn(buf: Uint8Array, start: number, end: number, cpu: number, kind: number, depth: number, index: number): void {
    const lane = cpu & (LANES - 1);
    const tail = this.idOf(buf, start, end, kind, depth, index);
    const last = this.lastOfCpu[lane];
    if (last >= 0) this.followers[last] = tail;
    this.lastOfCpu[lane] = tail;
  }

  private idOf(buf: Uint8Array, start: number, end: number, kind: number, depth: number, index: number): number {
    const size = end - start;
    const mixed = Math.imul(Math.imul(index + 1, 0x9e3779b1) ^ (depth * 8 + kind), 0x85ebca6b);
    for (let slot = (mixed ^ (mixed >>> 15)) & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const tail = this.slots[slot];
      if (tail < 0) {
        if (this.count >= MAX_TAILS || size > MAX_TAIL_BYTES || this.arenaUsed + size + 8 > ARENA_BYTES) return -1;
        if (!isPrintable(buf, start, end - 1)) return -1;
        this.slots[slot] = this.count;
        return this.add(buf, start, end, kind, depth, index);
      }
      if (
        this.functions[tail] === index &&
        this.depths[tail] === depth &&
        this.kinds[tail] === kind &&
        this.sizes[tail] === size
      ) {
        return tail;
      }
    }
  }

  private add(buf: Uint8Array, start: number, end: number, kind: number, depth: number, index: number): number {
    const tail = this.count++;
    this.kinds[tail] = kind;
    this.depths[tail] = depth;
    this.functions[tail] = index;
    this.sizes[tail] = end - start;
    this.offsets[tail] = this.arenaUsed;
    this.arena.set(buf.subarray(start, end), this.arenaUsed);
    this.arenaUsed += end - start;
    return tail;
  }
}

function isPrintable(buf: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (buf[i] < 32 || buf[i] > 126) return false;
  return true;
}
