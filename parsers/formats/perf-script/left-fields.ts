import { isBlank, isDigit, trimEnd } from '../../text/scan.ts';
import { decimal, skipMisc, skipTimeOfDay } from './event-parts.ts';

/** The kernel keeps 15 bytes of a task name. */
const MAX_COMM_BYTES = 16;
/** `%16s-%-5d ` of perf trace 2.6.31. */
const OLD_ID_COLUMNS = 5;

/** What stands left of the time of an event line: `[comm] [pid/tid|tid] [cpu] [misc] [tod]`, read from the right. */
export class LeftFields {
  commStart = 0;
  commEnd = 0;
  pid = -1;
  tid = -1;
  cpu = -1;
  hasIds = false;
  /** First byte of the line. */
  protected lineStart = 0;
  /** Position of the '[' the cpu was read from, -1 without one. */
  cpuOpen = -1;

  /** Everything left of the time (or of the event name). False when it cannot be the head of an event line. */
  protected parseLeft(buf: Uint8Array, start: number, commStart: number, limit: number): boolean {
    this.pid = -1;
    this.tid = -1;
    this.cpu = -1;
    this.cpuOpen = -1;
    this.hasIds = false;
    this.commStart = commStart;
    this.lineStart = start;
    let p = trimEnd(buf, commStart, limit);
    const afterTime = skipTimeOfDay(buf, commStart, p);
    p = skipMisc(buf, commStart, afterTime, afterTime === p ? limit : -1);
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
        // `memfd:sealed-91 [000]` of `-F comm,cpu` is a name: ids are printed with %-5d, names with %16s.
        if (this.cpu < 0 || (this.cpuOpen - tidStart <= OLD_ID_COLUMNS && from === this.lineStart)) return -1;
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
}
