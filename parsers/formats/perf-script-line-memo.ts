import { isSameBytes } from './perf-script-compare.ts';
import type { EventLine } from './perf-script-event-line.ts';
import type { PerfEvent } from './perf-script-events.ts';

const PREFIX_SLOTS = 4096;
const PREFIX_BYTES = 64;
const NAME_SLOTS = 4096;
const NAME_BYTES = 64;
/** A task name of up to 15 bytes cannot hold a second reading of the line when the time ends this far to the right. */
const SAFE_COLUMNS = 15;
const FOUR_BLANKS = 0x20202020;

/**
 * Heads of event lines repeat: `rxbench 23674 [000] ` stands on thousands of lines, and so does every event name. Both are
 * remembered as bytes with what EventLine.parseTimed made of them; a hit is verified byte by byte and leaves only the time
 * and the period to be read. Never a second grammar: whatever differs from a remembered line is parsed in full.
 */
export class LineMemo {
  private view: DataView = new DataView(new ArrayBuffer(0));
  private buf: Uint8Array = new Uint8Array(0);

  private readonly prefixes = new DataView(new ArrayBuffer(PREFIX_SLOTS * PREFIX_BYTES));
  private readonly prefixLengths = new Int32Array(PREFIX_SLOTS);
  private readonly tids = new Int32Array(PREFIX_SLOTS);
  private readonly cpus = new Int32Array(PREFIX_SLOTS);
  private readonly comms = new Int32Array(PREFIX_SLOTS);
  private readonly commOffsets = new Int32Array(PREFIX_SLOTS);

  private readonly names = new DataView(new ArrayBuffer(NAME_SLOTS * NAME_BYTES));
  private readonly nameLengths = new Int32Array(NAME_SLOTS);
  private readonly events: (PerfEvent | null)[] = new Array(NAME_SLOTS).fill(null);

  /** Column of '[' on the last line, and how far the name's colon stood behind the time's. */
  private bracketColumn = 0;
  private nameDistance = 0;
  /** Where the last find() looked for '[', -1 = it did not get that far. */
  private bracket = -1;
  /** What find() read besides the fields of EventLine. */
  comm = -1;
  event: PerfEvent | null = null;

  /** The chunk the next lines lie in. */
  useChunk(view: DataView, buf: Uint8Array): void {
    this.view = view;
    this.buf = buf;
  }

  /** True: `at`, `comm` and `event` are what a full parse would give. */
  find(at: EventLine, buf: Uint8Array, start: number, end: number): boolean {
    this.bracket = -1;
    if (buf !== this.buf || end - start < 24) return false;
    let bracket = start + this.bracketColumn;
    if (buf[bracket] !== 91 || this.bracketColumn < 4) {
      bracket = start + 4;
      const limit = Math.min(end, start + 56);
      while (bracket < limit && buf[bracket] !== 91) bracket++;
      if (bracket === limit) return false;
      this.bracketColumn = bracket - start;
    }
    if (bracket + 16 > end) return false;
    this.bracket = bracket;
    const view = this.view;
    const slot = prefixSlot(view, start, bracket);
    const length = this.prefixLengths[slot];
    if (length === 0 || end - start <= length + 10) return false;
    if (!isSameBytes(this.prefixes, slot * PREFIX_BYTES, view, start, length)) return false;
    let p = start + length;
    while (buf[p] === 32) p++;
    let seconds = 0;
    const first = p;
    let digit = buf[p] - 48;
    while (digit >= 0 && digit <= 9) {
      seconds = seconds * 10 + digit;
      digit = buf[++p] - 48;
    }
    if (p === first || buf[p] !== 46 || p + 8 > end) return false;
    let fraction = 0;
    const dot = p;
    digit = buf[++p] - 48;
    while (digit >= 0 && digit <= 9) {
      fraction = fraction * 10 + digit;
      digit = buf[++p] - 48;
    }
    if (buf[p] !== 58 || p - start - this.commOffsets[slot] < SAFE_COLUMNS) return false;
    const digits = p - dot - 1;
    if (digits === 6) fraction *= 1000;
    else if (digits !== 9) return false;
    if (!this.findName(at, view, buf, p, end)) return false;
    at.timeHigh = seconds;
    at.timeLow = fraction;
    at.timeDigits = digits;
    at.hasTime = true;
    at.isSideRecord = false;
    at.tid = this.tids[slot];
    at.cpu = this.cpus[slot];
    this.comm = this.comms[slot];
    return true;
  }

  /** `[period] name: payload` behind the time's colon. */
  private findName(at: EventLine, view: DataView, buf: Uint8Array, colon: number, end: number): boolean {
    let p = colon + 1;
    if (buf[p] !== 32) return false;
    p = skipPadding(view, buf, p, end);
    let digit = buf[p] - 48;
    let period = Number.NaN;
    if (digit >= 0 && digit <= 9) {
      period = 0;
      while (digit >= 0 && digit <= 9) {
        period = period * 10 + digit;
        digit = buf[++p] - 48;
      }
      if (buf[p] !== 32) return false;
      p = skipPadding(view, buf, p, end);
    }
    let nameEnd = colon + this.nameDistance;
    if (nameEnd >= end || nameEnd <= p || buf[nameEnd] !== 58 || (nameEnd + 1 < end && buf[nameEnd + 1] !== 32)) {
      nameEnd = p;
      while (nameEnd < end && buf[nameEnd] !== 32) nameEnd++;
      nameEnd--;
      if (nameEnd - p < 3 || buf[nameEnd] !== 58) return false;
      this.nameDistance = nameEnd - colon;
    }
    const length = nameEnd - p;
    if (length < 4) return false;
    const slot = nameSlot(view, p, nameEnd);
    if (this.nameLengths[slot] !== length || !isSameBytes(this.names, slot * NAME_BYTES, view, p, length)) return false;
    at.period = period;
    at.nameStart = p;
    at.nameEnd = nameEnd;
    p = nameEnd + 1;
    while (p < end && (buf[p] === 32 || buf[p] === 9)) p++;
    at.payload = p;
    this.event = this.events[slot];
    return true;
  }

  /** Remembers a line that parseTimed has just read (find() had failed on it). */
  learn(at: EventLine, buf: Uint8Array, start: number, comm: number, event: PerfEvent): void {
    if (buf !== this.buf || this.bracket < 0) return;
    this.learnPrefix(at, buf, start, comm);
    const length = at.nameEnd - at.nameStart;
    if (length < 4 || length > NAME_BYTES) return;
    for (let i = at.nameStart; i < at.nameEnd; i++) if (buf[i] === 32 || buf[i] === 9) return;
    const c = buf[at.nameStart];
    if (c >= 48 && c <= 57) return;
    const slot = nameSlot(this.view, at.nameStart, at.nameEnd);
    store(this.names, slot * NAME_BYTES, buf, at.nameStart, length);
    this.nameLengths[slot] = length;
    this.events[slot] = event;
  }

  private learnPrefix(at: EventLine, buf: Uint8Array, start: number, comm: number): void {
    const { bracket } = this;
    if (!at.hasIds || !at.hasTime || at.cpuOpen !== bracket || at.cpu < 0) return;
    let end = bracket + 1;
    while (buf[end] >= 48 && buf[end] <= 57) end++;
    if (buf[end] !== 93 || buf[end + 1] !== 32) return;
    end += 2;
    const length = end - start;
    if (length > PREFIX_BYTES) return;
    // Only blanks between cpu and time: no time of day, no misc letters; and no other place where a time could end.
    for (let i = end; i < at.timeStart; i++) if (buf[i] !== 32) return;
    for (let i = start + 1; i < end; i++) {
      if (buf[i] === 58 && buf[i - 1] >= 48 && buf[i - 1] <= 57 && (buf[i + 1] === 32 || buf[i + 1] === 9)) return;
    }
    const slot = prefixSlot(this.view, start, bracket);
    store(this.prefixes, slot * PREFIX_BYTES, buf, start, length);
    this.prefixLengths[slot] = length;
    this.tids[slot] = at.tid;
    this.cpus[slot] = at.cpu;
    this.comms[slot] = comm;
    this.commOffsets[slot] = at.commStart - start;
  }
}

/** The last letters of the name, the tid and the cpu. */
function prefixSlot(view: DataView, start: number, bracket: number): number {
  const name = bracket - start >= 8 ? view.getInt32(bracket - 8, true) : 0;
  return mix(name, view.getInt32(bracket - 4, true), view.getInt32(bracket, true)) & (PREFIX_SLOTS - 1);
}

/** `sock_send_length` and `sock_recv_length` differ in the middle only. */
function nameSlot(view: DataView, start: number, end: number): number {
  const middle = view.getInt32(start + ((end - start) >> 1) - 2, true) + end - start;
  return mix(view.getInt32(start, true), middle, view.getInt32(end - 4, true)) & (NAME_SLOTS - 1);
}

function mix(a: number, b: number, c: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ b;
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ c;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash >>> 16;
}

/** First byte from `pos` on that is no blank, four at a time: event names are padded to the longest. */
function skipPadding(view: DataView, buf: Uint8Array, pos: number, end: number): number {
  let p = pos;
  while (p + 4 <= end && view.getInt32(p, true) === FOUR_BLANKS) p += 4;
  while (buf[p] === 32) p++;
  return p;
}

function store(stored: DataView, base: number, buf: Uint8Array, start: number, length: number): void {
  for (let i = 0; i < length; i++) stored.setUint8(base + i, buf[start + i]);
}
