import type { EventWriter } from '../../events/writer.ts';
import { cursor } from '../../text/numbers.ts';
import type { LeftPart } from './left-part.ts';

/** `none`: nocontext-info, bodies only. */
type Layout = 'event' | 'latency' | 'verbose' | 'none';
const LAYOUTS: readonly Layout[] = ['event', 'latency', 'verbose'];

/** How the left parts of a file are laid out: as the last line was, until one is not. */
export class FtraceLayout {
  name: Layout = 'event';
  /** Of the line that was scanned last. */
  atNs = Number.NaN;
  /** Fractional digits of the last time of an event line; -1 ticks. */
  digits = -2;
  private readonly left: LeftPart;
  private readonly writer: EventWriter;

  constructor(left: LeftPart, writer: EventWriter) {
    this.left = left;
    this.writer = writer;
  }

  /** Reads the left part of a line into `left`. The layout of the last line is tried first. */
  scan(buf: Uint8Array, start: number, end: number): boolean {
    const { name } = this;
    if (name !== 'none' && this.scanAs(name, buf, start, end)) return true;
    for (const other of LAYOUTS) {
      if (other !== name && this.scanAs(other, buf, start, end)) {
        this.name = other;
        return true;
      }
    }
    return false;
  }

  private scanAs(layout: Layout, buf: Uint8Array, start: number, end: number): boolean {
    const { left, writer } = this;
    if (layout === 'event') {
      if (!left.scanEvent(buf, start, end)) return false;
      this.digits = cursor.digits;
      this.atNs = cursor.digits < 0 ? writer.clock.takeTicks() : writer.clock.takeTime();
      return true;
    }
    if (layout === 'latency') {
      if (!left.scanLatency(buf, start, end)) return false;
      this.atNs = left.isTicks ? writer.clock.takeTicks() : writer.clock.takeMicros(left.relative, true);
      return true;
    }
    if (!left.scanVerbose(buf, start, end)) return false;
    this.atNs = writer.clock.takeMicros(left.relative, false);
    return true;
  }
}
