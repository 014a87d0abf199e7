import { asBuffer } from './bytes.ts';

/**
 * Cuts chunks of bytes into lines. The same bytes give the same lines however they are cut: only a line that crosses a
 * chunk border is copied. `onLine(buf, start, end, lineNo)` must not keep `buf`.
 *
 * LF, CR LF and CR CR LF end a line; a BOM before line 1 is dropped; NUL bytes (torn copies) read as blanks.
 * A line longer than `maxLineBytes` is counted and reported through `onLongLine`, its bytes are never held.
 */
export type OnLine = (buf: Uint8Array, start: number, end: number, lineNo: number) => void;

export const DEFAULT_MAX_LINE_BYTES = 1 << 20;
const FIRST_CARRY_BYTES = 4096;

export class LineSplitter {
  /** Lines seen so far, over-long ones included. */
  lines = 0;
  /** Over-long lines: not given to onLine. */
  longLines = 0;
  /** True while the last line, which has no newline, is given to onLine: it may be cut in the middle. */
  isCutTail = false;

  private carry = Buffer.alloc(FIRST_CARRY_BYTES);
  private carried = 0;
  private skipping = false;
  private readonly maxLineBytes: number;
  private readonly onLongLine: ((lineNo: number) => void) | null;

  constructor(maxLineBytes: number = DEFAULT_MAX_LINE_BYTES, onLongLine: ((lineNo: number) => void) | null = null) {
    this.maxLineBytes = maxLineBytes;
    this.onLongLine = onLongLine;
  }

  push(chunk: Uint8Array, onLine: OnLine): void {
    const bytes = blankNuls(chunk);
    const size = bytes.length;
    let start = 0;
    if (this.carried > 0 || this.skipping) {
      const newline = bytes.indexOf(10);
      if (newline < 0) {
        this.keep(bytes, 0, size);
        return;
      }
      this.keep(bytes, 0, newline);
      this.finishCarried(onLine);
      start = newline + 1;
    }
    const max = this.maxLineBytes;
    for (;;) {
      const newline = bytes.indexOf(10, start);
      if (newline < 0) break;
      if (newline - start > max) this.countLong();
      else this.emit(bytes, start, newline, onLine);
      start = newline + 1;
    }
    if (start < size) this.keep(bytes, start, size);
  }

  /** The line at `start` of a text without NULs that holds its newline; where the next one begins. */
  takeWholeLine(buf: Buffer, start: number, onLine: OnLine): number {
    const newline = buf.indexOf(10, start);
    if (newline - start > this.maxLineBytes) this.countLong();
    else this.emit(buf, start, newline, onLine);
    return newline + 1;
  }

  /** The last line when it has no newline. */
  end(onLine: OnLine): void {
    if (this.carried === 0 && !this.skipping) return;
    this.isCutTail = true;
    this.finishCarried(onLine);
    this.isCutTail = false;
  }

  private emit(buf: Uint8Array, start: number, newline: number, onLine: OnLine): void {
    let end = newline;
    while (end > start && buf[end - 1] === 13) end--;
    const lineNo = ++this.lines;
    if (lineNo === 1 && end - start >= 3 && buf[start] === 0xef && buf[start + 1] === 0xbb && buf[start + 2] === 0xbf) {
      onLine(buf, start + 3, end, lineNo);
      return;
    }
    onLine(buf, start, end, lineNo);
  }

  private finishCarried(onLine: OnLine): void {
    const length = this.carried;
    this.carried = 0;
    if (this.skipping) {
      this.skipping = false;
      this.countLong();
      return;
    }
    this.emit(this.carry, 0, length, onLine);
  }

  private countLong(): void {
    this.lines++;
    this.longLines++;
    this.onLongLine?.(this.lines);
  }

  private keep(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.skipping) return;
    if (this.carried + length > this.maxLineBytes) {
      this.skipping = true;
      this.carried = 0;
      if (this.carry.length > FIRST_CARRY_BYTES) this.carry = Buffer.alloc(FIRST_CARRY_BYTES);
      return;
    }
    if (this.carried + length > this.carry.length) {
      const larger = Buffer.alloc(Math.max(this.carry.length * 2, this.carried + length));
      larger.set(this.carry.subarray(0, this.carried));
      this.carry = larger;
    }
    this.carry.set(bytes.subarray(start, end), this.carried);
    this.carried += length;
  }
}

/**
 * NUL bytes occur after a torn copy. One memchr per chunk, a copy only when there is one.
 */
function blankNuls(chunk: Uint8Array): Buffer {
  const bytes = asBuffer(chunk);
  let at = bytes.indexOf(0);
  if (at < 0) return bytes;
  const copy = Buffer.from(bytes);
  for (; at >= 0; at = copy.indexOf(0, at + 1)) copy[at] = 32;
  return copy;
}
