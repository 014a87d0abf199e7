import { EventBatch } from '../../src/model/events.ts';
import type { StringId } from '../../src/model/units.ts';
import type { ReadContext, TextMemory } from '../contract.ts';
import { ThreadStates } from '../events/thread-states.ts';
import type { EventWriter } from '../events/writer.ts';
import * as L from './layout.ts';
import type { LeftMeaning, NameMeaning } from './meanings.ts';
import { instantiateScanner, type ScannerExports } from './module.ts';

/** Scanners of readers that have ended: a memory is 4 MiB, and most captures are read one file after the other. */
const idle: LineScanner[] = [];

/**
 * One WebAssembly instance: reads the lines it has been taught and leaves all others to its reader. The tables, the page of
 * rows and the text lie in its memory, which both sides see.
 */
export class LineScanner implements TextMemory {
  readonly heap: Buffer;
  readonly view: DataView;
  readonly ints: Int32Array;
  readonly doubles: Float64Array;
  readonly batch: EventBatch;
  private readonly exports: ScannerExports;
  private readonly countIds = new Int32Array(L.NAME_SLOTS);
  private plans = 0;
  /** Takes the counts of names where they are not event names. */
  onNameCount: ((slot: number, count: number) => void) | null = null;

  /** A scanner that knows nothing yet. null where WebAssembly (or its SIMD) is not to be had. */
  static borrow(): LineScanner | null {
    const known = idle.pop();
    const exports = known === undefined ? instantiateScanner() : null;
    const scanner = known ?? (exports === null ? null : new LineScanner(exports));
    scanner?.forgetAll();
    return scanner;
  }

  constructor(exports: ScannerExports) {
    const { buffer } = exports.memory;
    this.exports = exports;
    this.heap = Buffer.from(buffer);
    this.view = new DataView(buffer);
    this.ints = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.batch = new EventBatch(buffer, L.BATCH);
  }

  /** States of threads in the scanner's memory, so that it can pair syscalls itself. */
  makeThreadStates(writer: EventWriter): ThreadStates {
    return new ThreadStates(this.ints, L.THREADS >> 2, () => this.forgetLefts(writer));
  }

  /** The scanner of a reader: the one that its text lies in, else a new one. null: the plain scanners read everything. */
  static for(context: ReadContext): LineScanner | null {
    if (context.usePlainScanner === true) return null;
    const { textMemory } = context;
    if (!(textMemory instanceof LineScanner) || textMemory.isLent) return LineScanner.borrow();
    textMemory.forgetAll();
    textMemory.isLent = true;
    return textMemory;
  }
  /** A reader works with the scanner that its text was placed in by somebody else, who gives it back. */
  private isLent = false;

  /** To be called by the reader when it is done with the batch, and by whoever has borrowed. */
  giveBack(): void {
    if (this.isLent) this.isLent = false;
    else if (idle.length < 4) idle.push(this);
  }

  placeText(first: Uint8Array, second: Uint8Array): Buffer | null {
    const size = first.length + second.length;
    if (size > L.CHUNK_BYTES) return null;
    this.heap.set(first, L.CHUNK);
    this.heap.set(second, L.CHUNK + first.length);
    return this.heap.subarray(L.CHUNK, L.CHUNK + size);
  }

  holds(text: Buffer): boolean {
    return text.buffer === this.heap.buffer;
  }

  findLineStart(text: Buffer, at: number, end: number, firstBytes: Uint8Array): number {
    this.heap.fill(firstBytes[0], L.FIRST_BYTES, L.FIRST_BYTES + 8);
    this.heap.set(firstBytes, L.FIRST_BYTES);
    const from = text.byteOffset;
    const found = this.exports.findLineStart(from + at, from + end);
    return found < 0 ? -1 : found - from;
  }

  int(place: number): number {
    return this.ints[place >> 2];
  }
  setInt(place: number, value: number): void {
    this.ints[place >> 2] = value;
  }
  double(place: number): number {
    return this.doubles[place >> 3];
  }
  setDouble(place: number, value: number): void {
    this.doubles[place >> 3] = value;
  }
  /** Reads lines from POS to END; why it stopped: DONE, MISS, FULL, and of event lines HEAD, ASK_COMM, ASK_SOCK, ASK_FLOW. */
  run(): number {
    return this.readsGraph ? this.exports.runGraph() : this.exports.run();
  }
  /** The lines are function_graph's, which another loop reads. */
  readsGraph = false;

  /** Remembers the left part [start, end) of a line of perf, whose '[' stands at `bracket`. */
  learnPerfLeft(start: number, bracket: number, end: number, meaning: LeftMeaning, writer: EventWriter): void {
    if (end - start > L.TEXT_BYTES) return;
    this.writeLeft(this.exports.slotForPerfPrefix(start, bracket, end - start), start, end, meaning, writer);
  }
  learnFtraceLeft(start: number, end: number, meaning: LeftMeaning, writer: EventWriter): void {
    if (end - start > L.TEXT_BYTES) return;
    this.setInt(L.COLUMN, end - start);
    this.writeLeft(this.exports.slotForFtracePrefix(start, end - start), start, end, meaning, writer);
  }

  learnLane(start: number, end: number, meaning: LeftMeaning, writer: EventWriter): void {
    this.writeLeft(this.exports.slotForLane(start, end - start), start, end, meaning, writer);
  }

  private writeLeft(slot: number, start: number, end: number, meaning: LeftMeaning, writer: EventWriter): void {
    this.drainLeft(slot, writer);
    this.writeText(slot, start, end);
    this.setInt(slot + L.TID, meaning.tid);
    this.setInt(slot + L.CPU, meaning.cpu);
    this.setInt(slot + L.COMM, meaning.comm);
    this.setInt(slot + L.CONTEXT, meaning.context);
    this.setInt(slot + L.COMM_OFFSET, meaning.commOffset);
    this.setInt(slot + L.THREAD, meaning.thread);
    this.setInt(slot + L.LAST_STATEMENT, 0);
  }

  /** Remembers the name [start, end) as far as the first blank. Its slot, 0 when it is too long. */
  learnName(start: number, end: number, meaning: NameMeaning, event: number, writer: EventWriter): number {
    if (end - start > L.TEXT_BYTES || end === start) return 0;
    const slot = this.exports.slotForName(start, end - start);
    this.drainName(slot, writer);
    this.writeText(slot, start, end);
    this.setInt(slot + L.PROGRAM, meaning.program);
    this.setInt(slot + L.EVENT, event);
    this.setInt(slot + L.KIND, meaning.kind ?? 0);
    this.setInt(slot + L.PROBE, meaning.probe ?? -1);
    this.setInt(slot + L.EXTRA, meaning.extra ?? -1);
    this.setInt(slot + L.ITEM_ID, meaning.itemId ?? -1);
    this.setInt(slot + L.PLAN_COUNT, 0);
    this.countIds[(slot - L.NAMES) / L.SLOT_BYTES] = meaning.countId;
    return slot;
  }

  /** Remembers a statement of function_graph. */
  learnStatement(start: number, end: number, kind: number, index: number, writer: EventWriter): number {
    const slot = this.exports.slotForStatement(start, end - start);
    this.drainName(slot, writer);
    this.writeText(slot, start, end);
    this.setInt(slot + L.KIND, kind);
    this.setInt(slot + L.EVENT, index);
    return slot;
  }

  private writeText(slot: number, start: number, end: number): void {
    this.heap.copy(this.heap, slot, start, end);
    this.setInt(slot + L.SLOT_SIZE, end - start);
  }

  learnComm(start: number, end: number, id: StringId): void {
    const slot = this.exports.slotForComm(start, end - start);
    this.heap.copy(this.heap, slot, start, end);
    this.setInt(slot + 16, end - start + 1);
    this.setInt(slot + 20, id);
  }
  learnFlow(start: number, end: number, id: StringId): void {
    const slot = this.exports.slotForFlow(start, end - start);
    this.heap.copy(this.heap, slot, start, end);
    this.setInt(slot + L.FLOW_TEXT_BYTES, end - start);
    this.setInt(slot + L.FLOW_TEXT_BYTES + 4, id);
  }
  learnSock(start: number, end: number, id: StringId): void {
    const address = BigInt(`0x${this.heap.toString('latin1', start, end)}`);
    const slot = this.exports.slotForSock(BigInt.asIntN(64, address));
    this.view.setBigUint64(slot, address, true);
    this.setInt(slot + 8, end - start);
    this.setInt(slot + 12, id);
  }

  /** Room for one more plan; 0 = there is none. */
  newPlan(): number {
    if (this.plans === L.MAX_PLANS) return 0;
    return L.PLANS + L.PLAN_BYTES * this.plans++;
  }

  /** Adds the scanner's counts to the writer's. */
  drain(writer: EventWriter): void {
    for (let i = 0; i < L.PREFIX_SLOTS; i++) this.drainLeft(L.PREFIXES + i * L.SLOT_BYTES, writer);
    for (let i = 0; i < L.NAME_SLOTS; i++) this.drainName(L.NAMES + i * L.SLOT_BYTES, writer);
    const { account, report } = writer;
    account.parsed += this.int(L.PARSED);
    account.unused += this.int(L.UNUSED);
    report.events += this.int(L.EVENTS);
    for (const field of [L.PARSED, L.UNUSED, L.EVENTS]) this.setInt(field, 0);
    writer.clock.noteSpan(this.double(L.MIN_NS), this.double(L.MAX_NS));
  }

  private drainLeft(slot: number, writer: EventWriter): void {
    const count = this.int(slot + L.COUNT);
    if (count === 0) return;
    writer.countComm(this.int(slot + L.COMM), count);
    this.setInt(slot + L.COUNT, 0);
  }
  private drainName(slot: number, writer: EventWriter): void {
    const count = this.int(slot + L.COUNT);
    if (count === 0) return;
    if (this.onNameCount !== null) this.onNameCount(slot, count);
    else writer.countName(this.countIds[(slot - L.NAMES) / L.SLOT_BYTES], count);
    this.setInt(slot + L.COUNT, 0);
  }

  /** The flags' columns have moved: what left parts mean is different now. */
  forgetLefts(writer: EventWriter): void {
    for (let i = 0; i < L.PREFIX_SLOTS; i++) {
      this.drainLeft(L.PREFIXES + i * L.SLOT_BYTES, writer);
      this.setInt(L.PREFIXES + i * L.SLOT_BYTES + L.SLOT_SIZE, 0);
    }
  }
  /** What a name means has changed. */
  forgetNames(writer: EventWriter): void {
    for (let i = 0; i < L.NAME_SLOTS; i++) {
      this.drainName(L.NAMES + i * L.SLOT_BYTES, writer);
      this.setInt(L.NAMES + i * L.SLOT_BYTES + L.SLOT_SIZE, 0);
    }
    this.plans = 0;
  }

  private forgetAll(): void {
    this.heap.fill(0, L.CONTROL, L.THREADS);
    this.plans = 0;
    this.onNameCount = null;
    this.readsGraph = false;
    this.batch.length = 0;
    this.setDouble(L.MIN_NS, Number.POSITIVE_INFINITY);
    this.setDouble(L.MAX_NS, Number.NEGATIVE_INFINITY);
    this.setDouble(L.LAST_NS, Number.NaN);
  }
}
