import type { Run } from '../../model/capture.ts';
import { canTellQuantile } from '../../stats/index.ts';
import { measureCpus } from './cpus.ts';
import { isDropped } from './drop-reasons.ts';
import { type OwnArrivals, ofDevice, ofFlow, selectOwnArrivals, sumBy } from './own.ts';
import { measureStages, stageQuantile } from './stages.ts';

const MIB = 1048576;

/** A figure of a whole run about what arrived; NaN where its lines were not recorded. */
export interface ArrivalMetric {
  metric: string;
  unit: string;
  better: 'lower' | 'higher' | '';
  isTime: boolean;
  /** First kernel whose events can tell it; '' every one. */
  since: string;
  value(run: Run, own: OwnArrivals): number;
}

/** IPv6 with TCP and all its options, as netif_receive_skb counts them. */
const LONGEST_HEADERS = 40 + 60;

/** Payload and the skbs that brought it; NaN where no line tells. */
export interface Payload {
  bytes: number;
  skbs: number;
}

/**
 * Of the receiver's connections by tcp_probe. Without it what its calls returned, where that is what the devices brought but for
 * headers; else others received from them too (UDP, other programs), and nobody can say which skbs were whose.
 */
export function measurePayload(run: Run, own: OwnArrivals): Payload {
  const flows = ofFlow(own, own.totals.flows);
  const bytes = sumBy(flows, ({ payloadBytes }) => payloadBytes);
  if (bytes > 0) return { bytes, skbs: sumBy(flows, ({ segments }) => segments) };
  let returned = 0;
  for (let row = 0; row < run.calls.length; row++) returned += Math.max(0, run.calls.get('returnedBytes', row) || 0);
  const segments = ofDevice(own, own.totals.segments);
  const arrived = sumBy(segments, (segment) => segment.bytes);
  const skbs = sumBy(segments, (segment) => segment.received);
  const isAll = returned > 0 && returned <= arrived && returned >= arrived - skbs * LONGEST_HEADERS;
  return isAll ? { bytes: returned, skbs } : { bytes: Number.NaN, skbs: Number.NaN };
}

export const payloadOf = (run: Run, own: OwnArrivals): number => measurePayload(run, own).bytes;

const received = (own: OwnArrivals): number =>
  sumBy(ofDevice(own, own.totals.segments), (segment) => segment.received) || Number.NaN;
const netRxNs = ({ totals }: OwnArrivals): number =>
  sumBy(
    totals.softirqs.filter(({ vector }) => vector === 'NET_RX'),
    ({ ns }) => ns,
  ) || Number.NaN;
const ipisOf = ({ totals }: OwnArrivals): number =>
  sumBy(
    totals.ipis.filter(({ event }) => event.startsWith('ipi')),
    ({ count }) => count,
  ) || Number.NaN;
const perMiB = (value: number, run: Run, own: OwnArrivals): number => (value * MIB) / payloadOf(run, own);

const SEGMENTS_OF_PAYLOAD = 'segments received per MiB';
const SEGMENTS_AT_DEVICE = 'segments per MiB at the device';

/** A figure that says again, less exactly, what another one says: not shown beside it. */
export const STAND_INS: Readonly<Record<string, string>> = { [SEGMENTS_AT_DEVICE]: SEGMENTS_OF_PAYLOAD };

export const ARRIVAL_METRICS: readonly ArrivalMetric[] = [
  {
    metric: 'softirq time per MiB',
    unit: 'ns/MiB',
    better: 'lower',
    isTime: true,
    since: '2.6.31',
    value: (run, own) => perMiB(netRxNs(own), run, own),
  },
  {
    metric: 'softirq time per segment',
    unit: 'ns',
    better: 'lower',
    isTime: true,
    since: '2.6.37',
    value: (_, own) => netRxNs(own) / received(own),
  },
  {
    metric: SEGMENTS_OF_PAYLOAD,
    unit: '1/MiB',
    better: 'lower',
    isTime: false,
    since: '2.6.37',
    value: (run, own) => perMiB(received(own), run, own),
  },
  {
    // Bytes as netif_receive_skb counts them, headers included: known also where nobody can say which of them were payload.
    metric: SEGMENTS_AT_DEVICE,
    unit: '1/MiB',
    better: 'lower',
    isTime: false,
    since: '2.6.37',
    value: (_, own) => {
      const segments = ofDevice(own, own.totals.segments);
      return (MIB * sumBy(segments, (s) => s.received)) / sumBy(segments, (s) => s.bytes) || Number.NaN;
    },
  },
  {
    // Before GRO: the size of what the wire brought (MTU, a sender or device that merges).
    metric: 'skbs entered per MiB',
    unit: '1/MiB',
    better: 'lower',
    isTime: false,
    since: '3.14',
    value: (run, own) => perMiB(sumBy(ofDevice(own, own.totals.segments), (s) => s.entered) || Number.NaN, run, own),
  },
  {
    metric: 'smallest receive window',
    unit: 'bytes',
    better: 'higher',
    isTime: false,
    since: '4.16',
    value: (_, own) => {
      const windows = ofFlow(own, own.totals.flows).flatMap((f) => (f.windowMin === null ? [] : [f.windowMin]));
      return windows.length === 0 ? Number.NaN : Math.min(...windows);
    },
  },
  {
    metric: 'IPIs per MiB',
    unit: '1/MiB',
    better: 'lower',
    isTime: false,
    since: '6.4',
    value: (run, own) => perMiB(ipisOf(own), run, own),
  },
  {
    metric: 'drops per MiB',
    unit: '1/MiB',
    better: 'lower',
    isTime: false,
    since: '2.6.31',
    value: (run, { totals, ...own }) =>
      totals.drops.length === 0 || totals.drops.some((d) => d.isUnnamed)
        ? Number.NaN
        : perMiB(
            sumBy(
              totals.drops.filter((d) => !d.isFree && isDropped(d)),
              (d) => d.count,
            ),
            run,
            { totals, ...own },
          ),
  },
  ...([0.5, 0.99] as const).map(
    (p): ArrivalMetric => ({
      metric: `driver → copy p${Math.round(p * 100)}`,
      unit: 'ns',
      better: 'lower',
      isTime: true,
      since: '3.14',
      value: (run, own) => {
        const stages = measureStages(run, own);
        const n = stages.get('driver → copy')?.length ?? 0;
        return canTellQuantile(p, n) ? stageQuantile(stages, 'driver → copy', p) : Number.NaN;
      },
    }),
  ),
  {
    metric: 'segments copied on another CPU',
    unit: '%',
    better: 'lower',
    isTime: false,
    since: '6.7',
    value: (run, own) => {
      const cpus = measureCpus(run, own);
      return cpus === null ? Number.NaN : (100 * cpus.remote) / cpus.segments;
    },
  },
  {
    metric: 'polls made by readers (busy polling)',
    unit: '%',
    better: '',
    isTime: false,
    since: '4.10',
    value: (_, own) => {
      const polls = ofDevice(own, own.totals.polls);
      const all = sumBy(polls, (poll) => poll.polls);
      return all === 0
        ? Number.NaN
        : (100 *
            sumBy(
              polls.filter(({ by }) => by === 'busy'),
              (poll) => poll.polls,
            )) /
            all;
    },
  },
];

/** Every figure of a run, in the order of the list. */
export function measureArrivals(run: Run): number[] {
  const own = selectOwnArrivals(run);
  return ARRIVAL_METRICS.map((metric) => (own === null ? Number.NaN : metric.value(run, own)));
}
