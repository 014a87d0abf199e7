import type { Run } from '../../model/capture.ts';
import { findBusiestDevice, writeDevice } from '../arrivals/device.ts';
import { sumBy } from '../arrivals/own.ts';
import { writeCount, writeNumber, writePct } from '../words.ts';
import { type Card, type Lens, withArrivals, writeCpus } from './lens.ts';
import { measureElapsed } from './snapshot-span.ts';

const COLUMNS = ['processed', 'dropped', 'time_squeeze', 'received_rps', 'flow_limit'] as const;
type Column = (typeof COLUMNS)[number];
type CpuRow = { cpu: number } & Record<Column, number>;
/** The counters are unsigned ints (struct softnet_data): they begin again at 0. */
const WRAP = 2 ** 32;
/** All other CPUs together do less than a tenth: spreading is not at work. */
const ONE_CPU_SHARE = 0.9;

/** /proc/net/softnet_stat: what each CPU handled below the protocols, where its budget ran out, what its backlog refused. */
export const softnet: Lens = {
  id: 'softnet',
  title: 'Packets by CPU (softnet_stat)',
  look(sights) {
    const runs = sights.map(({ run }) => run);
    const moved = runs.flatMap((run) => readRows(run, 'delta'));
    const isDelta = moved.length > 0;
    const rows = addUp(isDelta ? moved : runs.flatMap((run) => readRows(run, 'value')));
    const total = sumBy(rows, (row) => row.processed);
    if (rows.length === 0) return null;
    const seconds = isDelta ? measureElapsed(runs) : null;
    const when = isDelta ? 'between the two snapshots' : 'since boot';
    const rate = (count: number): string =>
      seconds === null ? '' : ` (${writeNumber(count / seconds.value)} a second${seconds.source})`;
    const most = [...rows].sort((a, b) => b.processed - a.processed || a.cpu - b.cpu)[0];
    const share = most.processed / total;
    const sentences: string[] = [];
    if (total === 0) sentences.push(`No CPU processed a packet ${when}.`);
    else if (rows.length > 1)
      sentences.push(
        `CPU ${most.cpu} handled ${writePct(100 * share, 1)} of the ${writeCount(total, 'packet')}${rate(total)} that ${rows.length} CPUs processed ${when}.`,
      );
    else sentences.push(`${writeCount(total, 'packet')}${rate(total)} were processed ${when}, all on CPU ${most.cpu}.`);
    const rps = sumBy(rows, (row) => row.received_rps);
    const isPressed = rows.some((row) => row.dropped > 0 || row.time_squeeze > 0);
    if (rows.length > 1 && share >= ONE_CPU_SHARE && isPressed)
      sentences.push(
        `One CPU does the receive work: spread it with more queues (ethtool -L, RSS) or RPS (${writeDevice(findBusiestDevice(withArrivals(sights)), (device) => `/sys/class/net/${device}/queues/rx-*/rps_cpus`)})${rps === 0 ? '; RPS handed over nothing' : ''}.`,
      );
    if (rps > 0)
      sentences.push(
        `RPS handed work over ${writeCount(rps, 'time')}: to ${writeCpus(rows.filter((r) => r.received_rps > 0).map((r) => r.cpu))}.`,
      );
    sentences.push(...writeLosses(rows, rate));
    if (!isDelta)
      sentences.push('One snapshot gives no rate: take a second one afterwards, both in one folder or one text.');
    const shown = COLUMNS.filter((name) => rows.some((row) => !Number.isNaN(row[name])));
    return {
      sentences,
      card: isPressed ? makeCard(rows, when) : null,
      tables: [
        {
          caption: `softnet_stat ${when}`,
          columns: [
            { title: 'CPU', unit: '' },
            { title: 'share', unit: '%' },
            ...shown.map((title) => ({ title, unit: 'count' })),
          ],
          rows: rows.map((row) => [
            `CPU ${row.cpu}`,
            total === 0 ? null : (100 * row.processed) / total,
            ...shown.map((name) => row[name]),
          ]),
        },
      ],
    };
  },
};

function makeCard(rows: readonly CpuRow[], when: string): Card {
  const dropped = sumBy(rows, (row) => row.dropped);
  const squeezed = sumBy(rows, (row) => row.time_squeeze);
  const worst = (name: Column): string => {
    const most = [...rows].sort((a, b) => b[name] - a[name] || a.cpu - b.cpu)[0];
    return most[name] > 0 ? ` (most on CPU ${most.cpu})` : '';
  };
  return {
    role: 'problem',
    title: 'Receive work did not fit on its CPU',
    sentence: `${writeCount(dropped, 'packet')} dropped at a backlog${worst('dropped')} and ${writeCount(squeezed, 'softirq')} out of budget${worst('time_squeeze')} ${when}.`,
    n: dropped + squeezed,
    unitOfN: 'times',
    nextStep:
      dropped > 0
        ? 'Raise net.core.netdev_max_backlog, spread the work (RSS, RPS).'
        : 'Spread the work (RSS, RPS) or raise net.core.netdev_budget and netdev_budget_usecs.',
  };
}

function writeLosses(rows: readonly CpuRow[], rate: (count: number) => string): string[] {
  const list = (name: Column): { cpu: number; count: number }[] =>
    rows
      .map((row) => ({ cpu: row.cpu, count: row[name] }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count || a.cpu - b.cpu);
  const out: string[] = [];
  const squeezed = list('time_squeeze');
  if (squeezed.length > 0)
    out.push(
      `A NET_RX softirq stopped with work left (time_squeeze) ${squeezed.map(({ cpu, count }) => `${writeCount(count, 'time')} on CPU ${cpu}${rate(count)}`).join(', ')}: its budget or its time was used up (net.core.netdev_budget, net.core.netdev_budget_usecs).`,
    );
  const dropped = list('dropped');
  if (dropped.length > 0)
    out.push(
      `${dropped.map(({ cpu, count }) => `${writeCount(count, 'packet')} ${count === 1 ? 'was' : 'were'} dropped at the backlog of CPU ${cpu}${rate(count)}`).join(', ')}: it was full (net.core.netdev_max_backlog).`,
    );
  const limited = list('flow_limit');
  if (limited.length > 0)
    out.push(
      `The flow limit refused ${limited.map(({ cpu, count }) => `${writeCount(count, 'packet')} on CPU ${cpu}`).join(', ')} (net.core.flow_limit_cpu_bitmap).`,
    );
  if (squeezed.length + dropped.length === 0) out.push('No softirq ran out of budget and no backlog dropped a packet.');
  return out;
}

function readRows(run: Run, how: 'delta' | 'value'): CpuRow[] {
  const byCpu = new Map<number, CpuRow>();
  const values = new Map<string, { before?: number; after?: number; any?: number }>();
  for (const { key, value, moment } of run.facts) {
    if (!key.startsWith('softnet.') || Number.isNaN(value)) continue;
    const entry = values.get(key) ?? {};
    entry[moment === '' ? 'any' : moment] = value;
    values.set(key, entry);
  }
  for (const [key, { before, after, any }] of values) {
    const match = /^softnet\.cpu(\d+)\.(\w+)$/.exec(key);
    if (match === null) continue;
    const value =
      how === 'value'
        ? (after ?? any ?? before)
        : before === undefined || after === undefined
          ? undefined
          : after - before;
    if (value === undefined) continue;
    const cpu = Number(match[1]);
    const row = byCpu.get(cpu) ?? blankRow(cpu);
    row[match[2] as Column] = value < 0 ? value + WRAP : value;
    byCpu.set(cpu, row);
  }
  return [...byCpu.values()];
}

function addUp(rows: readonly CpuRow[]): CpuRow[] {
  const byCpu = new Map<number, CpuRow>();
  for (const row of rows) {
    const sum = byCpu.get(row.cpu);
    if (sum === undefined) byCpu.set(row.cpu, { ...row });
    else for (const name of COLUMNS) sum[name] += row[name];
  }
  return [...byCpu.values()].sort((a, b) => a.cpu - b.cpu);
}

const blankRow = (cpu: number): CpuRow => ({
  cpu,
  processed: Number.NaN,
  dropped: Number.NaN,
  time_squeeze: Number.NaN,
  received_rps: Number.NaN,
  flow_limit: Number.NaN,
});
