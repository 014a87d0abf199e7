import { EVENT_KINDS, type EventKindName, Kind } from '../../model/events.ts';
import { Bucket } from './buckets.ts';

/** Brackets of the receive path: every begin kind opens a frame of its family, the end kind closes it. */
export const Family = {
  none: 0,
  call: 1,
  pin: 2,
  submit: 3,
  descriptor: 4,
  wait: 5,
  copy: 6,
  unpin: 7,
  early: 8,
  sleep: 9,
  schedule: 10,
  lock: 11,
  backlog: 12,
  segment: 13,
  ack: 14,
  irq: 15,
  softirq: 16,
  busyPoll: 17,
  map: 18,
  unmap: 19,
  zerocopy: 20,
  free: 21,
} as const;
export const FAMILIES = 22;

const BRACKETS: [EventKindName, EventKindName | null, number][] = [
  ['callEnter', 'callExit', Family.call],
  ['pinBegin', 'pinEnd', Family.pin],
  ['submit', 'submitEnd', Family.submit],
  ['descriptor', null, Family.descriptor],
  ['waitBegin', 'waitEnd', Family.wait],
  ['copyBegin', 'copyEnd', Family.copy],
  ['unpinBegin', 'unpinEnd', Family.unpin],
  ['earlyTry', 'earlyTryEnd', Family.early],
  ['sleepBegin', 'sleepEnd', Family.sleep],
  ['scheduleBegin', 'scheduleEnd', Family.schedule],
  ['lockBegin', 'lockEnd', Family.lock],
  ['backlogBegin', 'backlogEnd', Family.backlog],
  ['prequeueBegin', 'prequeueEnd', Family.backlog],
  ['segmentBegin', 'segmentEnd', Family.segment],
  ['ackBegin', 'ackEnd', Family.ack],
  ['freeBegin', 'freeEnd', Family.free],
  ['irqBegin', 'irqEnd', Family.irq],
  ['softirqBegin', 'softirqEnd', Family.softirq],
  ['busyPollBegin', 'busyPollEnd', Family.busyPoll],
  ['mapBegin', 'mapEnd', Family.map],
  ['unmapBegin', 'unmapEnd', Family.unmap],
  ['zerocopyBegin', 'zerocopyEnd', Family.zerocopy],
];

/** Family of a begin or end kind; 0 for points. */
export const FAMILY_OF_KIND = new Uint8Array(EVENT_KINDS.length);
/** 1 = begin, 2 = end, 0 = point. */
export const ROLE_OF_KIND = new Uint8Array(EVENT_KINDS.length);
for (const [begin, end, family] of BRACKETS) {
  FAMILY_OF_KIND[Kind[begin]] = family;
  ROLE_OF_KIND[Kind[begin]] = 1;
  if (end !== null) {
    FAMILY_OF_KIND[Kind[end]] = family;
    ROLE_OF_KIND[Kind[end]] = 2;
  }
}

/** Bucket a frame of this family brings with it; -1 = that of the enclosing frame (symbols.tsv: "not a root"). */
export const BUCKET_OF_FAMILY = new Int8Array(FAMILIES).fill(-1);
BUCKET_OF_FAMILY[Family.call] = Bucket.unattributed;
BUCKET_OF_FAMILY[Family.pin] = Bucket.pin;
BUCKET_OF_FAMILY[Family.submit] = Bucket.submit;
BUCKET_OF_FAMILY[Family.wait] = Bucket.wait;
BUCKET_OF_FAMILY[Family.copy] = Bucket.copy;
BUCKET_OF_FAMILY[Family.unpin] = Bucket.unpin;
BUCKET_OF_FAMILY[Family.sleep] = Bucket.waitFunction;
BUCKET_OF_FAMILY[Family.schedule] = Bucket.schedule;
BUCKET_OF_FAMILY[Family.lock] = Bucket.lock;
BUCKET_OF_FAMILY[Family.backlog] = Bucket.backlog;
BUCKET_OF_FAMILY[Family.segment] = Bucket.backlog;
BUCKET_OF_FAMILY[Family.early] = Bucket.backlog;
BUCKET_OF_FAMILY[Family.ack] = Bucket.ack;
BUCKET_OF_FAMILY[Family.free] = Bucket.free;
BUCKET_OF_FAMILY[Family.irq] = Bucket.interrupt;
BUCKET_OF_FAMILY[Family.softirq] = Bucket.interrupt;
BUCKET_OF_FAMILY[Family.busyPoll] = Bucket.busyPoll;
BUCKET_OF_FAMILY[Family.map] = Bucket.map;
BUCKET_OF_FAMILY[Family.unmap] = Bucket.unmap;
BUCKET_OF_FAMILY[Family.zerocopy] = Bucket.submit;

/** Work only a receive call does; interrupts, TCP input, switches and wakeups happen everywhere. */
export function isWorkOfCall(family: number): boolean {
  return (family > Family.call && family < Family.schedule) || family === Family.lock || family === Family.backlog;
}

const IN_TCP_INPUT = [
  Family.segment,
  Family.early,
  Family.submit,
  Family.copy,
  Family.ack,
  Family.descriptor,
  Family.free,
];
const INTERRUPTS = [Family.irq, Family.softirq];
/** Which functions of the receive path call which (receive-path.md 1.1–1.3), for texts without callers. */
const CONTAINS: Record<number, readonly number[]> = {
  [Family.sleep]: [...IN_TCP_INPUT, ...INTERRUPTS, Family.backlog, Family.schedule, Family.lock],
  [Family.schedule]: [Family.schedule, ...INTERRUPTS],
  [Family.backlog]: [...IN_TCP_INPUT, ...INTERRUPTS, Family.backlog],
  [Family.segment]: [...IN_TCP_INPUT, ...INTERRUPTS],
  [Family.early]: [...IN_TCP_INPUT, ...INTERRUPTS],
  [Family.submit]: [Family.submit, Family.descriptor, ...INTERRUPTS],
  [Family.copy]: [Family.copy, ...INTERRUPTS],
  [Family.ack]: [Family.ack, Family.free, ...INTERRUPTS],
  [Family.free]: [Family.free, ...INTERRUPTS],
  [Family.wait]: [Family.free, ...INTERRUPTS],
  [Family.irq]: [...IN_TCP_INPUT, ...INTERRUPTS],
  [Family.softirq]: [...IN_TCP_INPUT, ...INTERRUPTS],
  [Family.zerocopy]: [Family.map, Family.unmap, Family.copy, Family.call, ...INTERRUPTS],
};
const CONTAIN_MASK = new Int32Array(FAMILIES);
for (const [outer, inner] of Object.entries(CONTAINS))
  for (const family of inner) CONTAIN_MASK[Number(outer)] |= 1 << family;

export function canContain(outer: number, inner: number): boolean {
  const mask = CONTAIN_MASK[outer];
  return mask !== 0 ? (mask & (1 << inner)) !== 0 : inner === Family.irq || inner === Family.softirq;
}
