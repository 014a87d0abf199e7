import { type Random, randomBelow } from './random.ts';

/**
 * Uniform sample of k items from a stream of unknown length: Vitter's algorithm R (1985). Every item of the stream is in
 * the sample with probability k/seen. Fewer than k items: all of them, in order. Seeded by the random source given.
 */
export class Reservoir<T> {
  readonly capacity: number;
  readonly items: T[] = [];
  seen = 0;
  private readonly random: Random;

  constructor(capacity: number, random: Random) {
    if (!(capacity >= 1)) throw new RangeError(`Reservoir: capacity ${capacity}`);
    this.capacity = capacity;
    this.random = random;
  }

  /** Slot taken (an item there was thrown out when the reservoir was full), or −1 when the new item was not kept. */
  offer(item: T): number {
    this.seen++;
    if (this.items.length < this.capacity) return this.items.push(item) - 1;
    const slot = randomBelow(this.random, this.seen);
    if (slot >= this.capacity) return -1;
    this.items[slot] = item;
    return slot;
  }
}
