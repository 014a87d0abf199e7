import { copyBytes } from '../text/bytes.ts';

/**
 * Byte strings looked up without making a string: event names, symbols. The hash reads eight bytes at fixed places;
 * a hit is verified byte by byte. Values are made once per distinct name.
 */
export class ByteTable<T> {
  private readonly heads: Int32Array;
  private readonly mask: number;
  private readonly next: number[] = [];
  private readonly keys: Uint8Array[] = [];
  private readonly values: T[] = [];
  private readonly limit: number;
  private readonly make: (text: string) => T;
  private readonly decoder = new TextDecoder('utf-8');

  /** `limit` bounds memory on hostile input: later names share the value made for '(further names)'. */
  constructor(make: (text: string) => T, bits = 12, limit = 200_000) {
    this.make = make;
    this.heads = new Int32Array(1 << bits).fill(-1);
    this.mask = (1 << bits) - 1;
    this.limit = limit;
  }

  /**
   * The value of the name that begins at `start`, if it is one seen before and is followed by `stop`: one comparison
   * instead of finding the end, hashing and comparing. `undefined`: use get. The end is `guessEnd`.
   */
  guess(buf: Uint8Array, start: number, end: number, stop: number): T | undefined {
    if (end - start < GUESS_BYTES) return undefined;
    const i = this.guesses[guessSlot(buf, start)];
    if (i < 0) return undefined;
    const key = this.keys[i];
    const after = start + key.length;
    if (after >= end || buf[after] !== stop) return undefined;
    for (let j = 0; j < key.length; j++) if (key[j] !== buf[start + j]) return undefined;
    this.guessEnd = after;
    return this.values[i];
  }
  guessEnd = 0;

  /** The same for a name that fills [start, end). */
  guessWhole(buf: Uint8Array, start: number, end: number): T | undefined {
    if (end - start < GUESS_BYTES) return undefined;
    const i = this.guesses[guessSlot(buf, start)];
    if (i < 0) return undefined;
    const key = this.keys[i];
    if (key.length !== end - start) return undefined;
    for (let j = 0; j < key.length; j++) if (key[j] !== buf[start + j]) return undefined;
    return this.values[i];
  }
  private readonly guesses = new Int32Array(GUESSES).fill(-1);

  get(buf: Uint8Array, start: number, end: number): T {
    const length = end - start;
    const slot = hashName(buf, start, length) & this.mask;
    for (let i = this.heads[slot]; i >= 0; i = this.next[i]) {
      const key = this.keys[i];
      if (key.length !== length) continue;
      let j = 0;
      while (j < length && key[j] === buf[start + j]) j++;
      if (j === length) {
        if (length >= GUESS_BYTES) this.guesses[guessSlot(buf, start)] = i;
        return this.values[i];
      }
    }
    if (this.keys.length >= this.limit) return this.furtherNames();
    const key = copyBytes(buf, start, end);
    const value = this.make(this.decoder.decode(key));
    this.next.push(this.heads[slot]);
    this.heads[slot] = this.keys.length;
    this.keys.push(key);
    this.values.push(value);
    return value;
  }

  private rest: T | undefined;
  private furtherNames(): T {
    this.rest ??= this.make('(further names)');
    return this.rest;
  }
}

const GUESSES = 1024;
const GUESS_BYTES = 9;
/** Four bytes inside the shortest name that is guessed. */
function guessSlot(buf: Uint8Array, start: number): number {
  return (buf[start + 1] ^ (buf[start + 4] << 3) ^ (buf[start + 6] << 5) ^ (buf[start + 8] << 2)) & (GUESSES - 1);
}

function hashName(buf: Uint8Array, start: number, length: number): number {
  if (length === 0) return 0;
  const last = start + length - 1;
  let hash = Math.imul(length, 0x9e3779b1) ^ buf[start];
  hash = Math.imul(hash ^ buf[last], 0x01000193);
  hash = Math.imul(hash ^ buf[start + (length >> 1)], 0x01000193);
  if (length > 3) {
    hash = Math.imul(hash ^ buf[last - 1], 0x01000193);
    hash = Math.imul(hash ^ buf[start + 2], 0x01000193);
    hash = Math.imul(hash ^ buf[start + (length >> 2)], 0x01000193);
    hash = Math.imul(hash ^ buf[last - (length >> 2)], 0x01000193);
    hash = Math.imul(hash ^ buf[last - 2], 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
