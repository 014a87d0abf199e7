import { readReceivedBytes } from '../duration.ts';
import { monotonicNs } from '../host/identity.ts';
import type { SideData } from '../side/snapshot.ts';
import type { Untraced } from './options.ts';

/** `IpExt: … InOctets …`: names on one line, values on the next. NaN where the kernel does not count. */
export function readInOctets(text: string): number {
  const match = /^IpExt: (.*)\nIpExt: (.*)$/m.exec(text);
  const at = match?.[1].split(' ').indexOf('InOctets') ?? -1;
  return at < 0 ? Number.NaN : Number(match![2].split(' ')[at]);
}

/** `cpu  user nice system idle iowait irq softirq steal`: what is not idle, in ticks of 10 ms (USER_HZ). */
export function readBusyNs(text: string): number {
  const ticks = /^cpu +(.*)$/m.exec(text)?.[1].split(' ').map(Number) ?? [];
  const [user, nice, system, , , irq, softirq] = ticks;
  return 1e7 * (user + nice + system + irq + softirq);
}

interface Moment {
  ns: bigint;
  bytes: number;
  busyNs: number;
}

export function readMoment(side: SideData): Moment {
  const text = side.readCounters();
  const octets = readInOctets(text);
  return {
    ns: monotonicNs(),
    bytes: Number.isNaN(octets) ? readReceivedBytes(text) : octets,
    busyNs: readBusyNs(text),
  };
}

export function betweenMoments(before: Moment, after: Moment): Untraced {
  const bytes = after.bytes - before.bytes;
  return {
    bytesPerSecond: bytes / (Number(after.ns - before.ns) / 1e9),
    busyNsPerByte: (after.busyNs - before.busyNs) / bytes,
  };
}
