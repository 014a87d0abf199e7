import type { Run } from '../../model/capture.ts';
import type { ThreadSchedule } from '../../model/schedule.ts';
import { sumBy } from '../arrivals/own.ts';
import { writeCount, writeNs, writePct } from '../words.ts';
import { type Card, type Lens, listReceiverTids, writeDelay } from './lens.ts';

const MAX_SENTENCES = 3;
const MAX_ROWS = 20;
/** Differences of the text's own stamps, no estimates: a reader adds them up again. */
const DIGITS = 4;

/** Runnable but not running: preempted, or woken and not yet run. */
const waitedNs = (thread: ThreadSchedule): number => thread.preemptedNs + thread.wakeLatencyNs;

/** How long threads waited for a CPU, slept and were woken: the receivers of the calls, without calls those that waited longest. */
export const scheduling: Lens = {
  id: 'scheduling',
  title: 'Who waited for a CPU',
  look(sights) {
    const runs = sights.map(({ run }) => run);
    const schedules = runs.flatMap(({ timeline }) => timeline.schedule ?? []);
    if (schedules.length === 0) return null;
    const receivers = listReceiverTids(runs);
    const all = schedules.flatMap(({ threads }) => threads);
    const own = all.filter(({ tid }) => receivers.has(tid));
    const shown = (own.length > 0 ? own : all).filter((t) => waitedNs(t) > 0 || t.sleepNs > 0 || t.runNs > 0);
    const [wakeups, across] = [sumBy(schedules, (s) => s.wakeups), sumBy(schedules, (s) => s.wakeupsAcross)];
    const sentences = shown
      .filter((thread, rank) => rank === 0 || (rank < MAX_SENTENCES && waitedNs(thread) >= waitedNs(shown[0]) / 10))
      .flatMap(writeThread);
    sentences.push(writeWakeups(wakeups, across, schedules[0].wakeLatency));
    if (own.length > 0 && sumBy(own, (t) => t.wakeups) > 0) {
      const [ownWakeups, ownAcross] = [sumBy(own, (t) => t.wakeups), sumBy(own, (t) => t.wakeupsAcross)];
      sentences.push(
        `Of the receiver’s ${writeCount(ownWakeups, 'wakeup')} ${ownAcross} (${writePct((100 * ownAcross) / ownWakeups)}) came from another CPU than the one it was to run on.`,
      );
    }
    const unseen = sumBy(shown, (t) => t.unseenReturns);
    if (unseen > 0)
      sentences.push(
        `The scheduler’s lines do not show ${writeCount(unseen, 'return')} to a CPU: these waits are counted until the next line of the thread, their upper bound.`,
      );
    const seen = sumBy(schedules, (s) => s.seen);
    return {
      sentences,
      card: own.length > 0 ? makeCard(own) : null,
      tables: [
        {
          caption: `Threads by time without a CPU${seen > Math.min(MAX_ROWS, shown.length) ? ` (${Math.min(MAX_ROWS, shown.length)} of ${seen})` : ''}`,
          columns: [
            { title: 'thread', unit: '' },
            { title: 'waited', unit: 'ns' },
            { title: 'preempted', unit: 'count' },
            { title: 'for', unit: 'ns' },
            { title: 'woken', unit: 'count' },
            { title: 'woken to running', unit: 'ns' },
            { title: 'slept', unit: 'count' },
            { title: 'until woken', unit: 'ns' },
            { title: 'longest wait', unit: 'ns' },
            { title: 'at line', unit: 'count' },
          ],
          rows: shown
            .slice(0, MAX_ROWS)
            .map((t) => [
              nameThread(t),
              waitedNs(t),
              t.preemptions,
              t.preemptedNs,
              t.wakeups,
              t.wakeLatencyNs,
              t.sleeps,
              t.sleeps > 0 && t.sleepNs === 0 ? null : t.sleepNs,
              t.longest?.ns ?? null,
              t.longest?.line ?? null,
            ]),
        },
      ],
    };
  },
};

const nameThread = ({ comm, tid }: ThreadSchedule): string => (comm === '' ? `thread ${tid}` : `${comm} (${tid})`);
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

function writeThread(thread: ThreadSchedule): string[] {
  const { longest } = thread;
  const parts: string[] = [];
  if (thread.preemptions > 0)
    parts.push(`It was preempted ${times(thread.preemptions)} for ${writeNs(thread.preemptedNs, DIGITS)}`);
  if (thread.sleeps > 0 && thread.sleepNs > 0)
    parts.push(
      `it slept ${times(thread.sleeps)} for ${writeNs(thread.sleepNs + thread.wakeLatencyNs, DIGITS)}, of which ${writeNs(thread.wakeLatencyNs, DIGITS)} passed between wakeup and running`,
    );
  else if (thread.wakeLatencies > 0)
    parts.push(`${writeNs(thread.wakeLatencyNs, DIGITS)} passed between wakeup and running`);
  if (longest !== null && longest.ns > 0)
    parts.push(
      `the longest wait was ${writeNs(longest.ns, DIGITS)} (line ${longest.line}${longest.instead === '' ? '' : `, ${longest.instead} ran instead`})`,
    );
  const detail = parts.join('; ');
  const waited = waitedNs(thread);
  return [
    waited > 0
      ? `${nameThread(thread)} was runnable but not running for ${writeNs(waited, DIGITS)} in all.`
      : `${nameThread(thread)} is among the threads seen; none was seen to wait for a CPU.`,
    ...(detail === '' ? [] : [`${detail[0].toUpperCase()}${detail.slice(1)}.`]),
  ];
}

/** The receiver's own account: it waits longer for a CPU than it runs, or it does not. */
function makeCard(own: readonly ThreadSchedule[]): Card | null {
  const waited = sumBy(own, waitedNs);
  const ran = sumBy(own, (t) => t.runNs);
  const wakeups = sumBy(own, (t) => t.wakeups);
  if (waited === 0) return null;
  const across = sumBy(own, (t) => t.wakeupsAcross);
  const from =
    wakeups === 0
      ? ''
      : ` ${writePct((100 * across) / wakeups)} of its ${writeCount(wakeups, 'wakeup')} came from another CPU.`;
  // Without a switch to it and the next one from it, how long it ran is not known.
  const isLonger = ran > 0 && waited > ran;
  const runs = ran > 0 ? `ran for ${writeNs(ran)} and ` : '';
  return {
    role: isLonger ? 'problem' : 'note',
    title: isLonger ? 'The receiver waits longer for a CPU than it runs' : 'The receiver waits for a CPU',
    sentence: `${own.length === 1 ? nameThread(own[0]) : `The ${own.length} threads of the receiver`} ${runs}${own.length === 1 ? 'was' : 'were'} runnable without a CPU for ${writeNs(waited)}: ${writeNs(sumBy(own, (t) => t.preemptedNs))} preempted, ${writeNs(sumBy(own, (t) => t.wakeLatencyNs))} after wakeups.${from}`,
    n: wakeups,
    unitOfN: 'wakeups',
    nextStep: 'Give it a CPU that others leave alone (taskset, cpuset, isolcpus) or a higher priority (chrt, nice).',
  };
}

function writeWakeups(
  wakeups: number,
  across: number,
  latency: NonNullable<Run['timeline']['schedule']>['wakeLatency'],
): string {
  const how =
    latency === null
      ? ''
      : `; from wakeup to running ${writeDelay(latency, (ns) => writeNs(ns, DIGITS))}, at most ${writeNs(latency.maxNs, DIGITS)} (${latency.count} of all threads)`;
  return `${writeCount(wakeups, 'wakeup')} in the text, ${across} of them to another CPU than the waker’s${how}.`;
}
