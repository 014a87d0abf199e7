import type { StringId } from './units.ts';

const FIRST_SLOTS = 1024;
const FIRST_BYTES = 16_384;
const HALF_PAIR = /\p{Surrogate}/u;

/**
 * Strings stored once, addressed by a small integer. `internBytes` hashes the bytes (FNV-1a) and compares them with the
 * stored bytes, so a hot loop makes a JavaScript string only the first time a name is seen. The bytes of all lie in one array
 * and the hash table is one of integers: with objects for each, a million names of threads took 390 MB, now 84.
 */
export class StringTable {
  private readonly texts: string[] = [];
  /** Bytes of string `id`: `arena` from `ends[id - 1]` to `ends[id]`. */
  private arena = new Uint8Array(FIRST_BYTES);
  private ends = new Uint32Array(FIRST_SLOTS);
  private hashes = new Uint32Array(FIRST_SLOTS);
  /** id + 1 at the first free place from its hash on (linear probing), 0 = free; at most half of them are taken. */
  private slots = new Int32Array(2 * FIRST_SLOTS);
  /** First id of the texts that are not what their bytes say: bytes that are not UTF-8, a byte order mark, half a pair. */
  private readonly oddTexts = new Map<string, StringId>();
  private readonly decoder = new TextDecoder('utf-8');
  private readonly encoder = new TextEncoder();
  private scratch = new Uint8Array(256);

  get size(): number {
    return this.texts.length;
  }

  /** The text of an id; '' for -1 (absent). */
  textOf(id: StringId): string {
    return id < 0 ? '' : this.texts[id];
  }

  intern(text: string): StringId {
    const odd = this.oddTexts.size > 0 ? this.oddTexts.get(text) : undefined;
    if (odd !== undefined) return odd;
    const length = this.encode(text);
    const hash = hashBytes(this.scratch, 0, length);
    const known = this.find(this.scratch, 0, length, hash);
    return known >= 0 && this.texts[known] === text ? known : this.add(text, this.scratch, 0, length, hash);
  }

  internBytes(buffer: Uint8Array, start: number, end: number): StringId {
    const hash = hashBytes(buffer, start, end);
    const known = this.find(buffer, start, end, hash);
    if (known >= 0) return known;
    return this.add(this.decoder.decode(buffer.subarray(start, end)), buffer, start, end, hash);
  }

  /** A table in which text `i` has the id `i`, as in the one it was sent from: two ids may have the same text. */
  static restore(texts: readonly string[]): StringTable {
    const table = new StringTable();
    for (const text of texts) {
      const length = table.encode(text);
      table.add(text, table.scratch, 0, length, hashBytes(table.scratch, 0, length));
    }
    return table;
  }

  /** UTF-8 of the text in `scratch`; returns how many bytes. */
  private encode(text: string): number {
    if (this.scratch.length < 3 * text.length) this.scratch = new Uint8Array(6 * text.length);
    return this.encoder.encodeInto(text, this.scratch).written;
  }

  private find(buffer: Uint8Array, start: number, end: number, hash: number): StringId {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    for (let at = hash & mask; slots[at] !== 0; at = (at + 1) & mask) {
      const id = slots[at] - 1;
      if (hashes[id] === hash && this.hasBytes(id, buffer, start, end)) return id;
    }
    return -1;
  }

  private hasBytes(id: StringId, buffer: Uint8Array, start: number, end: number): boolean {
    const { arena, ends } = this;
    const from = id === 0 ? 0 : ends[id - 1];
    const length = end - start;
    if (ends[id] - from !== length) return false;
    for (let i = 0; i < length; i++) if (arena[from + i] !== buffer[start + i]) return false;
    return true;
  }

  private add(text: string, buffer: Uint8Array, start: number, end: number, hash: number): StringId {
    const id = this.texts.length;
    const from = id === 0 ? 0 : this.ends[id - 1];
    const to = from + end - start;
    if (to > this.arena.length) this.arena = grown(this.arena, new Uint8Array(2 * to));
    for (let i = start; i < end; i++) this.arena[from + i - start] = buffer[i];
    if (id === this.ends.length) this.growIds();
    this.texts.push(text);
    this.ends[id] = to;
    this.hashes[id] = hash;
    this.place(id);
    if (this.isOdd(text, from, to) && !this.oddTexts.has(text)) this.oddTexts.set(text, this.firstOf(text, id));
    return id;
  }

  private growIds(): void {
    const count = 2 * this.ends.length;
    this.ends = grown(this.ends, new Uint32Array(count));
    this.hashes = grown(this.hashes, new Uint32Array(count));
    this.slots = new Int32Array(2 * count);
    for (let id = 0; id < this.texts.length; id++) this.place(id);
  }

  /** In the order of the ids: of equal bytes the first is found. */
  private place(id: StringId): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = this.hashes[id] & mask;
    while (slots[at] !== 0) at = (at + 1) & mask;
    slots[at] = id + 1;
  }

  private isOdd(text: string, from: number, to: number): boolean {
    const { arena } = this;
    const hasMark = to - from >= 3 && arena[from] === 0xef && arena[from + 1] === 0xbb && arena[from + 2] === 0xbf;
    return hasMark || text.includes('\uFFFD') || HALF_PAIR.test(text);
  }

  private firstOf(text: string, id: StringId): StringId {
    const length = this.encode(text);
    const known = this.find(this.scratch, 0, length, hashBytes(this.scratch, 0, length));
    return known >= 0 && known < id && this.texts[known] === text ? known : id;
  }
}

function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function hashBytes(buffer: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ buffer[i], 0x01000193);
  return hash >>> 0;
}
