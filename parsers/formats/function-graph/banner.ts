import { cursor } from '../../text/numbers.ts';
import { scanCpu } from './cpu.ts';
import { MAX_TASK_WIDTH, TASK_WIDTH, TaskColumn } from './task.ts';

const BLANK = 32;
/** `migration/0--1 => sshd-1755`: banners of the first versions did not cut names. */
const MAX_NAME_BYTES = 15;

/** ` 1)  rxsink-1055   =>    <idle>-0   `: another task runs on a CPU now. */
export class BannerLine {
  cpu = -1;
  readonly previous = new TaskColumn(MAX_NAME_BYTES);
  readonly next = new TaskColumn(MAX_NAME_BYTES);

  scan(buf: Uint8Array, start: number, end: number): boolean {
    this.cpu = scanCpu(buf, start, end);
    if (this.cpu < 0) return false;
    const arrow = this.findArrow(buf, cursor.end + 1, end);
    return arrow >= 0 && this.next.read(buf, arrow + 4, end);
  }

  /** Where the arrow stands, with the previous task between `first` and it. */
  private findArrow(buf: Uint8Array, first: number, end: number): number {
    const usual = first + TASK_WIDTH;
    if (isTaskArrow(buf, usual, end) && this.previous.read(buf, first, usual)) return usual;
    const last = Math.min(end, first + MAX_TASK_WIDTH);
    for (let arrow = first + 2; arrow < last; arrow++) {
      if (isTaskArrow(buf, arrow, end) && this.previous.read(buf, first, arrow)) return arrow;
    }
    return -1;
  }
}

/** ` => ` */
function isTaskArrow(buf: Uint8Array, pos: number, end: number): boolean {
  return pos + 4 < end && buf[pos] === BLANK && buf[pos + 1] === 61 && buf[pos + 2] === 62 && buf[pos + 3] === BLANK;
}
