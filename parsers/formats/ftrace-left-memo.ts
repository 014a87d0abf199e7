import type { LeftPart } from './ftrace-left.ts';
import { isSameBytes } from './perf-script-compare.ts';

const SLOTS = 2048;
const SLOT_BYTES = 64;
/** The dash of `%16s-%-7d`: hashing begins left of it, in the name. */
const NAME_TAIL = 12;
const PID = 17;
const MIN_BYTES = PID + 8;

/**
 * Left parts repeat: `         rxbench-23632   [001] ..s1. ` stands on thousands of lines. Each is remembered as bytes with
 * what LeftPart, internComm and readFlags made of it; a hit is verified byte by byte and leaves only the time to be read.
 * Never a second grammar: only lines whose dash stands in column 16 are remembered, where the bytes up to the flags
 * decide alone how the line is read.
 */
export class LeftMemo {
  private buf: Uint8Array = new Uint8Array(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private readonly bytes = new DataView(new ArrayBuffer(SLOTS * SLOT_BYTES));
  private readonly lengths = new Int32Array(SLOTS);
  private readonly tids = new Int32Array(SLOTS);
  private readonly cpus = new Int32Array(SLOTS);
  private readonly comms = new Int32Array(SLOTS);
  private readonly contexts = new Int32Array(SLOTS);
  /** Bytes of the last left part: flags have one width in a file, and so has everything before them. */
  private size = 0;
  tid = -1;
  cpu = -1;
  comm = -1;
  context = 0;
  /** First byte behind the left part: blanks and the time. */
  end = 0;

  find(buf: Uint8Array, start: number, end: number): boolean {
    const { size } = this;
    if (size === 0 || start + size >= end) return false;
    if (buf !== this.buf) this.useBuffer(buf);
    const slot = slotOf(this.view, start, size);
    if (this.lengths[slot] !== size || !isSameBytes(this.bytes, slot * SLOT_BYTES, this.view, start, size))
      return false;
    this.tid = this.tids[slot];
    this.cpu = this.cpus[slot];
    this.comm = this.comms[slot];
    this.context = this.contexts[slot];
    this.end = start + size;
    return true;
  }

  /** Remembers the left part that `left` has just read. */
  learn(left: LeftPart, buf: Uint8Array, start: number, comm: number, context: number): void {
    if (!left.isAligned) return;
    const size = left.leftEnd - start;
    if (size < MIN_BYTES || size > SLOT_BYTES) return;
    if (buf !== this.buf) this.useBuffer(buf);
    this.size = size;
    const slot = slotOf(this.view, start, size);
    for (let i = 0; i < size; i++) this.bytes.setUint8(slot * SLOT_BYTES + i, buf[start + i]);
    this.lengths[slot] = size;
    this.tids[slot] = left.tid;
    this.cpus[slot] = left.cpu;
    this.comms[slot] = comm;
    this.contexts[slot] = context;
  }

  /** The columns of the flags have changed. */
  clear(): void {
    this.lengths.fill(0);
  }

  private useBuffer(buf: Uint8Array): void {
    this.buf = buf;
    this.view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
  }
}

/** Name, pid, and what stands at the end: cpu and flags. */
function slotOf(view: DataView, start: number, size: number): number {
  let hash = Math.imul(view.getInt32(start + NAME_TAIL, true), 0x9e3779b1) ^ view.getInt32(start + PID, true);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ view.getInt32(start + PID + 4, true);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) ^ view.getInt32(start + size - 8, true);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ view.getInt32(start + size - 4, true);
  return (Math.imul(hash ^ (hash >>> 13), 0x9e3779b1) >>> 16) & (SLOTS - 1);
}
