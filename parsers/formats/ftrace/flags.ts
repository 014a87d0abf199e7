import { CONTEXT_UNKNOWN, Context } from '../../../src/model/events.ts';

/** Column of hardirq/softirq among the flag characters when no drawn header tells: third in every mainline kernel. */
export const DEFAULT_IRQ_COLUMN = 2;

/** irqs-off and need-resched are first; RT kernels put need-resched-lazy before hardirq/softirq. */
export function readFlags(buf: Uint8Array, start: number, end: number, irqColumn: number): number {
  if (end - start < 3) return CONTEXT_UNKNOWN;
  let context = 0;
  switch (buf[start]) {
    case 100: // d
      context |= Context.irqsOff;
      break;
    case 68: // D
      context |= Context.irqsOff | Context.bhOff;
      break;
    case 98: // b
      context |= Context.bhOff;
      break;
  }
  const resched = buf[start + 1];
  if (resched !== 46 && resched !== 48) context |= Context.needResched;
  const at = start + irqColumn;
  if (at < end) context |= readIrqFlag(buf[at]);
  return context;
}

function readIrqFlag(c: number): number {
  switch (c) {
    case 115: // s
      return Context.softirqFlag;
    case 104: // h
      return Context.hardirqFlag;
    case 72: // H
      return Context.hardirqFlag | Context.softirqFlag;
    case 122: // z
      return Context.nmiFlag;
    case 90: // Z
      return Context.nmiFlag | Context.hardirqFlag;
    default:
      return 0;
  }
}

/** Verbose latency lines print the flags of struct trace_entry as a number (include/linux/trace_events.h). */
export function readFlagBits(bits: number): number {
  let context = 0;
  if (bits & 1) context |= Context.irqsOff;
  if (bits & (4 | 32)) context |= Context.needResched;
  if (bits & 8) context |= Context.hardirqFlag;
  if (bits & 16) context |= Context.softirqFlag;
  if (bits & 64) context |= Context.nmiFlag;
  if (bits & 128) context |= Context.bhOff;
  return context;
}

const DRAWN = /[=-]+>\s+(\S[\w/ -]*)/;

/**
 * The drawn header lists the flag columns of this kernel, one line each:
 *   `#                              _-----=> irqs-off`
 * Returns the name, or '' for any other line. Latency headers begin with `CPU#`, which is not a flag.
 */
export function readDrawnColumn(line: string): string {
  return DRAWN.exec(line)?.[1].trim().toLowerCase() ?? '';
}
