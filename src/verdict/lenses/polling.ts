import { ofDevice, sumBy } from '../arrivals/own.ts';
import { writeCount, writeNs, writePct } from '../words.ts';
import { groupSum, type Lens, withArrivals } from './lens.ts';

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
        `Busy polling: ${writeCount(count, 'poll')} by ${who} itself, ${empty} of them empty (${writePct((100 * empty) / count)}), ${writeCount(packets, 'packet')} found; ${writeNs(ns)} of CPU time were spent between successive polls${packets > 0 ? `, ${writeNs(ns / packets)} per packet found` : ''}. Whether the latency gained is worth it takes the same load without SO_BUSY_POLL: compare the two.`,
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
