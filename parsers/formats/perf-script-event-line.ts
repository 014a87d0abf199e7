import { bytesOf, isBlank, isDigit, skipBlanks, startsWith, trimEnd } from '../scan.ts';
import { cursor, scanTime } from '../scan-numbers.ts';
import {
  colonAfterBlanks,
  decimal,
  hasName,
  isHexToken,
  skipGuest,
  skipMisc,
  skipTimeOfDay,
} from './perf-script-event-parts.ts';

/**
 * The fields of the line that begins a record, in print order, each optional (perf_sample__fprintf_start and
 * process_event in tools/perf/builtin-script.c):
 *   [comm] [pid/tid|tid] [cpu] [misc] [tod] [time:] [period] [event:] payload
 * A task name holds any bytes, so nothing is anchored on it: the line is found from its time (or, without times, from the
 * event name) and read leftwards: cpu, ids, and what is left is the name.
 *
 *          rxbench 23674 [000]  1989.580471:                  net:net_dev_xmit: dev=vrx skbaddr=0xffff88842f6fab00 len=66
 */
export class EventLine {
  commStart = 0;
  commEnd = 0;
  pid = -1;
  tid = -1;
  cpu = -1;
  hasIds = false;
  hasTime = false;
  /** Position of the '[' the cpu was read from, -1 without one. */
  cpuOpen = -1;
  timeStart = 0;
  timeHigh = 0;
  timeLow = 0;
  timeDigits = -2;
  /** NaN when not printed. */
  period = Number.NaN;
  /** Event name without its colon; empty when the layout has no event field. */
  nameStart = 0;
  nameEnd = 0;
  /** First byte after the event's colon (or after the time) that is not blank. */
  payload = 0;
  isSideRecord = false;

  /** Reads a line with a time stamp. False: it is not such a line. */
  parseTimed(buf: Uint8Array, start: number, end: number): boolean {
    const commStart = skipGuest(buf, skipBlanks(buf, start, end), end);
    for (let i = commStart + 3; i < end; i++) {
      if (buf[i] !== 58 || !isDigit(buf[i - 1]) || (i + 1 < end && !isBlank(buf[i + 1]))) continue;
      if (!this.parseAround(buf, start, commStart, i, end)) continue;
      // A task name of up to 15 bytes can itself look like ids and a time: then the later reading is the true one.
      if (i < commStart + 15) this.preferLater(buf, start, commStart, i, end);
      return true;
    }
    return false;
  }

  private preferLater(buf: Uint8Array, start: number, commStart: number, first: number, end: number): void {
    const limit = Math.min(end, commStart + 80);
    for (let i = first + 1; i < limit; i++) {
      if (buf[i] !== 58 || !isDigit(buf[i - 1]) || (i + 1 < end && !isBlank(buf[i + 1]))) continue;
      if (this.parseAround(buf, start, commStart, i, end) && this.commEnd - this.commStart <= 16) return;
    }
    this.parseAround(buf, start, commStart, first, end);
  }

  /** `colon` ends a time; true when both sides of it read as an event line. */
  private parseAround(buf: Uint8Array, start: number, commStart: number, colon: number, end: number): boolean {
    let dot = colon - 1;
    while (dot >= start && isDigit(buf[dot])) dot--;
    if (dot < start || buf[dot] !== 46 || dot === colon - 1 || colon - dot > 10) return false;
    let first = dot;
    while (first > start && isDigit(buf[first - 1])) first--;
    if (first === dot || (first > start && !isBlank(buf[first - 1]))) return false;
    if (!this.parseLeft(buf, start, commStart, first)) return false;
    if (!this.parseRight(buf, colon + 1, end)) return false;
    scanTime(buf, first, colon);
    this.timeStart = first;
    this.takeTime();
    return true;
  }

  private takeTime(): void {
    this.hasTime = true;
    this.timeHigh = cursor.high;
    this.timeLow = cursor.low;
    this.timeDigits = cursor.digits;
  }

  /** Everything left of the time (or of the event name). False when it cannot be the head of an event line. */
  private parseLeft(buf: Uint8Array, start: number, commStart: number, limit: number): boolean {
    this.pid = -1;
    this.tid = -1;
    this.cpu = -1;
    this.cpuOpen = -1;
    this.hasIds = false;
    this.commStart = commStart;
    let p = trimEnd(buf, commStart, limit);
    p = skipTimeOfDay(buf, commStart, p);
    p = skipMisc(buf, commStart, p);
    if (p > commStart && buf[p - 1] === 93) {
      let open = p - 2;
      while (open >= commStart && isDigit(buf[open])) open--;
      if (open >= commStart && buf[open] === 91 && open < p - 2 && (open === commStart || isBlank(buf[open - 1]))) {
        this.cpu = decimal(buf, open + 1, p - 1);
        this.cpuOpen = open;
        p = trimEnd(buf, commStart, open);
      }
    }
    const idsStart = this.parseIds(buf, commStart, p);
    if (idsStart < 0) {
      this.commEnd = p;
      // `-F comm,time`: nothing but a name can stand there (other tracers put flags between cpu and time).
      return p - commStart <= MAX_COMM_BYTES;
    }
    p = trimEnd(buf, commStart, idsStart);
    this.commEnd = p;
    if (this.cpu < 0 && this.pid < 0 && p > commStart && isDigit(buf[p - 1]))
      this.parseLatency(buf, start, commStart, p);
    return true;
  }

  /** The token before `p` as `tid`, `pid/tid` or (2.6.3x) `comm-pid`. Returns where the ids begin, -1 = no ids there. */
  private parseIds(buf: Uint8Array, from: number, p: number): number {
    let i = p;
    while (i > from && isDigit(buf[i - 1])) i--;
    if (i === p) return -1;
    const tidStart = i;
    let sign = 1;
    if (i > from && buf[i - 1] === 45) {
      if (i - 1 > from && !isBlank(buf[i - 2]) && buf[i - 2] !== 47) {
        // 'perf-1383 [001]': perf trace of 2.6.31–2.6.36 joins name and id with a dash.
        if (this.cpu < 0) return -1;
        this.tid = decimal(buf, tidStart, p);
        this.hasIds = true;
        return i - 1;
      }
      sign = -1;
      i--;
    }
    const tid = sign * decimal(buf, tidStart, p);
    if (i === from || isBlank(buf[i - 1])) {
      this.tid = tid;
      this.hasIds = true;
      return i;
    }
    if (buf[i - 1] !== 47) return -1;
    const slash = i - 1;
    i = slash;
    while (i > from && isDigit(buf[i - 1])) i--;
    if (i === slash) return -1;
    const pidStart = i;
    if (i > from && buf[i - 1] === 45) i--;
    if (i > from && !isBlank(buf[i - 1])) return -1;
    this.tid = tid;
    this.pid = (i < pidStart ? -1 : 1) * decimal(buf, pidStart, slash);
    this.hasIds = true;
    return i;
  }

  /** `-L` prints `%8.8s %5d %3d`: what looked like the tid is the CPU when another number stands in the id column. */
  private parseLatency(buf: Uint8Array, start: number, commStart: number, p: number): void {
    const cpu = this.tid;
    const idsStart = this.parseIds(buf, commStart, p);
    const commEnd = idsStart < 0 ? -1 : trimEnd(buf, commStart, idsStart);
    if (idsStart >= 0 && commEnd === start + 8 && cpu >= 0) {
      this.cpu = cpu;
      this.commEnd = commEnd;
      return;
    }
    this.tid = cpu;
    this.pid = -1;
  }

  /** What follows the time: `[period] event: payload`, a side record, frames without an event, or nothing. */
  private parseRight(buf: Uint8Array, from: number, end: number): boolean {
    let p = skipBlanks(buf, from, end);
    this.period = Number.NaN;
    this.isSideRecord = false;
    this.nameStart = p;
    this.nameEnd = p;
    this.payload = p;
    if (p >= end) return true;
    if (buf[p] === 80 && startsWith(buf, p, end, PERF_RECORD)) {
      this.isSideRecord = true;
      return true;
    }
    if (isDigit(buf[p])) {
      let q = p;
      let period = 0;
      for (; q < end; q++) {
        const digit = buf[q] - 48;
        if (digit < 0 || digit > 9) break;
        period = period * 10 + digit;
      }
      if (q < end && isBlank(buf[q])) {
        const next = skipBlanks(buf, q, end);
        if (next < end && hasName(buf, next, end)) {
          this.period = period;
          p = next;
        }
      }
    }
    let colon = p;
    while (colon < end && buf[colon] !== 32 && buf[colon] !== 9) colon++;
    if (buf[colon - 1] === 58 && colon - 1 > p) colon--;
    else colon = colonAfterBlanks(buf, p, end);
    if (colon < 0) return isHexToken(buf, p, end);
    this.nameStart = p;
    this.nameEnd = colon;
    this.payload = skipBlanks(buf, colon + 1, end);
    return true;
  }

  /**
   * A line without a time: `xwax  1896 cycles: `, `ksoftirqd/1    22 [001]   irq:softirq_entry: vec=9`, `cycles: `.
   * `isEventName` is asked for a name that stands without ids, so that `Warning: …` is not taken for an event.
   */
  parseUntimed(
    buf: Uint8Array,
    start: number,
    end: number,
    isEventName: (buf: Uint8Array, start: number, end: number) => boolean,
  ): boolean {
    const commStart = skipBlanks(buf, start, end);
    for (let i = commStart + 1; i < end; i++) {
      if (buf[i] !== 58 || isBlank(buf[i - 1]) || (i + 1 < end && !isBlank(buf[i + 1]))) continue;
      let name = i;
      while (name > commStart && !isBlank(buf[name - 1])) name--;
      if (!this.parseLeft(buf, start, commStart, name)) continue;
      this.hasTime = false;
      this.isSideRecord = false;
      this.period = Number.NaN;
      this.nameStart = name;
      this.nameEnd = i;
      this.payload = skipBlanks(buf, i + 1, end);
      if (!this.hasIds && this.cpu < 0) {
        if (name === commStart && isEventName(buf, name, i)) return true;
        continue;
      }
      if (this.cpu < 0) this.splitPeriod(buf, start, commStart);
      const isBare = this.payload >= end || isHexToken(buf, this.payload, end);
      if (isBare || isEventName(buf, name, i) || this.cpu >= 0) return true;
    }
    return false;
  }

  /** A line that is nothing but `comm ids [cpu]`. */
  parseHeadOnly(buf: Uint8Array, start: number, end: number): boolean {
    if (!this.parseLeft(buf, start, skipBlanks(buf, start, end), end) || !this.hasIds) return false;
    this.hasTime = false;
    return this.commEnd > this.commStart && this.commEnd - this.commStart <= 16;
  }

  /** `comm tid period event:`: with two numbers before the name, the second in a column of `%10u `, it is the period. */
  private splitPeriod(buf: Uint8Array, start: number, commStart: number): void {
    const { tid, pid, commEnd } = this;
    if (pid >= 0 || commEnd <= commStart) return;
    const isAfterCpu = buf[commEnd - 1] === 93;
    if (!isAfterCpu && !(isDigit(buf[commEnd - 1]) && trimEnd(buf, start, this.nameStart) - commEnd >= 11)) return;
    this.parseLeft(buf, start, commStart, commEnd);
    if (this.hasIds) {
      this.period = tid;
      return;
    }
    this.tid = tid;
    this.pid = -1;
    this.cpu = -1;
    this.hasIds = true;
    this.commEnd = commEnd;
  }
}

/** The kernel keeps 15 bytes of a task name. */
const MAX_COMM_BYTES = 16;
const PERF_RECORD = bytesOf('PERF_RECORD_');
