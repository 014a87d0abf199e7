import { EVENT_KINDS, type EventKindName, Kind } from '../../model/events.ts';
import { Bucket } from './buckets.ts';

/**
 * An activity is what a pair of begin and end events encloses. `copyBegin` (skb_copy_datagram_iter … entered) opens a
 * frame of the activity `copy` on the stack of its thread, `copyEnd` (its return) closes it; kinds of no activity are points.
 */
export const Activity = {
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
export const ACTIVITIES = 22;

const PAIRS: [EventKindName, EventKindName | null, number][] = [
  ['callEnter', 'callExit', Activity.call],
  ['pinBegin', 'pinEnd', Activity.pin],
  ['submit', 'submitEnd', Activity.submit],
  ['descriptor', null, Activity.descriptor],
  ['waitBegin', 'waitEnd', Activity.wait],
  ['copyBegin', 'copyEnd', Activity.copy],
  ['unpinBegin', 'unpinEnd', Activity.unpin],
  ['earlyTry', 'earlyTryEnd', Activity.early],
  ['sleepBegin', 'sleepEnd', Activity.sleep],
  ['scheduleBegin', 'scheduleEnd', Activity.schedule],
  ['lockBegin', 'lockEnd', Activity.lock],
  ['backlogBegin', 'backlogEnd', Activity.backlog],
  ['prequeueBegin', 'prequeueEnd', Activity.backlog],
  ['segmentBegin', 'segmentEnd', Activity.segment],
  ['ackBegin', 'ackEnd', Activity.ack],
  ['freeBegin', 'freeEnd', Activity.free],
  ['irqBegin', 'irqEnd', Activity.irq],
  ['softirqBegin', 'softirqEnd', Activity.softirq],
  ['busyPollBegin', 'busyPollEnd', Activity.busyPoll],
  ['mapBegin', 'mapEnd', Activity.map],
  ['unmapBegin', 'unmapEnd', Activity.unmap],
  ['zerocopyBegin', 'zerocopyEnd', Activity.zerocopy],
];

/** Activity of a begin or end kind; 0 for points. */
export const ACTIVITY_OF_KIND = new Uint8Array(EVENT_KINDS.length);
/** Which part of its activity a kind is. */
export const Part = { point: 0, begin: 1, end: 2 } as const;
export const PART_OF_KIND = new Uint8Array(EVENT_KINDS.length);
for (const [begin, end, activity] of PAIRS) {
  ACTIVITY_OF_KIND[Kind[begin]] = activity;
  PART_OF_KIND[Kind[begin]] = Part.begin;
  if (end !== null) {
    ACTIVITY_OF_KIND[Kind[end]] = activity;
    PART_OF_KIND[Kind[end]] = Part.end;
  }
}

/** Bucket a frame of this activity brings with it; -1 = that of the enclosing frame (symbols.tsv: "not a root"). */
export const BUCKET_OF_ACTIVITY = new Int8Array(ACTIVITIES).fill(-1);
BUCKET_OF_ACTIVITY[Activity.call] = Bucket.unattributed;
BUCKET_OF_ACTIVITY[Activity.pin] = Bucket.pin;
BUCKET_OF_ACTIVITY[Activity.submit] = Bucket.submit;
BUCKET_OF_ACTIVITY[Activity.wait] = Bucket.wait;
BUCKET_OF_ACTIVITY[Activity.copy] = Bucket.copy;
BUCKET_OF_ACTIVITY[Activity.unpin] = Bucket.unpin;
BUCKET_OF_ACTIVITY[Activity.sleep] = Bucket.waitFunction;
BUCKET_OF_ACTIVITY[Activity.schedule] = Bucket.schedule;
BUCKET_OF_ACTIVITY[Activity.lock] = Bucket.lock;
BUCKET_OF_ACTIVITY[Activity.backlog] = Bucket.backlog;
BUCKET_OF_ACTIVITY[Activity.segment] = Bucket.backlog;
BUCKET_OF_ACTIVITY[Activity.early] = Bucket.backlog;
BUCKET_OF_ACTIVITY[Activity.ack] = Bucket.ack;
BUCKET_OF_ACTIVITY[Activity.free] = Bucket.free;
BUCKET_OF_ACTIVITY[Activity.irq] = Bucket.interrupt;
BUCKET_OF_ACTIVITY[Activity.softirq] = Bucket.interrupt;
BUCKET_OF_ACTIVITY[Activity.busyPoll] = Bucket.busyPoll;
BUCKET_OF_ACTIVITY[Activity.map] = Bucket.map;
BUCKET_OF_ACTIVITY[Activity.unmap] = Bucket.unmap;
BUCKET_OF_ACTIVITY[Activity.zerocopy] = Bucket.submit;

/** Activities that exist in process context only. */
export const PROCESS_ONLY = new Uint8Array(ACTIVITIES);
for (const activity of [
  Activity.call,
  Activity.pin,
  Activity.unpin,
  Activity.sleep,
  Activity.wait,
  Activity.copy,
  Activity.lock,
])
  PROCESS_ONLY[activity] = 1;

/** Work only a receive call does; interrupts, TCP input, switches and wakeups happen everywhere. */
export function isWorkOfCall(activity: number): boolean {
  return (
    (activity > Activity.call && activity < Activity.schedule) ||
    activity === Activity.lock ||
    activity === Activity.backlog
  );
}

const IN_TCP_INPUT = [
  Activity.segment,
  Activity.early,
  Activity.submit,
  Activity.copy,
  Activity.ack,
  Activity.descriptor,
  Activity.free,
];
const INTERRUPTS = [Activity.irq, Activity.softirq];
/** Which functions of the receive path call which (receive-path.md 1.1–1.3), for texts without callers. */
const CONTAINS: Record<number, readonly number[]> = {
  [Activity.sleep]: [...IN_TCP_INPUT, ...INTERRUPTS, Activity.backlog, Activity.schedule, Activity.lock],
  [Activity.schedule]: [Activity.schedule, ...INTERRUPTS],
  [Activity.backlog]: [...IN_TCP_INPUT, ...INTERRUPTS, Activity.backlog],
  [Activity.segment]: [...IN_TCP_INPUT, ...INTERRUPTS],
  [Activity.early]: [...IN_TCP_INPUT, ...INTERRUPTS],
  [Activity.submit]: [Activity.submit, Activity.descriptor, ...INTERRUPTS],
  [Activity.copy]: [Activity.copy, ...INTERRUPTS],
  [Activity.ack]: [Activity.ack, Activity.free, ...INTERRUPTS],
  [Activity.free]: [Activity.free, ...INTERRUPTS],
  [Activity.wait]: [Activity.free, ...INTERRUPTS],
  [Activity.irq]: [...IN_TCP_INPUT, ...INTERRUPTS],
  [Activity.softirq]: [...IN_TCP_INPUT, ...INTERRUPTS],
  [Activity.zerocopy]: [Activity.map, Activity.unmap, Activity.copy, Activity.call, ...INTERRUPTS],
};
const CONTAIN_MASK = new Int32Array(ACTIVITIES);
for (const [outer, inner] of Object.entries(CONTAINS))
  for (const activity of inner) CONTAIN_MASK[Number(outer)] |= 1 << activity;

export function canContain(outer: number, inner: number): boolean {
  const mask = CONTAIN_MASK[outer];
  return mask !== 0 ? (mask & (1 << inner)) !== 0 : inner === Activity.irq || inner === Activity.softirq;
}
