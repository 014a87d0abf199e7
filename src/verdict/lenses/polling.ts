import { ofDevice, sumBy } from '../arrivals/own.ts';
import { writeCount, writeNs, writeNumber, writePct } from '../words.ts';
import { type Card, groupSum, type Lens, listReceiverTids, makeFact, withArrivals } from './lens.ts';

/** Polls of readers (SO_BUSY_POLL), of the softirq, of netpoll. */
export const polling: Lens = {
  id: 'polling',
  title: 'Who polled the device',
  look(sights) {
    const seen = withArrivals(sights);
    const polls = groupSum(
      seen.flatMap(({ own }) => [
        ...ofDevice(own, own.totals.polls),
        ...own.totals.polls.filter(
          ({ device, by }) => by !== 'softirq' && !own.devices.has(device) && own.devices.size > 0,
        ),
      ]),
      (p) => `${p.device} ${p.by} ${p.budget} ${p.comm}`,
      (to, p) => {
        to.polls += p.polls;
        to.empty += p.empty;
        to.packets += p.packets;
      },
    ).sort((a, b) => b.polls - a.polls);
    if (polls.length === 0) return null;
    const busy = polls.filter(({ by }) => by === 'busy');
    const netpoll = polls.filter(({ by }) => by === 'netpoll');
    const count = sumBy(busy, (p) => p.polls);
    const sentences: string[] = [];
    if (count > 0) {
      const empty = sumBy(busy, (p) => p.empty);
      const packets = sumBy(busy, (p) => p.packets);
      const ns = sumBy(seen, ({ own }) => own.totals.busyPollNs);
      const who = [...new Set(busy.map((p) => p.comm))].join(', ');
      sentences.push(
        `Busy polling: ${writeCount(count, 'poll')} by ${who} itself, ${writeNumber(empty)} of them empty (${writePct((100 * empty) / count)}), ${writeCount(packets, 'packet')} found; ${writeNs(ns)} of CPU time were spent between successive polls${packets > 0 ? `, ${writeNs(ns / packets)} per packet found` : ''}. Whether the latency gained is worth it takes the same load without SO_BUSY_POLL: compare the two.`,
      );
    } else
      sentences.push(
        `No busy polling: all ${writeCount(
          sumBy(polls, (p) => p.polls),
          'poll',
        )} were the softirq’s${netpoll.length > 0 ? ' or netpoll’s' : ''}.`,
      );
    sentences.push(
      netpoll.length > 0
        ? `netpoll polled ${sumBy(netpoll, (p) => p.polls)} times (budget 0).`
        : 'netpoll was not seen.',
    );
    return {
      sentences,
      fact:
        count === 0
          ? null
          : makeFact(
              'busy polls',
              count,
              'count',
              `${writeNumber(sumBy(busy, (p) => p.empty))} empty, ${writeCount(
                sumBy(busy, (p) => p.packets),
                'packet',
              )} found`,
            ),
      card: makeCard(busy, netpoll, seen),
      tables: [
        {
          caption: 'Polls',
          columns: [
            { title: 'device', unit: '' },
            { title: 'by', unit: '' },
            { title: 'budget', unit: 'count' },
            { title: 'polls', unit: 'count' },
            { title: 'empty', unit: 'count' },
            { title: 'packets', unit: 'count' },
          ],
          rows: polls.map((p) => [
            p.device,
            p.by === 'busy' ? `reader (${p.comm})` : p.by,
            p.budget,
            p.polls,
            p.empty,
            p.packets,
          ]),
        },
      ],
    };
  },
};

type Polls = { comm: string; polls: number; empty: number; packets: number };

/** What polling cost, against what the wakeups of the same reader take where it slept. */
function makeCard(
  busy: readonly Polls[],
  netpoll: readonly Polls[],
  seen: ReturnType<typeof withArrivals>,
): Card | null {
  const polls = sumBy(busy, (p) => p.polls);
  if (polls === 0) {
    if (netpoll.length === 0) return null;
    const count = sumBy(netpoll, (p) => p.polls);
    return {
      role: 'note',
      title: 'netpoll takes packets from the device',
      sentence: `netpoll (netconsole, kgdboe) polled ${writeCount(count, 'time')} and took ${writeCount(
        sumBy(netpoll, (p) => p.packets),
        'packet',
      )}.`,
      n: count,
      unitOfN: 'polls',
      nextStep: 'Its polls compete with the softirq for the device: measure without it.',
    };
  }
  const packets = sumBy(busy, (p) => p.packets);
  const ns = sumBy(seen, ({ own }) => own.totals.busyPollNs);
  const receivers = listReceiverTids(seen.map(({ run }) => run));
  const threads = seen
    .flatMap(({ run }) => run.timeline.schedule?.threads ?? [])
    .filter(({ tid }) => receivers.has(tid));
  const wakeups = sumBy(threads, (t) => t.wakeLatencies);
  const wake =
    wakeups === 0
      ? ''
      : ` Where it slept, a wakeup took ${writeNs(sumBy(threads, (t) => t.wakeLatencyNs) / wakeups)} to run on average (${wakeups}).`;
  return {
    role: 'note',
    title: 'Busy polling: what it costs',
    sentence: `${writeCount(polls, 'poll')} by the reader, ${writePct((100 * sumBy(busy, (p) => p.empty)) / polls)} empty, took ${writeNs(ns)} of CPU time${packets > 0 ? `: ${writeNs(ns / packets)} for each of ${packets} packets found` : ' and found nothing'}.${wake}`,
    n: polls,
    unitOfN: 'polls',
    nextStep: 'Whether the latency gained is worth it takes the same load without SO_BUSY_POLL: record it and compare.',
  };
}
