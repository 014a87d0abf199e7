import { describe, expect, it } from 'vitest';
import type { LensReport } from '../../../src/model/analysis/index.ts';
import { ArrivalTable, blankArrival } from '../../../src/model/arrivals/table.ts';
import type { ArrivalTotals } from '../../../src/model/arrivals/totals.ts';
import { CallTable } from '../../../src/model/calls.ts';
import type { Fact } from '../../../src/model/environment.ts';
import { StringTable } from '../../../src/model/string-table.ts';
import { ARRIVAL_METRICS, measureArrivals } from '../../../src/verdict/arrivals/metrics.ts';
import { compareRuns, judgeRuns } from '../../../src/verdict/index.ts';
import { lookThroughLenses } from '../../../src/verdict/lenses/index.ts';
import { emptyNotes, makeRun } from '../make-run.ts';

const SERVER = '10.0.0.1:5201 10.0.0.2:40000';
const OTHER = '10.0.0.9:80 10.0.0.2:50000';

function totalsOf(parts: Partial<ArrivalTotals> = {}): ArrivalTotals {
  return {
    segments: [
      { device: 'eth0', cpu: 0, entered: 300, received: 100, bytes: 1_100_000 },
      { device: 'lo', cpu: 1, entered: 7, received: 7, bytes: 700 },
    ],
    queues: [],
    flows: [
      { flow: SERVER, sock: 'a', cpu: 0, segments: 100, payloadBytes: 1_048_576, windowMin: 1448, windowMax: 9000 },
      { flow: OTHER, sock: 'b', cpu: 1, segments: 9, payloadBytes: 99_999, windowMin: 10, windowMax: 10 },
    ],
    shapes: [
      { device: 'eth0', lenBytes: 1500, dataLenBytes: 1448, fragments: 1, count: 90 },
      { device: 'eth0', lenBytes: 1500, dataLenBytes: 0, fragments: 0, count: 10 },
      { device: 'eth0', lenBytes: 52, dataLenBytes: 0, fragments: 0, count: 200 },
    ],
    polls: [
      { device: 'eth0', by: 'busy', budget: 8, comm: 'rx', polls: 40, empty: 30, packets: 10 },
      { device: 'eth0', by: 'softirq', budget: 64, comm: '', polls: 10, empty: 0, packets: 90 },
    ],
    busyPollNs: 5000,
    drops: [
      {
        reason: 'SOCKET_RCVBUFF',
        place: 'udp_queue_rcv_one_skb',
        count: 5,
        firstNs: 1,
        lastNs: 2,
        firstLine: 9,
        isFree: false,
      },
      {
        reason: 'NOT_SPECIFIED',
        place: 'tcp_recvmsg_locked',
        count: 8,
        firstNs: 1,
        lastNs: 2,
        firstLine: 3,
        isFree: true,
      },
    ],
    refused: [{ event: 'udp_fail_queue_rcv_skb', flow: '10.0.0.1:9', count: 5, firstLine: 8 }],
    trouble: [],
    softirqs: [{ cpu: 0, vector: 'NET_RX', runs: 50, ns: 200_000, ksoftirqdRuns: 0, ksoftirqdNs: 0 }],
    deviceNs: [],
    irqs: [],
    raiseDelay: null,
    ipis: [
      { event: 'csd_queue_cpu', function: 'rps_trigger_softirq', count: 3 },
      { event: 'ipi_send_cpu', function: '', count: 4 },
    ],
    rows: { seen: 100, kept: 100 },
    ...parts,
  };
}

function runOf(totals: ArrivalTotals, withCall = true, facts: Fact[] = []) {
  const strings = new StringTable();
  const calls = new CallTable(strings);
  const flow = strings.intern(SERVER);
  if (withCall)
    calls.addRow({
      file: 0,
      tid: 1,
      protocol: 1,
      flow,
      startNs: 0,
      endNs: 9000,
      durationNs: 9000,
      returnedBytes: 1_048_576,
    });
  const arrivals = new ArrivalTable(strings);
  const times = [1000, 2000, 3000, 4000, 5000];
  for (const ns of times)
    arrivals.addRow({
      ...blankArrival(),
      device: strings.intern('eth0'),
      flow,
      entryNs: 0,
      receiveNs: 100,
      socketNs: 200,
      copyNs: ns,
      payloadBytes: 1448,
      receiveCpu: 0,
      socketCpu: 0,
      copyCpu: ns > 2000 ? 1 : 0,
      call: 0,
    });
  const timeline = { ...emptyNotes(), arrivals: totals };
  return makeRun('a', { calls, arrivals, timeline, facts });
}

const tableOf = (lenses: readonly LensReport[], id: string) => lenses.find((lens) => lens.id === id)?.tables[0].rows;
const figureOf = (run: ReturnType<typeof runOf>, metric: string): number =>
  measureArrivals(run)[ARRIVAL_METRICS.findIndex((m) => m.metric === metric)];

describe('lenses', () => {
  it('see the judged receiver’s device and connections only', () => {
    const lenses = lookThroughLenses([runOf(totalsOf())]);
    expect(tableOf(lenses, 'receive-queues')).toEqual([['eth0', 0, 300, 100, 1_100_000]]);
    expect(tableOf(lenses, 'window')).toEqual([[SERVER, 100, 1_048_576, 1448, 9000]]);
    expect(tableOf(lenses, 'split-headers')?.[0]).toEqual(['eth0', 52, 0, 0, 200]);
    expect(tableOf(lenses, 'incoming-cpu')).toEqual([
      [0, 1, 3],
      [0, 0, 2],
    ]);
    expect(
      tableOf(lenses, 'rx-latency')
        ?.find(([stage]) => stage === 'driver → copy')
        ?.slice(1, 3),
    ).toEqual([5, 3000]);
    expect(tableOf(lenses, 'polling')?.[0]).toEqual(['eth0', 'reader (rx)', 8, 40, 30, 10]);
  });

  it('count no drop where a reader frees what it has read', () => {
    const [drops] = lookThroughLenses([runOf(totalsOf())]);
    expect(drops.id).toBe('drops');
    expect(drops.tables[0].rows.map((row) => [row[0], row[2], row[4]])).toEqual([
      ['NOT_SPECIFIED', 8, 'after use, no drop'],
      ['SOCKET_RCVBUFF', 5, ''],
    ]);
    expect(figureOf(runOf(totalsOf()), 'drops per MiB')).toBe(5);
  });

  it('give one figure a run, unknown where nothing was recorded', () => {
    const run = runOf(totalsOf());
    expect(figureOf(run, 'softirq time per MiB')).toBe(200_000);
    expect(figureOf(run, 'softirq time per segment')).toBe(2000);
    expect(figureOf(run, 'segments received per MiB')).toBe(100);
    expect(figureOf(run, 'IPIs per MiB')).toBe(4);
    expect(figureOf(run, 'skbs entered per MiB')).toBe(300);
    // Of the receiver's connection, not of the other one.
    expect(figureOf(run, 'smallest receive window')).toBe(1448);
    expect(figureOf(run, 'driver → copy p50')).toBe(3000);
    expect(figureOf(run, 'segments copied on another CPU')).toBe(60);
    expect(figureOf(run, 'polls made by readers (busy polling)')).toBe(80);
    expect(figureOf(runOf(totalsOf({ drops: [], softirqs: [] })), 'drops per MiB')).toBeNaN();
    expect(figureOf(runOf(totalsOf({ drops: [], softirqs: [] })), 'softirq time per MiB')).toBeNaN();
  });

  it('stand in a comparison as rows of whole runs', () => {
    const more = totalsOf({ segments: [{ device: 'eth0', cpu: 0, entered: 300, received: 3600, bytes: 1_100_000 }] });
    const { comparison } = compareRuns([runOf(totalsOf())], [runOf(more)], { tool: 'test' });
    const row = comparison?.rows.find(({ metric }) => metric === 'segments received per MiB');
    expect([row?.before, row?.after]).toEqual([100, 3600]);
  });

  it('head a capture without receive calls, and answer counters of two snapshots', () => {
    const analysis = judgeRuns([runOf(totalsOf(), false)], { tool: 'test' });
    expect(analysis.lenses?.map(({ id }) => id)).toContain('receive-queues');
    expect(analysis.headline.sentence).toContain('5 SOCKET_RCVBUFF');
    const fact = (moment: Fact['moment'], value: number): Fact => ({
      domain: 'netstat',
      key: 'Udp.RcvbufErrors',
      text: String(value),
      value,
      unit: '',
      moment,
      file: 'snmp.txt',
      line: 1,
      record: '',
    });
    const side = makeRun('b', { facts: [fact('before', 8032), fact('after', 9223)] });
    expect(tableOf(lookThroughLenses([side]), 'counters')).toEqual([['Udp.RcvbufErrors', 8032, 9223, 1191]]);
  });
});
