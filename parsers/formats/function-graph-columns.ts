import type { GraphLayout } from './function-graph-layout.ts';

const BLANK = 32;
const BAR = 124;
const POWERS_OF_TEN = [1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
/** TRACE_GRAPH_PROCINFO_LENGTH: comm (7 bytes) and pid are centred in this width. */
const PROC_WIDTH = 14;
const MAX_PROC_WIDTH = 40;
const MAX_NAME_BYTES = 7;
/** `migration/0--1 => sshd-1755`: banners of the first versions did not cut names. */
export const MAX_BANNER_NAME_BYTES = 15;

/** How far the columns of a line could be read. */
export const Columns = {
  /** Not even the first column. */
  none: 0,
  /** The first column is there, a later one is not: the line is damaged. */
  some: 1,
  /** Up to the tree text. */
  all: 2,
  /** ` 0)   ==========> |` */
  arrow: 3,
} as const;

/**
 * The columns left of the tree, one reused instance. Example with everything on:
 *
 *        41.873979 |   0)  rxbench-351   |  ..s2. | ! 111.696 us  |    tcp_v4_do_rcv();
 */
export class GraphColumns {
  atHigh = 0;
  atLow = 0;
  atDigits = 0;
  /** Microseconds of the relative column. */
  relUs = 0;
  cpu = -1;
  tid = -1;
  commStart = 0;
  commEnd = 0;
  flagsStart = 0;
  flagsEnd = 0;
  durNs = Number.NaN;
  /** Places of the last line read, for GraphKernel. */
  dotAt = 0;
  parenAt = 0;
  barAt = 0;
  /** First character of the tree text and its depth. */
  treeStart = 0;
  depth = 0;

  scan(buf: Uint8Array, start: number, end: number, layout: GraphLayout): number {
    let pos = start;
    let seen = false;
    // Column where the tree of depth 0 begins: each column ends in a literal with a fixed number of blanks.
    let base = start;
    this.cpu = -1;
    this.tid = -1;
    this.durNs = Number.NaN;
    if (layout.abs) {
      pos = this.scanTime(buf, pos, end);
      if (pos < 0) return Columns.none;
      seen = true;
      base = pos + 2;
    }
    if (layout.rel) {
      pos = this.scanRelative(buf, pos, end);
      if (pos < 0) return seen ? Columns.some : Columns.none;
      seen = true;
      base = pos + 2;
    }
    if (layout.cpu) {
      while (pos < end && buf[pos] === BLANK) pos++;
      const first = pos;
      let cpu = 0;
      let c = 0;
      for (; pos < end; pos++) {
        c = buf[pos] - 48;
        if (c < 0 || c > 9) break;
        cpu = cpu * 10 + c;
      }
      if (pos === first || pos - first > 5 || pos >= end || buf[pos] !== 41) return seen ? Columns.some : Columns.none;
      this.cpu = cpu;
      this.parenAt = pos;
      seen = true;
      pos++;
      base = pos + 1;
    }
    if (layout.proc) {
      pos = this.scanProc(buf, pos, end, layout.cpu || layout.abs || layout.rel);
      if (pos < 0) return seen ? Columns.some : Columns.none;
      seen = true;
      base = pos + 1;
    }
    if (layout.lat) {
      pos = this.scanFlags(buf, pos, end);
      if (pos < 0) return seen ? Columns.some : Columns.none;
      base = pos + 1;
    }
    return this.scanDuration(buf, pos, end, base, layout.dur, seen);
  }

  private scanDuration(
    buf: Uint8Array,
    from: number,
    end: number,
    column: number,
    has: boolean,
    seen: boolean,
  ): number {
    let base = column;
    let pos = from;
    while (pos < end && buf[pos] === BLANK) pos++;
    if (pos >= end) return seen ? Columns.some : Columns.none;
    let c = buf[pos];
    if ((c === 61 || c === 60) && isArrow(buf, pos, end)) return Columns.arrow;
    if (has) {
      if (c !== BAR) {
        if (isMark(c)) {
          pos++;
          while (pos < end && buf[pos] === BLANK) pos++;
        }
        pos = this.scanMicroseconds(buf, pos, end);
        if (pos < 0) return seen ? Columns.some : Columns.none;
        while (pos < end && buf[pos] === BLANK) pos++;
        if (pos + 1 >= end || buf[pos] !== 117 || buf[pos + 1] !== 115) return seen ? Columns.some : Columns.none;
        pos += 2;
        while (pos < end && buf[pos] === BLANK) pos++;
        if (pos >= end || buf[pos] !== BAR) return seen ? Columns.some : Columns.none;
      }
      this.barAt = pos;
      pos++;
      base = pos + 2;
      while (pos < end && buf[pos] === BLANK) pos++;
      if (pos >= end) return seen ? Columns.some : Columns.none;
      c = buf[pos];
    }
    this.treeStart = pos;
    this.depth = pos > base ? (pos - base) >> 1 : 0;
    return Columns.all;
  }

  /** `0.170`, `12345.67`, `1234567`: seven characters of number, so decimals go as it grows. */
  private scanMicroseconds(buf: Uint8Array, from: number, end: number): number {
    let pos = from;
    let us = 0;
    let c = 0;
    for (; pos < end; pos++) {
      c = buf[pos] - 48;
      if (c < 0 || c > 9) break;
      us = us * 10 + c;
    }
    if (pos === from) return -1;
    if (pos >= end || buf[pos] !== 46) {
      this.durNs = us * 1000;
      return pos;
    }
    pos++;
    const first = pos;
    let fraction = 0;
    for (; pos < end; pos++) {
      c = buf[pos] - 48;
      if (c < 0 || c > 9) break;
      fraction = fraction * 10 + c;
    }
    const digits = pos - first;
    if (digits === 0 || digits > 9) return -1;
    this.durNs = us * 1000 + (digits === 3 ? fraction : Math.round((fraction * 1000) / POWERS_OF_TEN[digits]));
    return pos;
  }

  /** `   35.257936 |` → position after the bar. */
  private scanTime(buf: Uint8Array, from: number, end: number): number {
    let pos = from;
    while (pos < end && buf[pos] === BLANK) pos++;
    const first = pos;
    let high = 0;
    let c = 0;
    for (; pos < end; pos++) {
      c = buf[pos] - 48;
      if (c < 0 || c > 9) break;
      high = high * 10 + c;
    }
    if (pos === first || pos - first > 12 || pos >= end || buf[pos] !== 46) return -1;
    this.dotAt = pos;
    const dot = ++pos;
    let low = 0;
    for (; pos < end; pos++) {
      c = buf[pos] - 48;
      if (c < 0 || c > 9) break;
      low = low * 10 + c;
    }
    const digits = pos - dot;
    if (digits < 1 || digits > 9) return -1;
    while (pos < end && buf[pos] === BLANK) pos++;
    if (pos >= end || buf[pos] !== BAR) return -1;
    this.atHigh = high;
    this.atLow = digits === 6 ? low * 1000 : low * POWERS_OF_TEN[9 - digits];
    this.atDigits = digits;
    return pos + 1;
  }

  /** `     1234 us |` */
  private scanRelative(buf: Uint8Array, from: number, end: number): number {
    let pos = from;
    while (pos < end && buf[pos] === BLANK) pos++;
    const first = pos;
    let us = 0;
    let c = 0;
    for (; pos < end; pos++) {
      c = buf[pos] - 48;
      if (c < 0 || c > 9) break;
      us = us * 10 + c;
    }
    if (pos === first || pos - first > 15 || buf[pos] !== BLANK || buf[pos + 1] !== 117 || buf[pos + 2] !== 115)
      return -1;
    pos += 3;
    while (pos < end && buf[pos] === BLANK) pos++;
    if (pos >= end || buf[pos] !== BAR) return -1;
    this.relUs = us;
    return pos + 1;
  }

  /**
   * ` rxbench-351   | `: the bar stands at a fixed place unless the pid is long or bytes of the name were changed on the
   * way; the name itself may hold a bar. The pid is the digits after the last dash.
   */
  private scanProc(buf: Uint8Array, from: number, end: number, afterColumn: boolean): number {
    let start = from;
    if (afterColumn && buf[start] === BLANK) start++;
    // Without the CPU column the time's own two blanks precede.
    let bar = start + PROC_WIDTH + 1;
    if (!(buf[bar] === BAR && buf[bar - 1] === BLANK && this.readProc(buf, start, bar - 1))) {
      const last = Math.min(end, start + MAX_PROC_WIDTH);
      for (bar = start + 3; bar < last; bar++) {
        if (buf[bar] === BAR && buf[bar + 1] === BLANK && this.readProc(buf, start, bar)) break;
      }
      if (bar >= last) return -1;
    }
    return bar + 1;
  }

  /** Name and pid in [start, end); false when it does not end in a dash and digits. */
  readProc(buf: Uint8Array, start: number, endAt: number, maxName = MAX_NAME_BYTES): boolean {
    let end = endAt;
    while (end > start && buf[end - 1] === BLANK) end--;
    let pos = end;
    let tid = 0;
    let scale = 1;
    for (; pos > start; pos--) {
      const c = buf[pos - 1] - 48;
      if (c < 0 || c > 9) break;
      tid += c * scale;
      scale *= 10;
    }
    if (pos === end || end - pos > 9 || pos <= start || buf[pos - 1] !== 45) return false;
    let nameStart = start;
    const nameEnd = pos - 1;
    while (nameStart < nameEnd && buf[nameStart] === BLANK) nameStart++;
    // `migration/0--1`: 2.6.2x prints pid -1 for "nobody yet".
    const isNobody = tid === 1 && end - pos === 1 && nameEnd > nameStart && buf[nameEnd - 1] === 45;
    if (!isShortName(buf, nameStart, nameEnd, maxName)) return false;
    this.tid = isNobody ? -1 : tid;
    this.commStart = nameStart;
    this.commEnd = isNobody ? nameEnd - 1 : nameEnd;
    return true;
  }

  private scanFlags(buf: Uint8Array, from: number, end: number): number {
    let pos = from;
    while (pos < end && buf[pos] === BLANK) pos++;
    this.flagsStart = pos;
    while (pos < end && isFlag(buf[pos])) pos++;
    this.flagsEnd = pos;
    const size = pos - this.flagsStart;
    if (size < 3 || size > 8) return -1;
    while (pos < end && buf[pos] === BLANK) pos++;
    return pos < end && buf[pos] === BAR ? pos + 1 : -1;
  }

  /**
   * The layout of a line on its own, for texts without header (mail, documentation); null when it has none. Only what
   * the line shows: the caller still has to read the tree.
   */
  infer(buf: Uint8Array, start: number, end: number): GraphLayout | null {
    let pos = start;
    const time = this.scanTime(buf, pos, end);
    const abs = time >= 0;
    if (abs) pos = time;
    const relative = abs ? -1 : this.scanRelative(buf, pos, end);
    // A duration without decimals looks the same; only a relative time is followed by a CPU.
    const rel = relative >= 0 && isCpu(buf, relative, end) >= 0;
    if (rel) pos = relative;
    const afterCpu = isCpu(buf, pos, end);
    const cpu = afterCpu >= 0;
    if (cpu) pos = afterCpu;
    const afterProc = this.scanProc(buf, pos, end, cpu || abs || rel);
    const proc = afterProc >= 0;
    if (proc) pos = afterProc;
    const afterFlags = this.scanFlags(buf, pos, end);
    const lat = afterFlags >= 0 && !this.isPlainNumber(buf);
    if (lat) pos = afterFlags;
    const bar = this.scanDuration(buf, pos, end, pos, true, false);
    const dur = bar === Columns.all || (bar === Columns.arrow && buf[end - 1] === BAR);
    // Nothing but a bar is no evidence, and nothing at all is C code.
    if (!abs && !rel && !cpu && !proc && !(dur && !Number.isNaN(this.durNs))) return null;
    const layout = { abs, rel, cpu, proc, lat, dur };
    return this.scan(buf, start, end, layout) >= Columns.all ? layout : null;
  }

  /**
   * ` 1)  rxsink-1055   =>    <idle>-0   `: position of the arrow, -1 when it is no banner. Leaves the CPU, the next task
   * (tid, comm) and the start of the previous one (treeStart).
   */
  scanBanner(buf: Uint8Array, start: number, lineEnd: number): number {
    const afterCpu = isCpu(buf, start, lineEnd);
    if (afterCpu < 0) return -1;
    const first = afterCpu + 1;
    let arrow = first + PROC_WIDTH;
    if (!isTaskArrow(buf, arrow, lineEnd) || !this.readProc(buf, first, arrow, MAX_BANNER_NAME_BYTES)) {
      const last = Math.min(lineEnd, first + MAX_PROC_WIDTH);
      for (arrow = first + 2; arrow < last; arrow++) {
        if (isTaskArrow(buf, arrow, lineEnd) && this.readProc(buf, first, arrow, MAX_BANNER_NAME_BYTES)) break;
      }
      if (arrow >= last) return -1;
    }
    if (!this.readProc(buf, arrow + 4, lineEnd, MAX_BANNER_NAME_BYTES)) return -1;
    let cpu = 0;
    let pos = start;
    while (buf[pos] === BLANK) pos++;
    for (; pos < afterCpu - 1; pos++) cpu = cpu * 10 + (buf[pos] - 48);
    this.cpu = cpu;
    this.treeStart = first;
    return arrow;
  }

  private isPlainNumber(buf: Uint8Array): boolean {
    for (let i = this.flagsStart; i < this.flagsEnd; i++) if (buf[i] < 48 || buf[i] > 57) return false;
    return true;
  }
}

/** Bytes that were no UTF-8 may have become three each on the way; control bytes do not belong to a line. */
function isShortName(buf: Uint8Array, start: number, end: number, max: number): boolean {
  let isAscii = true;
  for (let i = start; i < end; i++) {
    if (buf[i] < 32) return false;
    if (buf[i] > 126) isAscii = false;
  }
  return end - start <= (isAscii ? max : max * 3);
}

/** ` 0) ` → position after the parenthesis, -1. */
function isCpu(buf: Uint8Array, from: number, end: number): number {
  let pos = from;
  while (pos < end && buf[pos] === BLANK) pos++;
  const first = pos;
  while (pos < end && buf[pos] >= 48 && buf[pos] <= 57) pos++;
  return pos > first && pos - first <= 5 && buf[pos] === 41 && pos < end ? pos + 1 : -1;
}

/** ` => ` */
function isTaskArrow(buf: Uint8Array, pos: number, end: number): boolean {
  return pos + 4 < end && buf[pos] === BLANK && buf[pos + 1] === 61 && buf[pos + 2] === 62 && buf[pos + 3] === BLANK;
}

/** `==========>` or `<==========` */
function isArrow(buf: Uint8Array, pos: number, end: number): boolean {
  if (end - pos < 11) return false;
  const isEntry = buf[pos] === 61;
  for (let i = isEntry ? 0 : 1; i < (isEntry ? 10 : 11); i++) if (buf[pos + i] !== 61) return false;
  return isEntry ? buf[pos + 10] === 62 : true;
}

/** Overhead marks: `+` > 10 us, `!` > 100 us, `#` > 1 ms, `*` > 10 ms, `@` > 100 ms, `$` > 1 s. Never needed. */
function isMark(c: number): boolean {
  return c === 43 || c === 33 || c === 35 || c === 42 || c === 64 || c === 36;
}

function isFlag(c: number): boolean {
  return c === 46 || (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 35;
}
