import { isSameBytes } from './same-bytes.ts';

/**
 * Frame lines repeat: a kernel profile of a million samples has a few thousand different ones. The cache knows a whole line
 * (newline included) by the address digits and the first letters of its symbol, verifies every byte, and so
 * finds the end of the line without looking for it. Direct-mapped and of fixed size: a collision only costs a parse.
 */
const SLOT_BITS = 14;
const SLOTS = 1 << SLOT_BITS;
const SLOT_BYTES = 160;
/** TAB, 16 digits, blank, 6 bytes: what the hash reads. */
const HEAD_BYTES = 24;

export class FrameCache {
  private readonly stored = new DataView(new ArrayBuffer(SLOTS * SLOT_BYTES));
  private readonly lengths = new Int32Array(SLOTS);
  private readonly frames = new Int32Array(SLOTS);
  /** Slot of the last find(), where put() stores; -1 = the line is too short or too long to be kept. */
  private slot = -1;
  /** Length of the line last found, newline included. */
  length = 0;

  /** Frame id of the line at `pos`, -1 = not known. `end` is the end of the bytes that may be read. */
  find(view: DataView, pos: number, end: number): number {
    if (end - pos < HEAD_BYTES) {
      this.slot = -1;
      return -1;
    }
    const hash = Math.imul(
      view.getInt32(pos + 13, true) ^
        Math.imul(view.getInt32(pos + 9, true) ^ Math.imul(view.getInt32(pos + 18, true), 0x2c1b3c6d), 0x297a2d39),
      0x9e3779b1,
    );
    const slot = hash >>> (32 - SLOT_BITS);
    this.slot = slot;
    const length = this.lengths[slot];
    if (length === 0 || length > end - pos) return -1;
    if (!isSameBytes(this.stored, slot * SLOT_BYTES, view, pos, length)) return -1;
    this.length = length;
    return this.frames[slot];
  }

  /** Remembers the line last asked for; `length` includes its newline. */
  put(view: DataView, pos: number, length: number, frame: number): void {
    if (this.slot < 0 || length > SLOT_BYTES) return;
    const base = this.slot * SLOT_BYTES;
    for (let i = 0; i < length; i++) this.stored.setUint8(base + i, view.getUint8(pos + i));
    this.lengths[this.slot] = length;
    this.frames[this.slot] = frame;
  }
}
