import { Kind } from '../../../../src/model/events.ts';
import type { StringTable } from '../../../../src/model/string-table.ts';
import type { StringId } from '../../../../src/model/units.ts';
import type { ProbeMeaning, Vocabulary } from '../../../../src/model/vocabulary.ts';
import { resolveSymbol, softirqOfFunction } from '../../../payload/symbols.ts';
import { bytesOf } from '../../../text/scan.ts';

/** What one function name means; looked up once, then found by its bytes. */
export interface GraphFunction {
  /** As printed, without module: `tcp_send_ack.part.0`. */
  readonly textId: StringId;
  /** Compiler suffixes stripped: `tcp_send_ack`. */
  readonly probeId: StringId;
  readonly enter: number;
  readonly exit: number;
  /** Spellings of the printed arguments that go into arg0..arg3 of the entry, each with its '='. */
  readonly enterArgs: readonly (readonly Uint8Array[])[];
  /** The return value means something (a void function prints what the register held). */
  readonly hasReturn: boolean;
  /** arg0 of a softirq function, NaN for others. */
  readonly softirq: number;
}

/**
 * A kernel has some 60 000 traceable functions. A text with more names than that is damaged: further ones share one
 * entry, so that memory stays bounded.
 */
const MAX_NAMES = 1 << 17;
const OVERFLOW_NAME = '(more names)';
const FIRST_SLOTS = 1 << 12;

/** Open addressing over the bytes of a name: a known name costs one hash and one compare, no string. */
export class GraphNames {
  readonly functions: GraphFunction[] = [];
  /** 1 for functions that make rows; by function index. */
  isUsed = new Uint8Array(FIRST_SLOTS);
  /** Calls by function index. */
  counts = new Float64Array(FIRST_SLOTS);
  private slots = new Int32Array(FIRST_SLOTS).fill(-1);
  private readonly hashes: number[] = [];
  private readonly offsets: number[] = [];
  private readonly lengths: number[] = [];
  private arena = new Uint8Array(1 << 16);
  private arenaUsed = 0;
  private overflow = -1;
  private readonly strings: StringTable;
  private readonly vocabulary: Vocabulary;
  private readonly decoder = new TextDecoder('utf-8');

  constructor(strings: StringTable, vocabulary: Vocabulary) {
    this.strings = strings;
    this.vocabulary = vocabulary;
  }

  /** Index of the name in [start, end); `hash` = hashName of it. */
  indexOf(buf: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.slots;
    const mask = slots.length - 1;
    const length = end - start;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = slots[slot];
      if (index < 0) return this.add(buf, start, end, hash);
      if (this.hashes[index] !== hash || this.lengths[index] !== length) continue;
      const arena = this.arena;
      const offset = this.offsets[index];
      let i = 0;
      while (i < length && arena[offset + i] === buf[start + i]) i++;
      if (i === length) return index;
    }
  }

  private add(buf: Uint8Array, start: number, end: number, hash: number): number {
    if (this.functions.length >= MAX_NAMES) {
      if (this.overflow < 0) this.overflow = this.addFunction(OVERFLOW_NAME);
      return this.overflow;
    }
    const length = end - start;
    if (this.arenaUsed + length > this.arena.length) {
      const larger = new Uint8Array(Math.max(this.arena.length * 2, this.arenaUsed + length));
      larger.set(this.arena);
      this.arena = larger;
    }
    this.arena.set(buf.subarray(start, end), this.arenaUsed);
    const index = this.addFunction(this.decoder.decode(buf.subarray(start, end)));
    this.hashes[index] = hash;
    this.lengths[index] = length;
    this.offsets[index] = this.arenaUsed;
    this.arenaUsed += length;
    if (index * 2 >= this.slots.length) this.rehash();
    else this.place(index);
    return index;
  }

  private addFunction(text: string): number {
    const index = this.functions.length;
    if (index >= this.counts.length) this.growColumns();
    const { id, meaning, isSyscall } = resolveSymbol(this.vocabulary, this.strings, text);
    this.functions.push({
      textId: this.strings.intern(text),
      probeId: id,
      enter: meaning?.enter ?? Kind.none,
      exit: meaning?.exit ?? Kind.none,
      enterArgs: (meaning?.enterArgs ?? []).map(keysOf),
      hasReturn: hasReturn(meaning) || (isSyscall && meaning?.exit === Kind.callExit),
      softirq: meaning === undefined ? Number.NaN : softirqOfFunction(meaning),
    });
    const { enter, exit } = this.functions[index];
    this.isUsed[index] = enter === Kind.none && exit === Kind.none ? 0 : 1;
    return index;
  }

  private growColumns(): void {
    const isUsed = new Uint8Array(this.counts.length * 2);
    const counts = new Float64Array(this.counts.length * 2);
    isUsed.set(this.isUsed);
    counts.set(this.counts);
    this.isUsed = isUsed;
    this.counts = counts;
  }

  /** Calls by name as printed, added to `into` in the order of names. */
  addCounts(into: Map<string, number>): void {
    this.functions.forEach(({ textId }, index) => {
      const name = this.strings.textOf(textId);
      if (this.counts[index] > 0) into.set(name, (into.get(name) ?? 0) + this.counts[index]);
    });
    const sorted = [...into].sort((a, b) => (a[0] < b[0] ? -1 : 1));
    into.clear();
    for (const [name, count] of sorted) into.set(name, count);
  }

  private place(index: number): void {
    const mask = this.slots.length - 1;
    const hash = this.hashes[index];
    let slot = hash & mask;
    while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
    this.slots[slot] = index;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 4).fill(-1);
    for (let index = 0; index < this.functions.length; index++) if (index !== this.overflow) this.place(index);
  }
}

/**
 * Hash of a name, four bytes at a time (little-endian), so that a scanner that reads words can fold it into its search
 * for the end of the name.
 */
export const HASH_SEED = 0x811c9dc5 | 0;
export function mixHash(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
export function hashName(buf: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    hash = mixHash(hash, buf[i] | (buf[i + 1] << 8) | (buf[i + 2] << 16) | (buf[i + 3] << 24));
  }
  if (i === end) return hash;
  let word = buf[i];
  if (i + 1 < end) word |= buf[i + 1] << 8;
  if (i + 2 < end) word |= buf[i + 2] << 16;
  return mixHash(hash, word);
}

function keysOf(spellings: string): Uint8Array[] {
  return spellings === '' ? [] : spellings.split('|').map((name) => bytesOf(`${name}=`));
}

function hasReturn(meaning: ProbeMeaning | undefined): boolean {
  return meaning !== undefined && (meaning.exitArgs[0] ?? '') !== '';
}
