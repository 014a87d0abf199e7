/** TRACE_GRAPH_PROCINFO_LENGTH: comm (7 bytes) and pid are centred in this width. */
export const TASK_WIDTH = 14;
export const MAX_TASK_WIDTH = 40;
export const MAX_NAME_BYTES = 7;

const BLANK = 32;
const BAR = 124;
const DASH = 45;

/** A task as `rxbench-351` in a column of its own, one reused instance. The pid is the digits after the last dash. */
export class TaskColumn {
  tid = -1;
  commStart = 0;
  commEnd = 0;
  private readonly maxName: number;

  constructor(maxName: number) {
    this.maxName = maxName;
  }

  /**
   * ` rxbench-351   | ` at `from`: position after the bar, -1. The bar stands at a fixed place unless the pid is long or bytes
   * of the name were changed on the way; the name itself may hold a bar.
   */
  scan(buf: Uint8Array, from: number, end: number, isFirst: boolean): number {
    let start = from;
    if (!isFirst && buf[start] === BLANK) start++;
    // Without the CPU column the time's own two blanks precede.
    let bar = start + TASK_WIDTH + 1;
    if (buf[bar] === BAR && buf[bar - 1] === BLANK && this.read(buf, start, bar - 1)) return bar + 1;
    const last = Math.min(end, start + MAX_TASK_WIDTH);
    for (bar = start + 3; bar < last; bar++) {
      if (buf[bar] === BAR && buf[bar + 1] === BLANK && this.read(buf, start, bar)) return bar + 1;
    }
    return -1;
  }

  /** Name and pid in [start, endAt); false when it does not end in a dash and digits. */
  read(buf: Uint8Array, start: number, endAt: number): boolean {
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
    if (pos === end || end - pos > 9 || pos <= start || buf[pos - 1] !== DASH) return false;
    let nameStart = start;
    const nameEnd = pos - 1;
    while (nameStart < nameEnd && buf[nameStart] === BLANK) nameStart++;
    // `migration/0--1`: 2.6.2x prints pid -1 for "nobody yet".
    const isNobody = tid === 1 && end - pos === 1 && nameEnd > nameStart && buf[nameEnd - 1] === DASH;
    if (!isShortName(buf, nameStart, nameEnd, this.maxName)) return false;
    this.tid = isNobody ? -1 : tid;
    this.commStart = nameStart;
    this.commEnd = isNobody ? nameEnd - 1 : nameEnd;
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
