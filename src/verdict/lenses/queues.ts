import { findBusiestDevice, writeDevice } from '../arrivals/device.ts';
import { ofDevice, ofFlow, sumBy } from '../arrivals/own.ts';
import { writeCount, writeNs, writePct } from '../words.ts';
import { type Card, groupSum, type Lens, makeFact, withArrivals, writeCpus, writeDelay } from './lens.ts';

/** One CPU is full when its softirqs leave it no room for a reader. */
const BUSY_PCT = 80;

/** What one CPU asks of another when RPS gives it packets (net/core/dev.c, net_rps_send_ipi). */
const RPS_HANDOVER = 'rps_trigger_softirq';

/** Which CPUs and queues do the receiving, and what is handed from CPU to CPU. */
export const queues: Lens = {
  id: 'receive-queues',
  title: 'Which CPUs receive',
  look(sights) {
    const seen = withArrivals(sights);
    const segments = groupSum(
      seen.flatMap(({ own }) => ofDevice(own, own.totals.segments)),
      (s) => `${s.device} ${s.cpu}`,
      (to, s) => {
        to.entered += s.entered;
        to.received += s.received;
        to.bytes += s.bytes;
      },
    ).sort((a, b) => b.received - a.received || a.cpu - b.cpu);
    const received = sumBy(segments, (s) => s.received);
    const flows = groupSum(
      seen.flatMap(({ own }) => ofFlow(own, own.totals.flows)),
      (f) => `${f.flow} ${f.cpu}`,
      (to, f) => {
        to.segments += f.segments;
        to.payloadBytes += f.payloadBytes;
      },
    );
    const softirqs = groupSum(
      seen.flatMap(({ own }) => own.totals.softirqs.filter(({ vector }) => vector === 'NET_RX')),
      (s) => `${s.cpu}`,
      (to, s) => {
        to.ns += s.ns;
        to.runs += s.runs;
        to.ksoftirqdNs += s.ksoftirqdNs;
        to.ksoftirqdRuns += s.ksoftirqdRuns;
      },
    ).sort((a, b) => b.ns - a.ns);
    if (received === 0 && softirqs.length === 0) return null;
    const span = sumBy(seen, ({ run }) => run.timeline.totals.spanNs);
    const cpus = segments.filter((s) => s.received > 0).map((s) => s.cpu);
    const perCpu = groupSum(
      segments,
      (s) => `${s.cpu}`,
      (to, s) => {
        to.received += s.received;
      },
    ).sort((a, b) => b.received - a.received);
    const devices = [...new Set(segments.map((s) => s.device).filter((d) => d !== ''))].join(', ');
    const sentences: string[] = [];
    if (received > 0)
      sentences.push(
        `${writeCount(received, 'segment')} of ${devices} ran protocol work on ${writeCpus(cpus)}: ${writePct((100 * perCpu[0].received) / received)} on CPU ${perCpu[0].cpu}${flows.length === 0 ? '' : `; ${writeCount(new Set(flows.map((f) => f.flow)).size, 'connection')} with payload`}.`,
      );
    if (softirqs.length > 0 && span > 0) {
      const pct = (100 * softirqs[0].ns) / span;
      const limit =
        pct >= BUSY_PCT
          ? 'that CPU is the limit; more queues (RSS) or RPS would spread the work'
          : 'that CPU is not filled by it';
      sentences.push(
        `NET_RX softirqs took ${writeNs(sumBy(softirqs, (s) => s.ns))} in ${writeCount(
          sumBy(softirqs, (s) => s.runs),
          'run',
        )}, most on CPU ${softirqs[0].cpu} (${writePct(pct)} of the recorded time): ${limit}.`,
      );
      const ksoftirqd = sumBy(softirqs, (s) => s.ksoftirqdRuns);
      if (ksoftirqd > 0)
        sentences.push(
          `${ksoftirqd} of these runs (${writeNs(sumBy(softirqs, (s) => s.ksoftirqdNs))}) were ksoftirqd’s: softirqs had to wait for the scheduler.`,
        );
    }
    const ipis = seen.flatMap(({ own }) => own.totals.ipis);
    sentences.push(...writeIpis(ipis));
    const handed = sumBy(
      ipis.filter((i) => i.function === RPS_HANDOVER),
      (i) => i.count,
    );
    const delay = seen.map(({ own }) => own.totals.raiseDelay).find((d) => d !== null);
    if (delay !== undefined && delay !== null)
      sentences.push(
        `From raise to run a NET_RX softirq waited ${writeDelay(delay, writeNs)}, at most ${writeNs(delay.maxNs)} (${delay.count} raises).`,
      );
    const fullPct = softirqs.length > 0 && span > 0 ? (100 * softirqs[0].ns) / span : 0;
    return {
      sentences,
      fact:
        received === 0
          ? null
          : makeFact(
              `received on CPU ${perCpu[0].cpu}`,
              (100 * perCpu[0].received) / received,
              '%',
              `of ${writeCount(received, 'segment')} of ${devices}${handed > 0 ? `; ${writeCount(handed, 'hand-over')} by interrupt (RPS)` : ''}`,
            ),
      card: fullPct >= BUSY_PCT ? makeCard(softirqs[0].cpu, fullPct, flows, findBusiestDevice(seen)) : null,
      tables: [
        {
          caption: 'Segments by device and CPU',
          columns: [
            { title: 'device', unit: '' },
            { title: 'CPU', unit: 'count' },
            { title: 'entered', unit: 'count' },
            { title: 'received', unit: 'count' },
            { title: 'bytes', unit: 'bytes' },
          ],
          rows: segments.map((s) => [s.device, s.cpu, s.entered, s.received, s.bytes]),
        },
        {
          caption: 'NET_RX softirqs by CPU',
          columns: [
            { title: 'CPU', unit: 'count' },
            { title: 'runs', unit: 'count' },
            { title: 'time', unit: 'ns' },
            { title: 'by ksoftirqd', unit: 'ns' },
          ],
          rows: softirqs.map((s) => [s.cpu, s.runs, s.ns, s.ksoftirqdNs]),
        },
      ].filter((table) => table.rows.length > 0),
    };
  },
};

/** What the interrupts between CPUs were for. */
function writeIpis(list: readonly { event: string; function: string; count: number }[]): string[] {
  const ipis = groupSum(
    list,
    (i) => `${i.event} ${i.function}`,
    (to, i) => {
      to.count += i.count;
    },
  ).sort((a, b) => b.count - a.count);
  const sent = ipis.filter(({ event }) => event !== 'csd_queue_cpu');
  const asked = ipis.filter(({ event }) => event === 'csd_queue_cpu');
  if (sent.length + asked.length === 0) return [];
  const resched = sumBy(
    sent.filter((i) => i.function === ''),
    (i) => i.count,
  );
  const parts = asked.map((i) => `${i.count} ${i.function}${i.function === RPS_HANDOVER ? ' (RPS)' : ''}`);
  return [
    `${writeCount(
      sumBy(sent, (i) => i.count),
      'interrupt',
    )} between CPUs were sent, ${resched} of them to reschedule${parts.length > 0 ? `; functions handed over: ${parts.join(', ')}` : ''}.`,
  ];
}

/** What spreading by connection can move: RSS and RPS keep a connection on one CPU. */
function makeCard(
  cpu: number,
  pct: number,
  flows: readonly { flow: string; segments: number }[],
  device: string,
): Card {
  const byFlow = groupSum(
    flows,
    (f) => f.flow,
    (to, f) => {
      to.segments += f.segments;
    },
  ).sort((a, b) => b.segments - a.segments);
  const all = sumBy(byFlow, (f) => f.segments);
  const spread =
    byFlow.length === 0
      ? ''
      : byFlow.length === 1
        ? ' There is one connection: RSS and RPS cannot split it, GRO or a larger MTU make its work smaller.'
        : ` Spread over CPUs by connection, ${writePct((100 * byFlow[0].segments) / all)} of the segments stay together, the share of the busiest of ${byFlow.length}.`;
  return {
    role: 'problem',
    title: 'One CPU is full of receive work',
    sentence: `NET_RX softirqs fill ${writePct(pct)} of CPU ${cpu}.${spread}`,
    n: all,
    unitOfN: 'segments',
    nextStep:
      byFlow.length === 1
        ? `Turn GRO on (${writeDevice(device, (name) => `ethtool -K ${name} gro on`)}), raise the MTU, move the reader to another CPU.`
        : 'Use more receive queues (ethtool -L) or RPS (rps_cpus).',
  };
}
