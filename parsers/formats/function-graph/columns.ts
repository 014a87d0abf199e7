import { cursor, scanDec } from '../../text/numbers.ts';
import { skipSpaces } from '../../text/scan.ts';
import { scanCpu } from './cpu.ts';
import type { GraphLayout } from './layout.ts';
import { MAX_NAME_BYTES, TaskColumn } from './task.ts';

const BLANK = 32;
const BAR = 124;
const POWERS_OF_TEN = [1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
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
  readonly task = new TaskColumn(MAX_NAME_BYTES);
  flagsStart = 0;
  flagsEnd = 0;
  durNs = Number.NaN;
  /** Places of the last line read, for GraphTeacher. */
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
    this.task.tid = -1;
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
      const cpu = scanCpu(buf, pos, end);
      if (cpu < 0) return seen ? Columns.some : Columns.none;
      pos = cursor.end;
      this.cpu = cpu;
      this.parenAt = pos - 1;
      seen = true;
      base = pos + 1;
    }
    if (layout.proc) {
      pos = this.task.scan(buf, pos, end, !seen);
      if (pos < 0) return seen ? Columns.some : Columns.none;
      seen = true;
      base = pos + 1;
    }
    if (layout.lat) {
      pos = this.scanFlags(buf, pos, end);
      if (pos < 0) return seen ? Columns.some : Columns.none;
      base = pos + 1;
    }
    const reached = this.scanDuration(buf, pos, end, base, layout.dur);
    return reached === Columns.none && seen ? Columns.some : reached;
  }

  /** `has`: the duration column is printed. */
  scanDuration(buf: Uint8Array, from: number, end: number, column: number, has: boolean): number {
    let base = column;
    let pos = skipSpaces(buf, from, end);
    if (pos >= end) return Columns.none;
    const c = buf[pos];
    if ((c === 61 || c === 60) && isArrow(buf, pos, end)) return Columns.arrow;
    if (has) {
      if (c !== BAR) {
        if (isMark(c)) pos = skipSpaces(buf, pos + 1, end);
        pos = this.scanMicroseconds(buf, pos, end);
        if (pos < 0) return Columns.none;
        pos = skipSpaces(buf, pos, end);
        if (!isMicroseconds(buf, pos, end)) return Columns.none;
        pos = skipSpaces(buf, pos + 2, end);
        if (pos >= end || buf[pos] !== BAR) return Columns.none;
      }
      this.barAt = pos;
      base = pos + 3;
      pos = skipSpaces(buf, pos + 1, end);
      if (pos >= end) return Columns.none;
    }
    this.treeStart = pos;
    this.depth = pos > base ? (pos - base) >> 1 : 0;
    return Columns.all;
  }

  /** `0.170`, `12345.67`, `1234567`: seven characters of number, so decimals go as it grows. */
  private scanMicroseconds(buf: Uint8Array, from: number, end: number): number {
    const us = scanDec(buf, from, end);
    const dot = cursor.end;
    if (dot === from) return -1;
    if (dot >= end || buf[dot] !== 46) {
      this.durNs = us * 1000;
      return dot;
    }
    const fraction = scanDec(buf, dot + 1, end);
    const digits = cursor.end - dot - 1;
    if (digits === 0 || digits > 9) return -1;
    this.durNs = us * 1000 + (digits === 3 ? fraction : Math.round((fraction * 1000) / POWERS_OF_TEN[digits]));
    return cursor.end;
  }

  /** `   35.257936 |` → position after the bar. */
  scanTime(buf: Uint8Array, from: number, end: number): number {
    const first = skipSpaces(buf, from, end);
    const high = scanDec(buf, first, end);
    const dot = cursor.end;
    if (dot === first || dot - first > 12 || dot >= end || buf[dot] !== 46) return -1;
    const low = scanDec(buf, dot + 1, end);
    const digits = cursor.end - dot - 1;
    if (digits < 1 || digits > 9) return -1;
    const bar = skipSpaces(buf, cursor.end, end);
    if (bar >= end || buf[bar] !== BAR) return -1;
    this.dotAt = dot;
    this.atHigh = high;
    this.atLow = digits === 6 ? low * 1000 : low * POWERS_OF_TEN[9 - digits];
    this.atDigits = digits;
    return bar + 1;
  }

  /** `     1234 us |` */
  scanRelative(buf: Uint8Array, from: number, end: number): number {
    const first = skipSpaces(buf, from, end);
    const us = scanDec(buf, first, end);
    const unit = cursor.end;
    if (unit === first || unit - first > 15 || buf[unit] !== BLANK || !isMicroseconds(buf, unit + 1, end)) return -1;
    const bar = skipSpaces(buf, unit + 3, end);
    if (bar >= end || buf[bar] !== BAR) return -1;
    this.relUs = us;
    return bar + 1;
  }

  /** `..s2. |` → position after the bar. */
  scanFlags(buf: Uint8Array, from: number, end: number): number {
    let pos = skipSpaces(buf, from, end);
    this.flagsStart = pos;
    while (pos < end && isFlag(buf[pos])) pos++;
    this.flagsEnd = pos;
    const size = pos - this.flagsStart;
    if (size < 3 || size > 8) return -1;
    pos = skipSpaces(buf, pos, end);
    return pos < end && buf[pos] === BAR ? pos + 1 : -1;
  }
}

/** `us` */
function isMicroseconds(buf: Uint8Array, pos: number, end: number): boolean {
  return pos + 1 < end && buf[pos] === 117 && buf[pos + 1] === 115;
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
