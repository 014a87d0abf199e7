import type { FoldedStacks } from '../../src/model/profile.ts';

const PAGE_BITS = 16;
const PAGE_INTS = 1 << PAGE_BITS;

/** Names that become text only when the stacks are written. */
export interface FrameNames {
  symbolOf(frame: number): string;
}

/**
 * Counts call chains. A chain is a task and frame ids; equal chains are found by hash and compared id by id, so no string
 * is made before the end. Chains lie in pages that are never moved: memory is the distinct chains of the capture.
 */
export class FoldedStackBuilder {
  private readonly pages: Int32Array[] = [];
  private used = PAGE_INTS;
  /** Open addressing: chain number + 1 by hash. */
  private slots = new Int32Array(1 << 12);
  private hashes = new Int32Array(1 << 11);
  private starts = new Float64Array(1 << 11);
  private lengths = new Int32Array(1 << 11);
  private tasks = new Int32Array(1 << 11);
  private counts = new Float64Array(1 << 11);
  private weights = new Float64Array(1 << 11);
  private chains = 0;
  private samples = 0;

  /** One sample of `task` with `length` frames, leaf first. `weight` is its period (1 when the text has none). */
  add(task: number, frames: Int32Array, length: number, weight: number): void {
    this.samples++;
    let hash = Math.imul(task + 1, 0x9e3779b1);
    for (let i = 0; i < length; i++) hash = Math.imul((hash ^ frames[i]) + (hash >>> 15), 0x85ebca6b);
    hash ^= hash >>> 16;
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const chain = this.slots[slot] - 1;
      if (chain < 0) {
        this.slots[slot] = this.append(task, frames, length, hash) + 1;
        this.counts[this.chains - 1] = 1;
        this.weights[this.chains - 1] = weight;
        if (this.chains * 2 > this.slots.length) this.rehash();
        return;
      }
      if (this.hashes[chain] === hash && this.isSame(chain, task, frames, length)) {
        this.counts[chain]++;
        this.weights[chain] += weight;
        return;
      }
    }
  }

  private isSame(chain: number, task: number, frames: Int32Array, length: number): boolean {
    if (this.tasks[chain] !== task || this.lengths[chain] !== length) return false;
    const start = this.starts[chain];
    const page = this.pages[Math.floor(start / PAGE_INTS)];
    const at = start % PAGE_INTS;
    for (let i = 0; i < length; i++) if (page[at + i] !== frames[i]) return false;
    return true;
  }

  private append(task: number, frames: Int32Array, length: number, hash: number): number {
    if (this.used + length > PAGE_INTS) {
      this.pages.push(new Int32Array(Math.max(PAGE_INTS, length)));
      this.used = 0;
    }
    const page = this.pages[this.pages.length - 1];
    for (let i = 0; i < length; i++) page[this.used + i] = frames[i];
    const chain = this.chains++;
    if (chain === this.hashes.length) this.growColumns();
    this.starts[chain] = (this.pages.length - 1) * PAGE_INTS + this.used;
    this.lengths[chain] = length;
    this.tasks[chain] = task;
    this.hashes[chain] = hash;
    // A page of its own for a chain longer than a page: it is full then.
    this.used = Math.min(PAGE_INTS, this.used + length);
    return chain;
  }

  private growColumns(): void {
    const size = this.hashes.length * 2;
    this.hashes = grow(new Int32Array(size), this.hashes);
    this.lengths = grow(new Int32Array(size), this.lengths);
    this.tasks = grow(new Int32Array(size), this.tasks);
    this.starts = grow(new Float64Array(size), this.starts);
    this.counts = grow(new Float64Array(size), this.counts);
    this.weights = grow(new Float64Array(size), this.weights);
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let chain = 0; chain < this.chains; chain++) {
      let slot = this.hashes[chain] & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = chain + 1;
    }
    this.slots = slots;
  }

  /** `taskName` gives the text of a task id; '' (no task printed) leaves the chain without a first element. */
  build(names: FrameNames, taskName: (task: number) => string): StackCollection {
    return new StackCollection(this.samples, this.chains, (chain, take) => {
      const start = this.starts[chain];
      const page = this.pages[Math.floor(start / PAGE_INTS)];
      const at = start % PAGE_INTS;
      const parts: string[] = [];
      const task = taskName(this.tasks[chain]);
      if (task !== '') parts.push(cleanName(task));
      for (let i = this.lengths[chain] - 1; i >= 0; i--) parts.push(cleanName(names.symbolOf(page[at + i])));
      take(parts.join(';'), this.counts[chain], this.weights[chain]);
    });
  }
}

type ChainReader = (chain: number, take: (stack: string, count: number, weight: number) => void) => void;

/** `comm;root;…;leaf` → samples. The text is made when it is asked for. */
export class StackCollection implements FoldedStacks {
  readonly samples: number;
  private readonly chains: number;
  private readonly read: ChainReader;
  private known: { counts: Map<string, number>; weights: Map<string, number> } | null = null;

  constructor(samples: number, chains: number, read: ChainReader) {
    this.samples = samples;
    this.chains = chains;
    this.read = read;
  }

  get counts(): ReadonlyMap<string, number> {
    return this.texts().counts;
  }

  /** The same stacks weighted by period: what stackcollapse-perf.pl prints for captures that show periods. */
  get weights(): ReadonlyMap<string, number> {
    return this.texts().weights;
  }

  private texts(): { counts: Map<string, number>; weights: Map<string, number> } {
    if (this.known !== null) return this.known;
    const counts = new Map<string, number>();
    const weights = new Map<string, number>();
    for (let chain = 0; chain < this.chains; chain++) {
      this.read(chain, (stack, count, weight) => {
        counts.set(stack, (counts.get(stack) ?? 0) + count);
        weights.set(stack, (weights.get(stack) ?? 0) + weight);
      });
    }
    this.known = { counts, weights };
    return this.known;
  }
}

/** `;` and line breaks are the only bytes a folded line cannot carry; everything else stays as printed. */
function cleanName(name: string): string {
  return /[;\r\n]/.test(name) ? name.replaceAll(';', ':').replace(/[\r\n]+/g, ' ') : name;
}

function grow<T extends Int32Array | Float64Array>(to: T, from: T): T {
  to.set(from);
  return to;
}
