import { TaskState } from '../../src/model/events.ts';
import { scanDec, scanHex } from '../text/numbers.ts';
import { isDigit } from '../text/scan.ts';

/** 'S', 'R+', 'D|W', '0x1', '128': code of TaskState. */
export function readTaskState(buf: Uint8Array, pos: number, end: number): number {
  if (pos >= end) return Number.NaN;
  const c = buf[pos];
  if (isDigit(c)) {
    const isHex = c === 48 && (buf[pos + 1] | 32) === 120;
    return numericTaskState(isHex ? scanHex(buf, pos, end) : scanDec(buf, pos, end));
  }
  switch (c) {
    case 82: // R
      return TaskState.running;
    case 83: // S
      return TaskState.interruptible;
    case 68: // D
      return TaskState.uninterruptible;
    case 88: // X
    case 90: // Z
    case 120: // x
      return TaskState.dead;
    case 73: // I
      return TaskState.idle;
    default:
      // A letter of another state; anything else is none.
      return (c | 32) >= 97 && (c | 32) <= 122 ? TaskState.other : Number.NaN;
  }
}

/** Bits of include/linux/sched.h; a lone bit from 0x100 up is "preempted while running" in every version that prints it. */
function numericTaskState(bits: number): number {
  if (bits === 0) return TaskState.running;
  if (bits & 1) return TaskState.interruptible;
  if (bits & 2) return TaskState.uninterruptible;
  if (bits & 0x30) return TaskState.dead;
  if (bits & 0x0c) return TaskState.other;
  if (bits === 0x80) return TaskState.idle;
  return bits >= 0x100 ? TaskState.running : TaskState.other;
}
