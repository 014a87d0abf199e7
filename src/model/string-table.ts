import type { StringId } from './units.ts';

/**
 * Strings stored once, addressed by a small integer. `internBytes` hashes the bytes (FNV-1a) and compares them with the
 * stored bytes, so a hot loop makes a JavaScript string only the first time a name is seen.
 */
export class StringTable {
  private readonly texts: string[] = [];
  private readonly bytes: Uint8Array[] = [];
  private readonly idByText = new Map<string, StringId>();
  private readonly chains = new Map<number, StringId[]>();
  private readonly decoder = new TextDecoder('utf-8');
  private readonly encoder = new TextEncoder();

  get size(): number {
    return this.texts.length;
  }

  /** The text of an id; '' for -1 (absent). */
  textOf(id: StringId): string {
    return id < 0 ? '' : this.texts[id];
  }

  intern(text: string): StringId {
    const known = this.idByText.get(text);
    if (known !== undefined) return known;
    const bytes = this.encoder.encode(text);
    return this.add(text, bytes, hashBytes(bytes, 0, bytes.length));
  }

  internBytes(buffer: Uint8Array, start: number, end: number): StringId {
    const hash = hashBytes(buffer, start, end);
    const chain = this.chains.get(hash);
    if (chain !== undefined) {
      for (const id of chain) if (equalBytes(this.bytes[id], buffer, start, end)) return id;
    }
    // Buffer's own slice is a view and would keep the whole chunk alive.
    const copy: Uint8Array = Uint8Array.prototype.slice.call(buffer, start, end);
    const text = this.decoder.decode(copy);
    const known = this.idByText.get(text);
    // Two byte sequences that are not UTF-8 can decode to the same text; they share the id but each keeps its hash entry.
    if (known !== undefined && equalBytes(this.bytes[known], buffer, start, end)) return known;
    return this.add(text, copy, hash);
  }

  /** A table in which text `i` has the id `i`, as in the one it was sent from: two ids may have the same text. */
  static restore(texts: readonly string[]): StringTable {
    const table = new StringTable();
    for (const text of texts) {
      const bytes = table.encoder.encode(text);
      table.add(text, bytes, hashBytes(bytes, 0, bytes.length));
    }
    return table;
  }

  private add(text: string, bytes: Uint8Array, hash: number): StringId {
    const id = this.texts.length;
    this.texts.push(text);
    this.bytes.push(bytes);
    if (!this.idByText.has(text)) this.idByText.set(text, id);
    const chain = this.chains.get(hash);
    if (chain === undefined) this.chains.set(hash, [id]);
    else chain.push(id);
    return id;
  }
}

function hashBytes(buffer: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ buffer[i], 0x01000193);
  return hash >>> 0;
}

function equalBytes(stored: Uint8Array, buffer: Uint8Array, start: number, end: number): boolean {
  if (stored.length !== end - start) return false;
  for (let i = 0; i < stored.length; i++) if (stored[i] !== buffer[start + i]) return false;
  return true;
}
