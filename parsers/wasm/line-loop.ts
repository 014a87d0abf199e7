import type { EventWriter } from '../events/writer.ts';
import type { LineHead } from '../payload/decoder.ts';
import type { LineSplitter } from '../text/lines.ts';
import { scanAddress } from '../text/numbers.ts';
import * as L from './layout.ts';
import type { LineScanner } from './line-scanner.ts';

/** The reader behind a scanner. */
export interface ScannerReader {
  /** False while something is held open that the next line may belong to, or the clock is not the scanner's. */
  isScannerReady(): boolean;
  /** Decodes the payload of a line whose head is known (PREFIX, NAME or 0, NAME_START, NAME_END, PAYLOAD, LINE_END). */
  takeHead(): void;
  /** The scanner has handled lines: LAST_PREFIX, LAST_NAME, LAST_LINE tell of the last one. */
  takeHits(hits: number): void;
  /** Its sockets are those that the scanner asks for. */
  readonly head: LineHead;
}

/**
 * Reads the line at `start` of `buf` without the scanner, and more behind it if it likes, up to `end` (a newline stands before
 * it). Returns where the next line begins. Counts lines itself.
 */
export type ReadInFull = (buf: Buffer, start: number, end: number) => number;

const NEWLINE = 10;
/** So many lines in a row that the scanner did not know: the next ones are read without asking it. */
const PATIENCE = 64;
const PAUSE_LINES = 512;
/** Two task names, or the sockets of a probe's fields. */
const MAX_ASKS = 16;

/** Runs the scanner over whole lines of a chunk and hands the reader what is not its own. */
export class LineLoop {
  private readonly scanner: LineScanner;
  private readonly writer: EventWriter;
  private readonly splitter: LineSplitter;
  private readonly reader: ScannerReader;
  private readonly readInFull: ReadInFull;
  private misses = 0;

  constructor(
    scanner: LineScanner,
    writer: EventWriter,
    splitter: LineSplitter,
    reader: ScannerReader,
    readInFull: ReadInFull,
  ) {
    this.scanner = scanner;
    this.writer = writer;
    this.splitter = splitter;
    this.reader = reader;
    this.readInFull = readInFull;
    scanner.setInt(L.MAX_LINE, Math.min(writer.context.maxLineBytes, 2 ** 30));
  }

  /** Whole lines: bytes [from, end) of `buf`, the last one a newline. Text that lies in the scanner's memory is not copied. */
  read(buf: Buffer, from: number, end: number): void {
    const { heap } = this.scanner;
    if (buf.buffer === heap.buffer) {
      this.readPlaced(buf.byteOffset + from, buf.byteOffset + end);
      return;
    }
    let at = from;
    while (at < end) {
      const stop = end - at <= L.SLICE_BYTES ? end : buf.lastIndexOf(NEWLINE, at + L.SLICE_BYTES - 1) + 1;
      // A line longer than the scanner's memory for text.
      if (stop <= at) at = this.readInFull(buf, at, buf.indexOf(NEWLINE, at) + 1);
      else {
        buf.copy(heap, L.SLICE, at, stop);
        this.readPlaced(L.SLICE, L.SLICE + stop - at);
        at = stop;
      }
    }
  }

  private readPlaced(from: number, stop: number): void {
    const { scanner, reader, splitter, writer } = this;
    const { ints, batch } = scanner;
    ints[L.POS >> 2] = from;
    ints[L.END >> 2] = stop;
    while (ints[L.POS >> 2] < stop) {
      if (this.misses >= PATIENCE || !reader.isScannerReady()) {
        if (this.misses >= PATIENCE && ++this.misses > PATIENCE + PAUSE_LINES) this.misses = 0;
        ints[L.POS >> 2] = this.readInFull(scanner.heap, ints[L.POS >> 2], stop);
        continue;
      }
      ints[L.ROWS >> 2] = batch.length;
      scanner.setDouble(L.LINE, splitter.lines);
      const reason = scanner.run();
      batch.length = ints[L.ROWS >> 2];
      splitter.lines = scanner.double(L.LINE);
      const hits = ints[L.HITS >> 2];
      if (hits > 0) {
        ints[L.HITS >> 2] = 0;
        this.misses = 0;
        reader.takeHits(hits);
      }
      switch (reason) {
        case L.MISS:
          this.misses++;
          ints[L.POS >> 2] = this.readInFull(scanner.heap, ints[L.LINE_START >> 2], stop);
          break;
        case L.HEAD:
          this.misses = 0;
          reader.takeHead();
          break;
        case L.FULL:
          writer.flush();
          break;
        case L.ASK_COMM: {
          if (this.isAskedTooOften()) break;
          const start = ints[L.ASK_START >> 2];
          const last = ints[L.ASK_END >> 2];
          scanner.learnComm(start, last, writer.intern(scanner.heap, start, last));
          break;
        }
        case L.ASK_FLOW: {
          if (this.isAskedTooOften()) break;
          const start = ints[L.ASK_START >> 2];
          const last = ints[L.ASK_END >> 2];
          const flow = reader.head.flows.idOf(writer, scanner.heap, start, last);
          // Damaged: the reader says so.
          if (flow < 0)
            scanner.setInt(L.POS, this.readInFull(scanner.heap, ints[L.LINE_START >> 2], ints[L.NEXT_LINE >> 2]));
          else scanner.learnFlow(start, last, flow);
          break;
        }
        case L.ASK_SOCK: {
          if (this.isAskedTooOften()) break;
          const start = ints[L.ASK_START >> 2];
          const last = ints[L.ASK_END >> 2];
          const address = scanAddress(scanner.heap, start, last);
          scanner.learnSock(start, last, reader.head.socks.idOf(writer, address, scanner.heap, start, last));
          break;
        }
      }
    }
  }

  /** A line asks for what it names once; one that asks again and again is read in full, so that nothing can go on for ever. */
  private isAskedTooOften(): boolean {
    const { scanner } = this;
    const line = scanner.double(L.LINE);
    this.asks = line === this.askedLine ? this.asks + 1 : 1;
    this.askedLine = line;
    if (this.asks <= MAX_ASKS) return false;
    this.asks = 0;
    scanner.setInt(L.POS, this.readInFull(scanner.heap, scanner.int(L.LINE_START), scanner.int(L.NEXT_LINE)));
    return true;
  }
  private asks = 0;
  private askedLine = -1;
}
