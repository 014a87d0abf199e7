import { StringTable } from '../../../../src/model/string-table.ts';
import type { FrameLine } from './line.ts';

/**
 * Frames as small integers: one per (symbol, dso). A frame without a symbol is named by its address.
 * Symbols live in a table of their own: they would only burden the names of the capture.
 */
export class FrameTable {
  private readonly names = new StringTable();
  private readonly idByPair = new Map<number, number>();
  private readonly symbolIds: number[] = [];
  private readonly dsoIds: number[] = [];

  get size(): number {
    return this.symbolIds.length;
  }

  /** The frame FrameLine has just read from `buf`. */
  intern(frame: FrameLine, buf: Uint8Array): number {
    const hasSymbol = frame.symbolEnd > frame.symbolStart;
    const symbol = hasSymbol
      ? this.names.internBytes(buf, frame.symbolStart, frame.symbolEnd)
      : this.names.internBytes(buf, frame.ipStart, frame.ipEnd);
    const dso = frame.dsoEnd > frame.dsoStart ? this.names.internBytes(buf, frame.dsoStart, frame.dsoEnd) : -1;
    const pair = symbol * PAIR_BASE + dso + 1;
    const known = this.idByPair.get(pair);
    if (known !== undefined) return known;
    const id = this.symbolIds.length;
    this.symbolIds.push(symbol);
    this.dsoIds.push(dso);
    this.idByPair.set(pair, id);
    return id;
  }

  symbolOf(frame: number): string {
    return frame < 0 ? '' : this.names.textOf(this.symbolIds[frame]);
  }

  dsoOf(frame: number): string {
    return frame < 0 ? '' : this.names.textOf(this.dsoIds[frame]);
  }
}

const PAIR_BASE = 2 ** 26;
