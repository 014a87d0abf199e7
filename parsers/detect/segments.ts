import type { Format, FormatReader, ReadResult, TextMemory } from '../contract.ts';
import { asBuffer, copyBytes } from '../text/bytes.ts';
import { BorderFinder } from './borders.ts';
import { findHoldBack, findOpeners, OPENER_BYTES } from './openers.ts';
import { HEAD_BYTES, makeHead, type Sniffed, sniffHead } from './sniff.ts';
import { nameText } from './unknown-text.ts';

/** One stretch of one file in one format. */
export interface SegmentSpec {
  format: Format | null;
  variant: string;
  looksLike: string;
  /** Lines of the file before the segment. */
  linesBefore: number;
  /** 0 for the first segment of the file. */
  index: number;
}

export interface SegmentResult {
  spec: SegmentSpec;
  result: ReadResult;
  bytes: number;
}

const NEWLINE = 10;
/** Changes of format without opener followed inside one chunk, and segments of a file after which none is looked for. */
const MAX_BORDERS = 16;
const MAX_SEGMENTS = 64;
/** Fewer lines of one kind in the middle of a capture are no capture of their own. */
const MIN_OWN_LINES = 3;

/** Bytes in, segments out: sniffs the head of every segment and hands the bytes to the reader of its format. */
export class SegmentFeeder {
  readonly results: SegmentResult[] = [];
  private readonly formats: readonly Format[];
  private readonly open: (spec: SegmentSpec) => FormatReader;
  private readonly memory: TextMemory | null;
  private tail: Uint8Array = new Uint8Array(0);
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private isCollecting = true;
  private atLineStart = true;
  private current: { spec: SegmentSpec; reader: FormatReader; bytes: number } | null = null;
  private linesBefore = 0;
  private readonly borders: BorderFinder;
  /** What is held was cut off at a change of lines, not at an opener. */
  private isSoft = false;

  /** `memory` holds the chunks, so that their reader need not copy them. */
  constructor(formats: readonly Format[], open: (spec: SegmentSpec) => FormatReader, memory: TextMemory | null = null) {
    this.memory = memory;
    this.formats = formats;
    this.borders = new BorderFinder(formats);
    this.open = open;
  }

  /** `chunk` is not kept: the caller may fill it anew. */
  push(chunk: Uint8Array): void {
    const data = this.joinTail(chunk);
    const cut = findHoldBack(data);
    this.tail = copyBytes(data, cut, data.length);
    this.pass(data.subarray(0, cut));
  }

  /** What was held back and the chunk, in a buffer used again and again: fresh megabytes cost page faults and collections. */
  private joinTail(chunk: Uint8Array): Buffer {
    const { tail } = this;
    const placed = this.memory?.placeText(tail, chunk) ?? null;
    if (placed !== null) return placed;
    if (tail.length === 0) return asBuffer(chunk);
    const size = tail.length + chunk.length;
    if (this.joined.length < size) this.joined = Buffer.allocUnsafeSlow(size + OPENER_BYTES * 4);
    this.joined.set(tail, 0);
    this.joined.set(chunk, tail.length);
    return this.joined.subarray(0, size);
  }
  private joined = Buffer.alloc(0);

  end(): SegmentResult[] {
    this.pass(this.tail);
    this.tail = new Uint8Array(0);
    while (this.isCollecting && (this.heldBytes > 0 || this.current === null)) this.decide(true, false);
    this.finishCurrent();
    return this.results;
  }

  private pass(data: Uint8Array): void {
    if (data.length === 0) return;
    let from = 0;
    for (const at of findOpeners(asBuffer(data), this.atLineStart, this.memory)) {
      this.feedWatching(data.subarray(from, at), from > 0 || this.atLineStart);
      from = at;
      this.cross();
    }
    this.feedWatching(data.subarray(from), from > 0 || this.atLineStart);
    this.atLineStart = data[data.length - 1] === NEWLINE;
  }

  /** Also looks for a change of format that no opener announces. */
  private feedWatching(bytes: Uint8Array, isLineStart: boolean): void {
    const firstNewline = isLineStart ? -1 : bytes.indexOf(NEWLINE);
    const start = isLineStart ? 0 : firstNewline < 0 ? bytes.length : firstNewline + 1;
    this.feed(bytes.subarray(0, start));
    let rest = bytes.subarray(start);
    for (let turn = 0; turn < MAX_BORDERS && rest.length > 0; turn++) {
      const isWatched = !this.isCollecting && this.results.length < MAX_SEGMENTS;
      const owner = isWatched ? this.current!.spec.format : null;
      const format = owner?.isSparse === true ? null : owner;
      const border = format === null ? null : this.borders.findFar(asBuffer(rest), this.current!.bytes, format);
      if (border === null || (border.at === 0 && this.current!.bytes === 0)) break;
      this.feed(rest.subarray(0, border.at));
      rest = rest.subarray(border.at);
      this.isCollecting = true;
      this.isSoft = true;
    }
    this.feed(rest);
  }

  private feed(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (!this.isCollecting) {
      this.current!.reader.push(bytes);
      this.current!.bytes += bytes.length;
      return;
    }
    this.held.push(copyBytes(bytes, 0, bytes.length));
    this.heldBytes += bytes.length;
    if (this.heldBytes >= HEAD_BYTES) this.decide(false, false);
  }

  /** A line that may open a capture begins here. */
  private cross(): void {
    if (this.isCollecting) {
      if (this.heldBytes === 0 || this.isPreamble()) return;
      this.empty(false);
    }
    this.isCollecting = true;
    this.isSoft = false;
  }

  /**
   * Nothing but comments was held: the opener continues the head that has begun. `version = 6`, `CPU 0 is empty` and
   * `cpus=2` open one trace-cmd report, not two.
   */
  private isPreamble(): boolean {
    if (this.heldBytes > 4096) return false;
    const text = Buffer.concat(this.held).toString('latin1');
    return /^(?:\xef\xbb\xbf)?(?:(?:version = \d+|CPU \d+ is empty|#.*)?\r*\n)+$/.test(text);
  }

  private decide(isEnd: boolean, isBeforeOpener: boolean): void {
    const bytes = asBuffer(this.held.length === 1 ? this.held[0] : Buffer.concat(this.held));
    const border = this.results.length < MAX_SEGMENTS ? this.findInside(bytes) : null;
    if (border === null) this.settle(bytes, isEnd, isBeforeOpener);
    else {
      this.settle(bytes.subarray(0, border), true, false);
      this.empty(true);
      this.isCollecting = true;
      this.isSoft = true;
      this.held = [bytes.subarray(border)];
      this.heldBytes = bytes.length - border;
      this.decide(isEnd, isBeforeOpener);
    }
  }

  /** What was fed may have shown a further change of format, and is held: it is decided before anything follows. */
  private empty(isEnd: boolean): void {
    while (this.isCollecting && this.heldBytes > 0) {
      const before = this.heldBytes;
      this.decide(isEnd, !isEnd);
      if (this.heldBytes >= before) return;
    }
  }

  /** Offset where the head is the end of one text and the beginning of another; the first must be known for itself. */
  private findInside(bytes: Buffer): number | null {
    const border = this.borders.findClose(bytes.subarray(0, HEAD_BYTES), null);
    if (border === null || border.at === 0) return null;
    // A document that quotes several tools is one text: what stands between the tables says whose they are.
    if (this.sniff(bytes, false).format?.isSparse === true) return null;
    if (this.isSoft && this.current !== null) {
      // Lines of another tool among those of the capture, and then the capture again: no capture of its own.
      const after = this.sniff(bytes.subarray(border.at), false);
      if (border.claims < MIN_OWN_LINES && after.format !== null && this.isCurrent(after.format)) return null;
    }
    return this.sniff(bytes.subarray(0, border.at), true).format === null ? null : border.at;
  }

  private isCurrent(format: Format): boolean {
    const spec = this.current?.spec;
    return spec !== undefined && spec.format === format;
  }

  private sniff(bytes: Uint8Array, isWhole: boolean): Sniffed {
    // Wrappers are taken off the whole file before; a segment is read as it stands.
    return sniffHead(makeHead(bytes.subarray(0, HEAD_BYTES), isWhole), this.formats, false);
  }

  private settle(bytes: Uint8Array, isEnd: boolean, isBeforeOpener: boolean): void {
    const sniffed = this.sniff(bytes, isEnd || isBeforeOpener);
    if (sniffed.format === null && this.current === null && isBeforeOpener) return;
    const isSame = this.isSoft && sniffed.format !== null && this.isCurrent(sniffed.format);
    const isNew = this.current === null || (sniffed.format !== null && !isSame);
    if (isNew) {
      this.finishCurrent();
      const spec: SegmentSpec = {
        format: sniffed.format,
        variant: sniffed.detection.variant,
        looksLike: sniffed.format === null ? nameText(sniffed.head) : '',
        linesBefore: this.linesBefore,
        index: this.results.length,
      };
      this.current = { spec, reader: this.open(spec), bytes: 0 };
    }
    this.held = [];
    this.heldBytes = 0;
    this.isCollecting = false;
    if (isNew) this.feedWatching(bytes, true);
    else this.feed(bytes);
  }

  private finishCurrent(): void {
    if (this.current === null) return;
    const { spec, reader, bytes } = this.current;
    const result = reader.end();
    this.linesBefore += result.report.account.lines;
    this.results.push({ spec, result, bytes });
    this.current = null;
  }
}
