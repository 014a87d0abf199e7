import { CONTEXT_UNKNOWN, type EventKind } from '../../src/model/events.ts';
import type { StringId } from '../../src/model/units.ts';
import type { EventWriter } from '../events/writer.ts';
import { cursor, scanAddress, scanNumber } from '../text/numbers.ts';
import { FlowCache, findFlow, flowText, isRawFlow } from './flow.ts';

/** What a decoder did with a payload. */
export const Outcome = {
  /** At least one row, or knowingly none (a second spelling of the same event). */
  used: 0,
  /** Well-formed, but recvscope has no use for it. */
  unused: 1,
  /** An event recvscope knows whose fields cannot be read. */
  malformed: 2,
  /** Not an event or function body at all. */
  foreign: 3,
  /** Rows were made, but a field that is printed cannot be read (or the line is cut): its argument is absent. */
  damaged: 4,
} as const;

const SOCK_SLOTS = 256;
const PARENTHESIS = 40;

/** Interned socket addresses by their number: a capture has few sockets and names them on every other line. */
class SockCache {
  private readonly addresses = new Float64Array(SOCK_SLOTS).fill(Number.NaN);
  private readonly ids = new Int32Array(SOCK_SLOTS);

  idOf(writer: EventWriter, address: number, buf: Uint8Array, start: number, end: number): StringId {
    // slab objects are aligned to 64 bytes and more
    const slot = Math.floor(address / 64) % SOCK_SLOTS;
    if (this.addresses[slot] === address) return this.ids[slot];
    const id = writer.intern(buf, start, end);
    this.addresses[slot] = address;
    this.ids[slot] = id;
    return id;
  }
}

/** The left part of an event line, filled in by a reader before it asks for the payload. One object per reader. */
export class LineHead {
  atNs = Number.NaN;
  cpu = -1;
  tid = -1;
  comm: StringId = -1;
  context: number = CONTEXT_UNKNOWN;
  line = 0;
  /** A field of the payload being read is there and cannot be read. */
  isDamaged = false;
  readonly writer: EventWriter;
  readonly socks = new SockCache();
  readonly flows = new FlowCache();

  constructor(writer: EventWriter) {
    this.writer = writer;
  }

  /** A row with the task, CPU, time and line of this line. */
  addRow(kind: EventKind, source: number, edge: number, probe: StringId): number {
    const row = this.writer.addRow(kind, source, edge, this.atNs, this.line);
    const batch = this.writer.batch;
    batch.cpu[row] = this.cpu;
    batch.tid[row] = this.tid;
    batch.comm[row] = this.comm;
    batch.context[row] = this.context;
    batch.probe[row] = probe;
    return row;
  }

  /** The number at `at`, -1 = not printed; NaN is damage where something is printed. */
  numberAt(buf: Uint8Array, at: number, end: number): number {
    if (at < 0) return Number.NaN;
    const value = scanNumber(buf, at, end);
    if (Number.isNaN(value)) this.isDamaged = true;
    return value;
  }

  /** The same of a field that every kernel prints: without it the line is cut. */
  wantedAt(buf: Uint8Array, at: number, end: number): number {
    if (at < 0) this.isDamaged = true;
    return this.numberAt(buf, at, end);
  }

  /** An address; `(null)` and `(____ptrval____)` are absent, not damaged. */
  addressAt(buf: Uint8Array, at: number, end: number): number {
    const value = scanAddress(buf, at, end);
    if (Number.isNaN(value) && buf[at] !== PARENTHESIS) this.isDamaged = true;
    return value;
  }

  /** Both ends of the connection that the payload names, as a string id in aux. `isWanted`: every kernel prints them. */
  takeFlow(row: number, buf: Uint8Array, start: number, end: number, isWanted: boolean): void {
    if (!findFlow(buf, start, end)) {
      if (isWanted && start < end) this.isDamaged = true;
      return;
    }
    const flow = this.flows.idOf(this.writer, buf, flowText.start, flowText.end);
    this.writer.batch.aux[row] = flow;
    if (flow < 0 && !isRawFlow(buf, flowText.start, flowText.end)) this.isDamaged = true;
  }

  /** The socket of a row: the address as text without 0x, so that all tools spell it alike. `at` -1: not printed. */
  takeSock(row: number, buf: Uint8Array, at: number, end: number): void {
    if (at < 0) return;
    let start = at;
    if (end - start > 2 && buf[start] === 48 && buf[start + 1] === 120) start += 2;
    const address = scanAddress(buf, start, end);
    if (cursor.hexDigits === 0 && buf[start] !== PARENTHESIS) this.isDamaged = true;
    if (cursor.hexDigits >= 6)
      this.writer.batch.sock[row] = this.socks.idOf(this.writer, address, buf, start, cursor.end);
  }
}

/** What a row says of its event besides the fields. */
export interface EventMeaning {
  readonly kind: EventKind;
  /** Canonical name without system, interned. */
  readonly probe: StringId;
}

/** Reads the fields of an event whose meaning the vocabulary knows. An Outcome. */
export type Decode = (head: LineHead, event: EventMeaning, buf: Uint8Array, start: number, end: number) => number;
