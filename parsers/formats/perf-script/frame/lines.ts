import type { EventWriter } from '../../../events/writer.ts';
import type { PerfRecord } from '../record.ts';
import { readInlineFrame } from './inline.ts';
import { FrameLine, FrameShape } from './line.ts';
import type { FrameTable } from './table.ts';

/** The line was no frame. */
export const NO_FRAME = -2;

/** Reads the frames of the open record. */
export class FrameLines {
  private readonly writer: EventWriter;
  private readonly record: PerfRecord;
  private readonly frames: FrameTable;
  private readonly frame = new FrameLine();

  constructor(writer: EventWriter, record: PerfRecord, frames: FrameTable) {
    this.writer = writer;
    this.record = record;
    this.frames = frames;
  }

  /** Frame id to remember, -1 for a line that was taken but must not be remembered, NO_FRAME when it is no frame. */
  tryLine(buf: Uint8Array, start: number, end: number, line: number): number {
    const shape = this.frame.parse(buf, start, end);
    if (shape === FrameShape.none) return NO_FRAME;
    const { account } = this.writer;
    account.parsed++;
    // Physical address and page sizes stand in the place of the empty line.
    const isTrailer = buf[start] === 32 && this.record.hasSymbols;
    if (shape === FrameShape.detail) {
      if (isTrailer) this.record.close();
      return -1;
    }
    if (shape === FrameShape.branches) {
      // `-F ip,brstack`: the line is the whole record.
      this.record.openUnnamed(line);
      this.record.addFrame(this.frames.intern(this.frame, buf), line);
      this.record.close();
      return -1;
    }
    // phys_addr and the like stand alone after the frames of a chain whose frames have symbols.
    if (shape === FrameShape.bare) {
      if (this.record.hasSymbols) {
        if (isTrailer) this.record.close();
        return -1;
      }
      // Addresses have no end: those above the leaf are kept only where chains are asked for.
      const isNeeded = this.record.wantsStacks || !this.record.hasLeaf;
      this.add(isNeeded ? this.frames.intern(this.frame, buf) : 0, buf, start, line);
      return -1;
    }
    this.record.hasSymbols = true;
    const frame = this.frames.intern(this.frame, buf);
    this.add(frame, buf, start, line);
    return frame;
  }

  /** `-F addr,ip,sym`: a line of its own begins with a blank, its chain below with TABs. */
  private add(frame: number, buf: Uint8Array, start: number, line: number): void {
    const { record } = this;
    const column = buf[start] === 9 ? undefined : this.frame.ipEnd - start;
    if (column === undefined || record.isOpen) record.addFrame(frame, line, column);
    else record.addInlineFrame(frame, line, column);
  }

  /** A frame behind the event name at `colon`. */
  takeInline(buf: Uint8Array, colon: number, end: number, line: number): void {
    if (readInlineFrame(this.frame, buf, colon, end))
      this.record.addInlineFrame(this.frames.intern(this.frame, buf), line);
  }
}
