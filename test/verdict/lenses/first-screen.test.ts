import { describe, expect, it } from 'vitest';
import { makeFirstScreen } from '../../../reports/first-screen.ts';
import type { Analysis } from '../../../src/model/analysis/index.ts';
import { CallTable } from '../../../src/model/calls.ts';
import type { Run } from '../../../src/model/capture.ts';
import { StringTable } from '../../../src/model/string-table.ts';
import { judgeRuns } from '../../../src/verdict/index.ts';
import { addCall, makeRun } from '../make-run.ts';
import { judgeFixture, loadFixture } from './support.ts';

const factOf = ({ answer }: Analysis, label: string): [number | null, string] | null => {
  const fact = answer?.facts.find((f) => f.label === label);
  return fact === undefined ? null : [fact.effect.estimate, fact.note];
};
const numbersOf = (note: string): string[] => note.match(/\d[\d,.]*\d|\d/g) ?? [];

describe('what arrived stands on the first screen, as a number', () => {
  it('split headers, GRO, arrival CPU, latency', async () => {
    const split = await judgeFixture('split-headers/perf.txt.gz');
    const [apart, shape] = factOf(split, 'headers and payload apart')!;
    expect(apart).toBe(100);
    // 2,600 in one fragment and 112 in two.
    expect(numbersOf(shape)).toEqual(['2,722', '2,712', '1,500', '1,448']);
    const [perSkb, made] = factOf(split, 'payload per skb')!;
    // tcp_probe of the connection: 78 lines with payload, 3,932,160 bytes; three more skbs of the device brought none.
    expect(perSkb).toBeCloseTo(3_932_160 / 78, 6);
    expect(numbersOf(made)).toEqual(['78', '81', '2,725', '33.6']);
    const flows = await judgeFixture('flows-ipi/perf.txt.gz');
    expect(factOf(flows, 'received on CPU 1')?.[0]).toBe(100);
    expect(numbersOf(factOf(flows, 'received on CPU 1')![1])).toEqual(['73', '33']);
    // netif_rx_entry hands over to the backlog of a CPU: no GRO there.
    expect(flows.lenses!.find(({ id }) => id === 'gro')!.sentences.join()).not.toContain('GRO merged');
    const latency = await judgeFixture('rx-latency/perf.txt.gz');
    expect(factOf(latency, 'driver → copy')![0]! / 66_992).toBeCloseTo(1, 2);
    const other = await judgeFixture('incoming-cpu-other/perf.txt.gz');
    expect(factOf(other, 'copied on another CPU')![0]).toBeCloseTo((100 * 232) / 242, 5);
  });

  it('busy polls: how many, how many for nothing', async () => {
    const [polls, note] = factOf(await judgeFixture('busy-poll/perf.txt.gz'), 'busy polls')!;
    expect([polls, ...numbersOf(note)]).toEqual([19_866, '19,695', '171']);
    expect(factOf(await judgeFixture('busy-poll-off/perf.txt.gz'), 'busy polls')).toBeNull();
  });

  it('drops by reason; no cause where nothing was lost', async () => {
    const tcp = await judgeFixture('drops-tcp/perf.txt.gz');
    const [dropped, note] = factOf(tcp, 'packets dropped')!;
    // 93 NO_SOCKET and 2 NOT_SPECIFIED of 117: 22 TCP_OLD_DATA had arrived before.
    expect(dropped).toBe(95);
    expect(numbersOf(note)[0]).toEqual('93');
    expect(note).toContain('22 duplicates (TCP_OLD_DATA)');
    expect(note).toContain('tcp_v4_rcv');
    expect(tcp.answer?.why.join()).not.toContain('dropped');
  });
});

describe('payload per skb', () => {
  /** 100 skbs of 1,500 bytes with headers came in on one device. */
  const judgeReturned = async (bytes: number): Promise<Analysis> => {
    const { timeline } = await loadFixture('drops-rcvbuf-udp/perf.txt.gz');
    const table = new CallTable(new StringTable());
    for (let i = 0; i < 40; i++) addCall(table, 1000 + i * 10_000, { mechanism: 'plain-copy', bytes: bytes / 40 });
    const arrivals = {
      ...timeline.arrivals!,
      flows: [],
      segments: [{ device: 'eth0', cpu: 0, entered: 100, received: 100, bytes: 150_000 }],
    };
    const run = makeRun('without tcp_probe', { calls: table });
    return judgeRuns([{ ...run, timeline: { ...run.timeline, arrivals } }], { tool: 'test' });
  };

  it('without tcp_probe only where the calls returned what the device brought but for headers', async () => {
    expect(factOf(await judgeReturned(144_800), 'payload per skb')?.[0]).toBe(1448);
    // Datagrams and other programs' segments are among them.
    expect(factOf(await judgeReturned(8000), 'payload per skb')).toBeNull();
    expect(factOf(await judgeReturned(160_000), 'payload per skb')).toBeNull();
  });
});

describe('delayed ACKs', () => {
  it('head a report whose calls waited longer for them than for everything else', async () => {
    const { headline, answer, findings } = await judgeFixture('delayed-ack/perf.txt.gz');
    expect(numbersOf(headline.sentence)).toEqual(['16', '43', '43.5']);
    expect(answer!.actions[0].text).toContain('TCP_NODELAY');
    expect(findings.find(({ id }) => id === 'delayed-ack')!.reasons.join()).not.toContain('prequeue');
    // Their copies come out of skbs that no device received: unix sockets.
    expect(findings.map(({ id }) => id)).not.toContain('unrecorded-receiver');
  });
});

describe('losses beside the calls', () => {
  const withCalls = async (calls: number): Promise<Run> => {
    const { timeline } = await loadFixture('drops-rcvbuf-udp/perf.txt.gz');
    const table = new CallTable(new StringTable());
    for (let i = 0; i < calls; i++) addCall(table, 1000 + i * 10_000, { mechanism: 'plain-copy', bytes: 4096 });
    const run = makeRun('lossy', { calls: table });
    return { ...run, timeline: { ...run.timeline, arrivals: timeline.arrivals } };
  };

  it('head the report where the calls are too few to judge', async () => {
    const analysis = judgeRuns([await withCalls(4)], { tool: 'test' });
    expect(numbersOf(analysis.headline.sentence)[0]).toBe('1,191');
    expect(makeFirstScreen(analysis).facts.map(({ label }) => label)).toContain('packets dropped');
  });

  it('are the first reason and the first thing to do where there are enough', async () => {
    const { headline, answer } = judgeRuns([await withCalls(40)], { tool: 'test' });
    expect(headline.sentence).not.toContain('1,191');
    expect(numbersOf(answer!.why[0])[0]).toBe('1,191');
    expect(answer!.actions[0].text).toContain('SO_RCVBUF');
  });

  it('data that nobody read when the socket was closed is no loss', async () => {
    const run = await withCalls(40);
    const drops = run.timeline.arrivals!.drops.map((d) => ({
      ...d,
      reason: 'QUEUE_PURGE',
      place: 'sk_stream_kill_queues',
    }));
    const { answer } = judgeRuns(
      [{ ...run, timeline: { ...run.timeline, arrivals: { ...run.timeline.arrivals!, drops } } }],
      { tool: 'test' },
    );
    expect(answer!.why.join()).not.toContain('1,191');
    const dropped = answer!.facts.find(({ label }) => label === 'packets dropped');
    expect([dropped?.effect.estimate, ...numbersOf(dropped?.note ?? '')]).toEqual([0, '1,191', '1,588']);
  });
});
