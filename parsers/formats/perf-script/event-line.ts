import { cursor, hexDigitOf, scanTime } from '../../text/numbers.ts';
import { bytesOf, isBlank, isDigit, skipBlanks, startsWith, trimEnd } from '../../text/scan.ts';
import { colonAfterBlanks, hasName, isHexToken, skipGuest } from './event-parts.ts';
import { LeftFields } from './left-fields.ts';

/**
 * The fields of the line that begins a record, in print order, each optional (perf_sample__fprintf_start and
 * process_event in tools/perf/builtin-script.c):
 *   [comm] [pid/tid|tid] [cpu] [misc] [tod] [time:] [period] [event:] payload
 * A task name holds any bytes, so nothing is anchored on it: the line is found from its time (or, without times, from the
 * event name) and read leftwards: cpu, ids, and what is left is the name.
 *
 *          rxbench 23674 [000]  1989.580471:                  net:net_dev_xmit: dev=vrx skbaddr=0xffff88842f6fab00 len=66
 */
export class EventLine extends LeftFields {
  hasTime = false;
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
        } else if (q - from < ADDRESS_COLUMNS && (next >= end || isFrameAt(buf, q, next, end))) {
          // `-F -event`: `%10u ` alone, or before the one frame.
          this.period = period;
          this.nameStart = next;
          this.nameEnd = next;
          this.payload = next;
          return true;
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
      if (isTime(buf, name, i)) continue;
      if (!this.parseLeft(buf, start, commStart, name)) continue;
      this.hasTime = false;
      this.isSideRecord = false;
      this.period = Number.NaN;
      this.nameStart = name;
      this.nameEnd = i;
      this.payload = skipBlanks(buf, i + 1, end);
      if (!this.hasIds && this.cpu < 0) {
        const isAlone = this.commEnd <= this.commStart;
        if (isEventName(buf, name, i) && (isAlone || this.isCommBefore(buf, name, i, end))) return true;
        continue;
      }
      if (this.cpu < 0) this.splitPeriod(buf, start, commStart);
      const isBare = this.payload >= end || isHexToken(buf, this.payload, end);
      if (isBare || isEventName(buf, name, i) || this.cpu >= 0) return true;
    }
    return false;
  }

  /** `-F comm,event`: a name before an event that has nothing behind it but its one frame, or that is `system:event`. */
  private isCommBefore(buf: Uint8Array, name: number, colon: number, end: number): boolean {
    if (buf[this.commEnd - 1] === 58) return false;
    if (this.payload >= end || isHexToken(buf, this.payload, end)) return true;
    for (let i = name; i < colon; i++) if (buf[i] === 58) return true;
    return false;
  }

  /** A line that is nothing but some of `comm ids [cpu] period`: the head of a record without time and event. */
  parseHeadOnly(buf: Uint8Array, start: number, end: number): boolean {
    if (!this.parseLeft(buf, start, skipBlanks(buf, start, end), end)) return false;
    this.hasTime = false;
    this.period = Number.NaN;
    this.nameStart = end;
    this.nameEnd = end;
    if (this.hasIds && this.cpu < 0) this.splitPeriod(buf, start, this.commStart);
    return this.commEnd - this.commStart <= 16;
  }

  /** `comm tid period event:`: with two numbers before the name, the second in a column of `%10u `, it is the period. */
  private splitPeriod(buf: Uint8Array, start: number, commStart: number): void {
    const { tid, pid, commEnd } = this;
    if (pid >= 0) return;
    const numberEnd = trimEnd(buf, start, this.nameStart);
    if (commEnd <= commStart) {
      // Nothing before it: ids have fewer columns.
      if (numberEnd - start < PERIOD_COLUMNS) return;
      this.period = tid;
      this.tid = -1;
      this.hasIds = false;
      return;
    }
    const isAfterCpu = buf[commEnd - 1] === 93;
    const isWide = numberEnd - commEnd > PERIOD_COLUMNS;
    if (!isAfterCpu && !isWide) return;
    this.parseLeft(buf, start, commStart, Math.max(commEnd, numberEnd - PERIOD_COLUMNS));
    if (this.hasIds || this.cpu >= 0 || isWide) {
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

const PERF_RECORD = bytesOf('PERF_RECORD_');
/** `%10u ` */
const PERIOD_COLUMNS = 10;
/** An address is printed with %16lx. */
const ADDRESS_COLUMNS = 16;

/** `45488.556059`: where `-F` left out the event, no name stands before the colon. */
function isTime(buf: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isDigit(buf[i]) && buf[i] !== 46) return false;
  return end > start;
}

/** An address in its sixteen columns, with something behind it. */
function isFrameAt(buf: Uint8Array, from: number, at: number, end: number): boolean {
  let p = at;
  while (p < end && hexDigitOf(buf[p]) >= 0) p++;
  return p - from > ADDRESS_COLUMNS && p > at && p < end && isBlank(buf[p]);
}
