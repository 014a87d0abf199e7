import { DETAILS, type Detail, PHASES, PhaseIndex } from '../../model/phases.ts';

/**
 * Buckets are the accounts to which the time of a call is booked while it runs: 800 ns inside lock_sock go to `lock`, which
 * becomes part of the phase `backlog` and of the detail `lock` when the call is closed. The first eleven are the phases themselves; the others are parts of a
 * phase that are kept apart until the call is closed, because a detail column wants them or because the phase is known
 * only when the whole call has been seen (`waitFunction`, `schedule`).
 */
export const Bucket = {
  ...PhaseIndex,
  /** lock_sock: detail of backlog. */
  lock: PHASES.length,
  /** Inside sk_wait_data and friends, on a CPU as far as the capture tells. */
  waitFunction: PHASES.length + 1,
  /** Inside schedule(), schedule_timeout(), wait_woken(). */
  schedule: PHASES.length + 2,
  busyPoll: PHASES.length + 3,
  map: PHASES.length + 4,
  unmap: PHASES.length + 5,
  preempted: PHASES.length + 6,
  /** The CPU work of a sleep that the capture proves to have been one (steps.ts). */
  switching: PHASES.length + 7,
  free: PHASES.length + 8,
  /** The loop of the receive function between two recorded steps. */
  queue: PHASES.length + 9,
  /** Outside the recorded steps. */
  entry: PHASES.length + 10,
} as const;
export const BUCKETS = PHASES.length + 11;

/** An array that never holds anything but doubles: a typed array of this size costs an allocation outside the heap per call. */
function makeDoubles(length: number): number[] {
  return Array.from({ length }, () => 0.5).fill(0);
}
const NO_TIME = makeDoubles(BUCKETS);
const NO_PHASES = makeDoubles(PHASES.length);
export function emptyBuckets(): number[] {
  return NO_TIME.slice();
}

const DETAIL_BUCKET: Record<Detail, number> = {
  preempted: Bucket.preempted,
  lock: Bucket.lock,
  switching: Bucket.switching,
  busyPoll: Bucket.busyPoll,
  map: Bucket.map,
  unmap: Bucket.unmap,
  free: Bucket.free,
  queue: Bucket.queue,
  entry: Bucket.entry,
};
export const DETAIL_BUCKETS = DETAILS.map((detail) => DETAIL_BUCKET[detail]);

/**
 * What the time inside the waiting functions was, decided when the call is closed (rules in README.md):
 * - switches were recorded: the sleep is already in `sleep`/`wakeLatency`; what is left here never left the CPU as far as
 *   the text tells, and is unattributed (the work around a proven sleep has been moved to `switching`);
 * - no switches, schedule() seen: schedule() was the sleep, the rest of the waiting function is `switching`;
 * - no switches, no schedule(): the waiting function without its known parts is the sleep (an upper bound).
 */
export type WaitRule = 'switches' | 'schedule' | 'waitFunction';

const FIXED = new Int8Array(BUCKETS);
for (let i = 0; i < PHASES.length; i++) FIXED[i] = i;
FIXED[Bucket.lock] = PhaseIndex.backlog;
FIXED[Bucket.switching] = PhaseIndex.backlog;
FIXED[Bucket.busyPoll] = PhaseIndex.sleep;
FIXED[Bucket.map] = PhaseIndex.submit;
FIXED[Bucket.unmap] = PhaseIndex.unpin;
FIXED[Bucket.preempted] = PhaseIndex.interrupt;
FIXED[Bucket.free] = PhaseIndex.ack;
FIXED[Bucket.queue] = PhaseIndex.ack;
FIXED[Bucket.entry] = PhaseIndex.unattributed;

export function phaseOfBucket(bucket: number, rule: WaitRule): number {
  if (bucket === Bucket.schedule) return rule === 'switches' ? PhaseIndex.unattributed : PhaseIndex.sleep;
  if (bucket === Bucket.waitFunction) return rule === 'waitFunction' ? PhaseIndex.sleep : PhaseIndex.unattributed;
  return FIXED[bucket];
}

/** Sums the buckets into the tiling phases; nothing is lost, so phases add up to what the buckets added up to. */
export function foldBuckets(buckets: readonly number[], rule: WaitRule): number[] {
  const phases = NO_PHASES.slice();
  for (let b = 0; b < BUCKETS; b++) phases[phaseOfBucket(b, rule)] += buckets[b];
  return phases;
}
