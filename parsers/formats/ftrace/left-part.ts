import { cursor, scanDec, scanHex, scanTime } from '../../text/numbers.ts';
import { isBlank, isDigit, skipBlanks } from '../../text/scan.ts';

/**
 * The left part of an event line: task, pid, [tgid,] cpu, [flags,] time. The time stamp is the anchor; the task name is
 * whatever stands left of the last `-PID` before `[cpu]`, so it may hold blanks, brackets, colons and dashes.
 */
export class LeftPart {
  commStart = 0;
  commEnd = 0;
  tid = -1;
  cpu = -1;
  flagsStart = 0;
  flagsEnd = 0;
  /** Flags as the number that verbose latency lines print; -1 when printed as characters. */
  flagBits = -1;
  /** First byte of the body; set when a scan returns true. */
  body = 0;
  /** First byte behind the flags and their blank (behind the cpu and its blank where there are no flags). */
  leftEnd = 0;
  /** The dash stood in column 16, where the kernel prints it: the bytes before leftEnd decide alone how they are read. */
  isAligned = false;
  /** A `-PID [cpu]` was seen although the scan failed: the line is a damaged event line. */
  hasAnchor = false;

  /**
   * `          rxsink-1150  [001] ...1    13.282415: body`. Leaves the time in `cursor`.
   * From the kernel the name is right-aligned in 16 columns, so byte 16 is the dash; post-processed files may hold
   * names of any length, then every `[digits]` is tried from the left.
   */
  scanEvent(buf: Uint8Array, start: number, end: number): boolean {
    this.flagBits = -1;
    this.tgid = -1;
    const dash = start + 16;
    if (dash + 1 < end && buf[dash] === 45 && isDigit(buf[dash + 1])) {
      this.tid = scanDec(buf, dash + 1, end);
      if (this.scanAfterPid(buf, cursor.end, end)) {
        this.setComm(buf, start, dash);
        this.isAligned = true;
        return true;
      }
    }
    this.isAligned = false;
    return this.scanAnywhere(buf, start, end);
  }

  private scanAnywhere(buf: Uint8Array, start: number, end: number): boolean {
    this.hasAnchor = false;
    for (let i = start + 2; i + 2 < end; i++) {
      if (buf[i] !== 91 || !isDigit(buf[i + 1]) || !isBlank(buf[i - 1])) continue;
      let left = i - 1;
      while (left > start && isBlank(buf[left])) left--;
      if (buf[left] === 41) {
        left = tgidStart(buf, start, left);
        if (left < 0) continue;
        this.takeTgid(buf, buf.indexOf(40, left), end);
      }
      const pidEnd = left + 1;
      while (left >= start && isDigit(buf[left])) left--;
      if (left < start || buf[left] !== 45 || pidEnd - left < 2) continue;
      if (this.scanFromCpu(buf, i, end)) {
        this.tid = scanDec(buf, left + 1, pidEnd);
        this.setComm(buf, start, left);
        return true;
      }
      if (this.hasCpu) this.hasAnchor = true;
    }
    return false;
  }

  private setComm(buf: Uint8Array, start: number, end: number): void {
    let first = start;
    while (first < end && isBlank(buf[first])) first++;
    this.commStart = first;
    this.commEnd = end;
  }

  private scanAfterPid(buf: Uint8Array, pos: number, end: number): boolean {
    let i = pos;
    while (i < end && buf[i] === 32) i++;
    if (i < end && buf[i] === 40) {
      this.takeTgid(buf, i, end);
      while (i < end && buf[i] !== 41) i++;
      i = skipBlanks(buf, i + 1, end);
    }
    return i < end && buf[i] === 91 && this.scanFromCpu(buf, i, end);
  }

  /** Process of the task (record-tgid), -1 where the text does not print it. */
  tgid = -1;

  /** `(  1234)` with `open` at the bracket; `(-------)` where the kernel has forgotten it. */
  private takeTgid(buf: Uint8Array, open: number, end: number): void {
    const tgid = scanDec(buf, skipBlanks(buf, open + 1, end), end);
    this.tgid = Number.isNaN(tgid) ? -1 : tgid;
  }

  private hasCpu = false;
  /** `[001] d.s1.    13.282415: ` with `pos` at the bracket. */
  private scanFromCpu(buf: Uint8Array, pos: number, end: number): boolean {
    let i = pos + 1;
    let cpu = 0;
    this.hasCpu = false;
    for (; i < end; i++) {
      const digit = buf[i] - 48;
      if (digit < 0 || digit > 9) break;
      cpu = cpu * 10 + digit;
    }
    if (i >= end || buf[i] !== 93 || i === pos + 1 || i - pos > 7) return false;
    this.hasCpu = true;
    this.cpu = cpu;
    i++;
    this.leftEnd = i + 1;
    while (i < end && buf[i] === 32) i++;
    this.flagsStart = i;
    if (i < end && !isDigit(buf[i])) {
      while (i < end && buf[i] !== 32) i++;
      if (i - this.flagsStart > 10) return false;
      this.flagsEnd = i;
      this.leftEnd = i + 1;
      while (i < end && buf[i] === 32) i++;
    } else {
      this.flagsEnd = i;
    }
    return scanTime(buf, i, end) && this.takeBody(buf, cursor.end, end);
  }

  /** The rest of a line whose left part is known: blanks, time, body. */
  scanRest(buf: Uint8Array, pos: number, end: number): boolean {
    let i = pos;
    while (i < end && buf[i] === 32) i++;
    return scanTime(buf, i, end) && this.takeBody(buf, cursor.end, end);
  }

  private takeBody(buf: Uint8Array, pos: number, end: number): boolean {
    if (pos >= end || buf[pos] !== 58) return false;
    let i = pos + 1;
    if (i < end && buf[i] !== 32 && buf[i] !== 9) return false;
    while (i < end && (buf[i] === 32 || buf[i] === 9)) i++;
    this.body = i;
    return true;
  }

  /** Latency layout: microseconds (or ticks) since the window began, in `relative`; `isTicks` without `us`. */
  relative = 0;
  isTicks = false;
  /** `trace-cmd report -l`: this layout with the absolute time, left in `cursor`. */
  private isAbsolute = false;

  /** `  <idle>-0       3d...    0us+: body`: the cpu is glued to the flags; names are cut to 8. */
  scanLatency(buf: Uint8Array, start: number, end: number, isAbsolute = false): boolean {
    this.flagBits = -1;
    this.isAbsolute = isAbsolute;
    const dash = start + 8;
    if (dash + 1 < end && buf[dash] === 45 && isDigit(buf[dash + 1]) && this.scanLatencyFrom(buf, start, dash, end)) {
      return true;
    }
    const limit = Math.min(end - 6, start + 40);
    for (let i = start; i < limit; i++) {
      if (buf[i] === 45 && isDigit(buf[i + 1]) && this.scanLatencyFrom(buf, start, i, end)) return true;
    }
    return false;
  }

  private scanLatencyFrom(buf: Uint8Array, start: number, dash: number, end: number): boolean {
    const tid = scanDec(buf, dash + 1, end);
    let i = cursor.end;
    if (i >= end || buf[i] !== 32) return false;
    while (i < end && buf[i] === 32) i++;
    const cpu = scanDec(buf, i, end);
    if (Number.isNaN(cpu) || cursor.end - i > 5) return false;
    i = cursor.end;
    this.flagsStart = i;
    while (i < end && buf[i] !== 32) i++;
    this.flagsEnd = i;
    if (i - this.flagsStart < 3 || i - this.flagsStart > 9 || !isFirstFlag(buf[this.flagsStart])) return false;
    while (i < end && buf[i] === 32) i++;
    if (this.isAbsolute) {
      if (!scanTime(buf, i, end) || !this.takeBody(buf, cursor.end, end)) return false;
    } else if (!this.scanLatencyTime(buf, i, end)) return false;
    this.tid = tid;
    this.cpu = cpu;
    this.setComm(buf, start, dash);
    return true;
  }

  /** `12255us : `, `0us+: `, `320642us#: `, `123 : ` */
  private scanLatencyTime(buf: Uint8Array, pos: number, end: number): boolean {
    const value = scanDec(buf, pos, end);
    let i = cursor.end;
    if (Number.isNaN(value) || i >= end) return false;
    this.isTicks = !(buf[i] === 117 && buf[i + 1] === 115);
    if (!this.isTicks) i += 2;
    while (i < end && (buf[i] === 32 || isDelayMark(buf[i]))) i++;
    this.relative = value;
    return this.takeBody(buf, i, end);
  }

  /** `          rxsink   483   1 0 00000000 00000014 [007f91ed] 12.282ms (+0.066ms): body`; absolute µs (hex) in `relative`. */
  scanVerbose(buf: Uint8Array, start: number, end: number): boolean {
    for (let i = start + 10; i + 20 < end; i++) {
      if (buf[i] !== 91 || buf[i - 1] !== 32) continue;
      const micros = scanHex(buf, i + 1, end);
      let after = cursor.end;
      if (Number.isNaN(micros) || cursor.hexDigits < 8 || buf[after] !== 93) continue;
      while (after + 2 < end && !(buf[after] === 109 && buf[after + 1] === 115 && buf[after + 2] === 41)) after++;
      if (after + 3 >= end) return false;
      // leftwards: index, preempt count (hex), flags, cpu, pid
      let right = i - 1;
      const starts = this.wordStarts;
      for (let word = 0; word < 5; word++) {
        while (right > start && buf[right - 1] === 32) right--;
        let first = right;
        while (first > start && buf[first - 1] !== 32) first--;
        if (first === right) return false;
        starts[word] = first;
        right = first;
      }
      const tid = scanDec(buf, starts[4], end);
      const cpu = scanDec(buf, starts[3], end);
      const flags = scanDec(buf, starts[2], end);
      if (Number.isNaN(tid) || Number.isNaN(cpu) || Number.isNaN(flags)) return false;
      this.tid = tid;
      this.cpu = cpu;
      this.flagBits = flags;
      let commEnd = starts[4];
      while (commEnd > start && buf[commEnd - 1] === 32) commEnd--;
      this.setComm(buf, start, commEnd);
      this.relative = micros;
      return this.takeBody(buf, after + 3, end);
    }
    return false;
  }
  private readonly wordStarts = new Int32Array(5);
}

/** `(  1234)`, `(-------)`: position left of the bracket and its blanks, -1 when it is something else. */
function tgidStart(buf: Uint8Array, start: number, close: number): number {
  let i = close - 1;
  while (i > start && (isDigit(buf[i]) || buf[i] === 45 || buf[i] === 32)) i--;
  if (buf[i] !== 40 || close - i > 12) return -1;
  i--;
  while (i > start && isBlank(buf[i])) i--;
  return i;
}

/** First flag column: d, D, b, X or '.', never a digit. */
function isFirstFlag(c: number): boolean {
  return c === 46 || c === 100 || c === 68 || c === 98 || c === 88;
}
function isDelayMark(c: number): boolean {
  return c === 43 || c === 33 || c === 35 || c === 42 || c === 64 || c === 36;
}
