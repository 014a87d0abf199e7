import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRun } from '../../../src/cli/pipeline.ts';

const TUPLE = 'family=AF_INET src=10.0.0.1:5201 dest=10.0.0.2:40000 mark=0';
const probe = (skb: string, bytes: number, window = 65160): string =>
  `tcp_probe: ${TUPLE} data_len=${bytes} snd_nxt=0x1 snd_una=0x1 snd_cwnd=10 ssthresh=7 snd_wnd=9 srtt=87 rcv_wnd=${window} sock_cookie=1 skbaddr=${skb} skaddr=ffff888102eab780`;
const entry = (skb: string, len: number, dataLen: number, frags: number): string =>
  `netif_rx_entry: dev=eth0 napi_id=0x2001 queue_mapping=3 skbaddr=${skb} vlan_tagged=0 vlan_proto=0x0000 vlan_tci=0x0000 protocol=0x0800 ip_summed=3 hash=0xaf0e9efd l4_hash=1 len=${len} data_len=${dataLen} truesize=832 mac_header_valid=1 mac_header=-14 nr_frags=${frags} gso_size=0 gso_type=0x1`;
const A = 'ffff888108210c00';
const B = 'ffff888108210d00';
const C = 'ffff888108210e00';

/** CPU, microseconds after 10 s, task, event. */
type Line = [number, number, string, string];
const LINES: Line[] = [
  [0, 10, '<idle>-0', 'softirq_raise: vec=3 [action=NET_RX]'],
  [0, 15, '<idle>-0', 'softirq_entry: vec=3 [action=NET_RX]'],
  [0, 20, '<idle>-0', entry(A, 1500, 1448, 1)],
  [0, 21, '<idle>-0', `netif_receive_skb: dev=eth0 skbaddr=${A} len=1500`],
  [0, 24, '<idle>-0', probe(A, 1448)],
  [0, 25, '<idle>-0', `netif_receive_skb: dev=eth0 skbaddr=${B} len=1500`],
  [0, 26, '<idle>-0', probe(B, 1448, 32000)],
  [0, 30, '<idle>-0', 'napi_poll: napi poll on napi struct ffff888627d2d408 for device eth0 work 2 budget 64'],
  [0, 35, '<idle>-0', 'softirq_exit: vec=3 [action=NET_RX]'],
  [1, 40, 'rx-7', 'sys_recvfrom(fd: 3, ubuf: 7f, size: 10000, flags: 0, addr: 0, addr_len: 0)'],
  // B was appended to A: its own address never reaches a copy.
  [1, 41, 'rx-7', `skb_copy_datagram_iovec: skbaddr=${A} len=2896`],
  [
    1,
    44,
    'rx-7',
    'tcp_rcv_space_adjust: family=AF_INET sport=5201 dport=40000 saddr=10.0.0.1 daddr=10.0.0.2 saddrv6=::ffff:10.0.0.1 daddrv6=::ffff:10.0.0.2 sock_cookie=1',
  ],
  [1, 45, 'rx-7', 'sys_recvfrom -> 0xb50'],
  [1, 50, 'rx-7', 'napi_poll: napi poll on napi struct ffff888627d2d408 for device eth0 work 0 budget 8'],
  [1, 60, 'rx-7', 'napi_poll: napi poll on napi struct ffff888627d2d408 for device eth0 work 1 budget 8'],
  [0, 70, 'ksoftirqd/0-9', 'softirq_entry: vec=3 [action=NET_RX]'],
  [0, 71, 'ksoftirqd/0-9', `netif_receive_skb: dev=eth0 skbaddr=${C} len=52`],
  [
    0,
    72,
    'ksoftirqd/0-9',
    `kfree_skb: skbaddr=${C} rx_sk=ffff protocol=2048 location=tcp_data_queue+0x785 reason: TCP_OLD_DATA`,
  ],
  [
    0,
    73,
    'ksoftirqd/0-9',
    'kfree_skb: skbaddr=ffff888108210f00 protocol=2048 location=tcp_recvmsg_locked+0x1 reason: NOT_SPECIFIED',
  ],
  [0, 80, 'ksoftirqd/0-9', 'softirq_exit: vec=3 [action=NET_RX]'],
  [
    0,
    85,
    'rx-7',
    'csd_queue_cpu: cpu=1 callsite=generic_exec_single+0x36 func=rps_trigger_softirq csd=ffff888627d2cf80',
  ],
  [0, 86, 'rx-7', 'ipi_send_cpu: cpu=1 callsite=update_curr+0x83 callback=0x0'],
  [0, 90, 'rx-7', 'udp_fail_queue_rcv_skb: rc=-12 family=AF_INET src=10.0.0.2:47134 dest=10.0.0.1:21009'],
];

async function load(lines: readonly Line[]) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'arrivals-'));
  const file = path.join(folder, 'trace.txt');
  const text = lines.map(
    ([cpu, us, task, event]) => `${task.padStart(16)} [00${cpu}] ..s1. 10.${String(us).padStart(6, '0')}: ${event}`,
  );
  writeFileSync(file, `# tracer: nop\n#\n${text.join('\n')}\n`);
  return loadRun(file, {});
}

describe('arrivals', () => {
  it('follows a segment from the driver to the copy, also one that was appended to another', async () => {
    const { arrivals, calls } = await load(LINES);
    const rows = Array.from({ length: arrivals!.length }, (_, row) => arrivals!.rowAt(row));
    const of = (payload: number, entered: boolean) =>
      rows.find((row) => row.payloadBytes === payload && Number.isNaN(row.entryNs) !== entered)!;
    const first = of(1448, true);
    expect([first.receiveNs - first.entryNs, first.socketNs - first.receiveNs, first.copyNs - first.socketNs]).toEqual([
      1000, 3000, 17_000,
    ]);
    expect(first).toMatchObject({ queue: 3, napi: 0x2001, lenBytes: 1500, dataLenBytes: 1448, fragments: 1 });
    expect(first).toMatchObject({ receiveCpu: 0, copyCpu: 1, call: 0, windowBytes: 65160 });
    const second = of(1448, false);
    expect([second.copyNs - second.socketNs, second.call]).toEqual([15_000, 0]);
    const dropped = rows.find((row) => !Number.isNaN(row.dropNs))!;
    expect(arrivals!.strings.textOf(dropped.dropReason)).toBe('TCP_OLD_DATA');
    expect(calls.strings.textOf(calls.get('flow', 0))).toBe('10.0.0.1:5201 10.0.0.2:40000');
    expect(rows).toHaveLength(3);
  });

  it('sums segments, softirqs, polls, drops and interrupts between CPUs', async () => {
    const { timeline } = await load(LINES);
    const totals = timeline.arrivals!;
    expect(totals.segments).toEqual([{ device: 'eth0', cpu: 0, entered: 1, received: 3, bytes: 3052 }]);
    expect(totals.flows).toMatchObject([
      { cpu: 0, segments: 2, payloadBytes: 2896, windowMin: 32_000, windowMax: 65_160 },
    ]);
    expect(totals.softirqs).toEqual([
      { cpu: 0, vector: 'NET_RX', runs: 2, ns: 30_000, ksoftirqdRuns: 1, ksoftirqdNs: 10_000 },
    ]);
    expect(totals.deviceNs).toEqual([{ device: 'eth0', ns: 25_000 }]);
    expect(totals.polls).toEqual([
      { device: 'eth0', by: 'softirq', budget: 64, comm: '', polls: 1, empty: 0, packets: 2 },
      { device: 'eth0', by: 'busy', budget: 8, comm: 'rx', polls: 2, empty: 1, packets: 1 },
    ]);
    expect(totals.busyPollNs).toBe(10_000);
    expect(totals.drops.map(({ reason, place, count, isFree }) => [reason, place, count, isFree])).toEqual([
      ['NOT_SPECIFIED', 'tcp_recvmsg_locked', 1, true],
      ['TCP_OLD_DATA', 'tcp_data_queue', 1, false],
    ]);
    expect(totals.refused.map(({ event, count }) => [event, count])).toEqual([['udp_fail_queue_rcv_skb', 1]]);
    expect(totals.ipis.map((ipi) => [ipi.event, ipi.function, ipi.count])).toEqual([
      ['csd_queue_cpu', 'rps_trigger_softirq', 1],
      ['ipi_send_cpu', '', 1],
    ]);
    expect(totals.raiseDelay).toMatchObject({ count: 1, p50Ns: 5000 });
  });

  it('is absent where no line tells of the softirq side', async () => {
    const { arrivals, timeline } = await load(LINES.filter(([, , , event]) => event.startsWith('sys_')));
    expect(arrivals).toBeUndefined();
    expect(timeline.arrivals).toBeUndefined();
  });
});
