import { Context } from '../../../../src/model/events.ts';

/** Bits of the latency column `d.h2.`: irqs-off, need-resched, hardirq/softirq, preempt-depth, migrate-disable. */
export function contextOfFlags(buf: Uint8Array, start: number, end: number): number {
  let bits = 0;
  const irqs = buf[start];
  if (irqs === 100) bits |= Context.irqsOff;
  else if (irqs === 68) bits |= Context.irqsOff | Context.bhOff;
  else if (irqs === 98) bits |= Context.bhOff;
  if (end - start < 3) return bits;
  const resched = buf[start + 1];
  if (resched === 78 || resched === 110 || resched === 66 || resched === 98) bits |= Context.needResched;
  // RT kernels before 5.16 put need-resched-lazy between the two: the context is the first of h H s z Z from here on.
  for (let i = start + 2; i < end; i++) {
    const c = buf[i];
    if (c === 115) bits |= Context.softirqFlag;
    else if (c === 104) bits |= Context.hardirqFlag;
    else if (c === 72) bits |= Context.hardirqFlag | Context.softirqFlag;
    else if (c === 122) bits |= Context.nmiFlag;
    else if (c === 90) bits |= Context.nmiFlag | Context.hardirqFlag;
    else continue;
    break;
  }
  return bits;
}
