import { CallState } from '../../model/calls.ts';
import type { Run } from '../../model/capture.ts';

/** Who received, by program name and protocol: what a target can be chosen from. */
export interface Receiver {
  comm: string;
  /** Threads that received, lowest first. */
  tids: number[];
  protocol: 'TCP' | 'UDP' | '';
  calls: number;
  /** Of calls that tell them; null = none does. */
  bytes: number | null;
}

const PROTOCOLS = ['', 'TCP', 'UDP'] as const;

/** Most bytes first. Calls cut by the edge of the capture are counted: they were made. */
export function listReceivers(run: Run): Receiver[] {
  const { calls } = run;
  const found = new Map<string, Receiver>();
  for (let row = 0; row < calls.length; row++) {
    if ((calls.get('state', row) & CallState.unknownTask) !== 0) continue;
    const comm = calls.strings.textOf(calls.get('comm', row));
    const protocol = PROTOCOLS[calls.get('protocol', row)] ?? '';
    const key = `${comm}\0${protocol}`;
    const receiver = found.get(key) ?? { comm, tids: [], protocol, calls: 0, bytes: null };
    found.set(key, receiver);
    receiver.calls++;
    const tid = calls.get('tid', row);
    if (!receiver.tids.includes(tid)) receiver.tids.push(tid);
    const bytes = calls.get('returnedBytes', row);
    if (bytes >= 0) receiver.bytes = (receiver.bytes ?? 0) + bytes;
  }
  for (const receiver of found.values()) receiver.tids.sort((a, b) => a - b);
  return [...found.values()].sort(
    (a, b) => (b.bytes ?? 0) - (a.bytes ?? 0) || b.calls - a.calls || (a.comm < b.comm ? -1 : 1),
  );
}

/** Share of the receivers' time awake in which somebody else had their CPU; NaN = no switches in the text. */
export function measurePreemption(run: Run): number {
  const { calls } = run;
  let awakeNs = 0;
  let preemptedNs = 0;
  for (let row = 0; row < calls.length; row++) {
    const duration = calls.get('durationNs', row);
    const preempted = calls.get('preemptedNs', row);
    if (!(duration > 0) || Number.isNaN(preempted)) continue;
    const asleep = calls.get('sleepNs', row);
    awakeNs += duration - (Number.isNaN(asleep) ? 0 : asleep);
    preemptedNs += preempted;
  }
  return awakeNs > 0 ? (100 * preemptedNs) / awakeNs : Number.NaN;
}
