import type { EventWriter } from '../../events/writer.ts';
import { ScannerFeed, type ScannerTarget } from '../../wasm/feed.ts';
import type { LineScanner } from '../../wasm/line-scanner.ts';
import { FrameCache } from './frame/cache.ts';

const NEWLINE = 10;
const TAB = 9;

/** What the feed tells its reader. */
export interface FeedTarget extends ScannerTarget {
  /** A line; returns the frame id when the line, whatever stands around it, is the frame of a call chain, else -1. */
  readLine(buf: Uint8Array, start: number, end: number, line: number): number;
  /** An empty line. */
  takeBlank(): void;
  /** A line whose frame is known from an equal line. */
  takeFrame(frame: number, line: number): void;
}

/**
 * Chunks in, lines out, with two short cuts: event lines go through the scanner, and a line that begins with TAB is looked up
 * in the frame cache before its end is searched. The lines are the same however the bytes are cut.
 */
export class PerfScriptFeed extends ScannerFeed {
  private readonly cache = new FrameCache();
  private readonly reader: FeedTarget;
  private buf: Buffer = Buffer.alloc(0);
  private view: DataView = new DataView(new ArrayBuffer(0));

  constructor(writer: EventWriter, reader: FeedTarget, scanner: LineScanner | null) {
    super(writer, reader, scanner);
    this.reader = reader;
  }

  /** Lines from `from` on, all of them or one and the blank lines and frames behind it. */
  protected override readRun(buf: Buffer, from: number, end: number, isShort: boolean): number {
    if (buf !== this.buf) {
      this.buf = buf;
      this.view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
    }
    const { cache, reader, view, splitter } = this;
    const max = this.writer.context.maxLineBytes;
    let pos = from;
    while (pos < end) {
      const first = buf[pos];
      if (first === NEWLINE) {
        splitter.lines++;
        reader.takeBlank();
        pos++;
        continue;
      }
      const isFrameLike = first === TAB;
      if (isFrameLike) {
        const frame = cache.find(view, pos, end);
        if (frame >= 0) {
          pos += cache.length;
          reader.takeFrame(frame, ++splitter.lines);
          continue;
        }
      } else if (isShort && pos > from) return pos;
      const newline = buf.indexOf(NEWLINE, pos);
      const line = ++splitter.lines;
      if (newline - pos > max) {
        splitter.longLines++;
        this.writer.addLongLine(line);
      } else {
        let last = newline;
        while (last > pos && buf[last - 1] === 13) last--;
        const frame = reader.readLine(buf, pos, last, line);
        if (isFrameLike && frame >= 0) cache.put(view, pos, newline + 1 - pos, frame);
      }
      pos = newline + 1;
    }
    return pos;
  }
}
