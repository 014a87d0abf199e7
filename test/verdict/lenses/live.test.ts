import { describe, expect, it } from 'vitest';
import type { LensReport } from '../../../src/model/analysis/index.ts';
import { measureCpus } from '../../../src/verdict/arrivals/cpus.ts';
import { selectOwnArrivals } from '../../../src/verdict/arrivals/own.ts';
import { scopeRuns } from '../../../src/verdict/scope/choose.ts';
import { judgeFixture, loadFixture, rowsOf } from './support.ts';

/**
 * What is true of each recording, counted over its text: skbs by `grep` of dev=lvrx and len=, polls by budget and work,
 * drops by reason, arrivals by CPU column. Times from netif_rx_entry to the copy of rxbench, joined on skbaddr.
 */
const lensesOf = async (name: string): Promise<LensReport[]> =>
  (await judgeFixture(`${name}/perf.txt.gz`)).lenses ?? [];

describe('live recordings: the fact of each stands in its report', () => {
  it('split headers: payload in fragments, headers linear', async () => {
    const rows = rowsOf(await lensesOf('split-headers'), 'split-headers');
    expect(rows).toContainEqual(['lvrx', 1500, 1448, 1, 2600]);
    expect(rows).toContainEqual(['lvrx', 1500, 1448, 2, 112]);
    expect(rows).toContainEqual(['lvrx', 428, 376, 1, 6]);
    // Four more sizes of one skb each: 2,722 with payload.
    expect(
      rows.filter(([, , inFragments]) => Number(inFragments) > 0).reduce((sum, row) => sum + Number(row[4]), 0),
    ).toBe(2722);
    expect(rowsOf(await lensesOf('split-headers-tso'), 'split-headers')).toContainEqual(['lvrx', 65212, 65160, 3, 46]);
  });

  it('RPS to one CPU: segments there, each hand-over an interrupt', async () => {
    const { timeline } = await loadFixture('flows-ipi/perf.txt.gz');
    const { segments, ipis } = timeline.arrivals!;
    expect(segments.filter((s) => s.device === 'lvrx' && s.received > 0).map((s) => [s.cpu, s.received])).toEqual([
      [1, 73],
    ]);
    const count = (event: string, fn?: string): number =>
      ipis.filter((i) => i.event === event && (fn ?? i.function) === i.function).reduce((sum, i) => sum + i.count, 0);
    expect(count('ipi_send_cpu')).toBe(103);
    expect(count('csd_queue_cpu')).toBe(37);
    expect(count('csd_queue_cpu', 'rps_trigger_softirq')).toBe(33);
  });

  it('driver to copy: the 180 copies of the reader, whose p99 is 11.7 ms', async () => {
    const rows = rowsOf(await lensesOf('rx-latency'), 'rx-latency');
    const [, segments, p50, p99, , largest] = rows.find(([stage]) => stage === 'driver → copy')!;
    expect(segments).toBe(180);
    expect(p50).toBeCloseTo(67_000, -3);
    expect(Math.abs(Number(p99) / 11_721_631 - 1)).toBeLessThan(0.01);
    // A join on skbaddr alone adds two copies of other programs from reused addresses: 182, p99 35.7 ms, which is the largest.
    expect(largest).toBe(35_689_396);
  });

  it('busy polling: budget 8 is the reader’s, 64 the softirq’s', async () => {
    const busy = rowsOf(await lensesOf('busy-poll'), 'polling');
    expect(busy).toEqual([
      ['lvrx', 'reader (rxbench)', 8, 19866, 19695, 171],
      ['lvrx', 'softirq', 64, 14, 0, 14],
    ]);
    const off = rowsOf(await lensesOf('busy-poll-off'), 'polling');
    expect(off.map(([, by, budget, polls]) => [by, budget, polls])).toEqual([['softirq', 64, 185]]);
  });

  it('arrival CPU and copy CPU', async () => {
    const same = await lensesOf('incoming-cpu-same');
    expect(rowsOf(same, 'receive-queues').map(([device, cpu, , received]) => [device, cpu, received])).toEqual([
      ['lvrx', 0, 247],
    ]);
    expect(rowsOf(same, 'incoming-cpu')).toEqual([[0, 0, 243]]);
    const other = await lensesOf('incoming-cpu-other');
    expect(rowsOf(other, 'receive-queues').map(([, cpu, , received]) => [cpu, received])).toEqual([
      [0, 237],
      [1, 9],
    ]);
    expect(rowsOf(other, 'incoming-cpu')[0]).toEqual([0, 1, 232]);
  });

  it('drops by reason; refused queues, retransmissions and resets', async () => {
    const udp = await judgeFixture('drops-rcvbuf-udp/perf.txt.gz');
    expect(rowsOf(udp.lenses!, 'drops')[0].slice(0, 3)).toEqual(['SOCKET_RCVBUFF', 'udp_queue_rcv_one_skb', 1191]);
    expect(rowsOf(udp.lenses!, 'drops', 1).reduce((sum, row) => sum + Number(row[2]), 0)).toBe(1191);
    expect(udp.headline.sentence).toContain('1,191');
    const tcp = await loadFixture('drops-tcp/perf.txt.gz');
    const { drops, trouble } = tcp.timeline.arrivals!;
    const dropped = (reason: string): number =>
      drops.filter((d) => d.reason === reason && !d.isFree).reduce((sum, d) => sum + d.count, 0);
    expect([dropped('NO_SOCKET'), dropped('TCP_OLD_DATA')]).toEqual([93, 22]);
    expect(trouble.map(({ event, count }) => [event, count])).toContainEqual(['tcp_retransmit_skb', 22]);
    expect(trouble.map(({ event, count }) => [event, count])).toContainEqual(['tcp_receive_reset', 92]);
  });

  it('without tcp_probe a segment is its receiver’s by the call that copied it', async () => {
    const whole = scopeRuns([await loadFixture('incoming-cpu-other/perf.txt.gz')], undefined).runs[0];
    const copied = measureCpus(whole)!;
    const flows = whole.arrivals!.column('flow');
    for (let row = 0; row < whole.arrivals!.length; row++) flows.set(row, -1);
    const own = selectOwnArrivals(whole)!;
    expect(own.ends.size).toBeGreaterThan(0);
    expect(own.rows.length).toBeGreaterThan(100);
    expect([...own.devices]).toEqual(['lvrx']);
    // Those that its calls copied, none more.
    expect(measureCpus(whole, own)).toMatchObject({ segments: own.rows.length });
    expect(own.rows.length).toBeLessThanOrEqual(copied.segments);
  });
});
