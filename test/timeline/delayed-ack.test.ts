import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildFromText } from '../support/build-calls.ts';

const HEAD =
  '# tracer: nop\n#\n# entries-in-buffer/entries-written: 9/9   #P:2\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n#              | |         |   |||||     |         |\n';
/** `ms cpu task-tid text` per line. */
function trace(...lines: string[]): string {
  const text = lines.map((line) => {
    const [ms, cpu, task, ...rest] = line.trim().split(/\s+/);
    return `${task.padStart(16)} [00${cpu}] ..s1. ${(10 + Number(ms) / 1e3).toFixed(6).padStart(12)}: ${rest.join(' ')}`;
  });
  return `${HEAD}${text.join('\n')}\n`;
}
const SWITCH = (prev: string, next: string, state = 'S'): string => {
  const part = (side: string, task: string): string => {
    const [comm, pid] = task.split('/');
    return `${side}_comm=${comm} ${side}_pid=${pid} ${side}_prio=120`;
  };
  return `sched_switch: ${part('prev', prev)} prev_state=${state} ==> ${part('next', next)}`;
};
const ARRIVAL = 'netif_receive_skb: dev=eth0 skbaddr=00000000ab len=1500';
const FIRED = 'timer_expire_entry: timer=ffff88002cfddd10 function=tcp_delack_timer now=4294706324';
const ACK = 'net_dev_queue: dev=eth0 skbaddr=00000000ac len=66';

/** The reader sleeps from 1 ms, a segment comes at 5 ms (below SO_RCVLOWAT: no wakeup), the timer runs at 45 ms. */
function episode(...timer: string[]): string {
  return trace(
    '0 1 rx-5 sys_recvfrom(fd: 3, ubuf: 0x7f0000000000, size: 0x10000, flags: 0, addr: 0, addr_len: 0)',
    `1 1 rx-5 ${SWITCH('rx/5', 'swapper/1/0'.replace('/1/', '/'))}`,
    '4.9 0 <idle>-0 softirq_entry: vec=3 [action=NET_RX]',
    `5 0 <idle>-0 ${ARRIVAL}`,
    '5.1 0 <idle>-0 softirq_exit: vec=3 [action=NET_RX]',
    '44.9 0 <idle>-0 softirq_entry: vec=1 [action=TIMER]',
    ...timer,
    '45.9 0 <idle>-0 softirq_exit: vec=1 [action=TIMER]',
    '50 0 <idle>-0 sched_wakeup: comm=rx pid=5 prio=120 target_cpu=001',
    `50.01 1 <idle>-0 ${SWITCH('swapper/0', 'rx/5', 'R')}`,
    '50.02 1 rx-5 skb_copy_datagram_iovec: skbaddr=00000000aa len=1448',
    `50.03 1 rx-5 ${ACK}`,
    '50.04 1 rx-5 sys_recvfrom -> 0x5a8',
  );
}

describe('delayed-ACK timer', () => {
  it('an ACK sent by the timer is charged to the call that waited, from the last segment on', async () => {
    const { calls, notes } = await buildFromText(episode(`45 0 <idle>-0 ${FIRED}`, `45.02 0 <idle>-0 ${ACK}`));
    expect(notes.delack).toEqual({ episodes: 1, addedNs: 40_020_000 });
    expect([calls.get('delackNs', 0), calls.get('sleepNs', 0)]).toEqual([40_020_000, 49_000_000]);
  });

  it('counts one run that three lines tell of', async () => {
    const { calls, notes } = await buildFromText(
      episode(
        `45 0 <idle>-0 ${FIRED}`,
        '45.001 0 <idle>-0 tcp_delack_timer <-call_timer_fn',
        '45.002 0 <idle>-0 tcp_delack_timer_handler <-tcp_delack_timer',
        '45.003 0 <idle>-0 tcp_send_ack <-tcp_delack_timer_handler',
        `45.02 0 <idle>-0 ${ACK}`,
      ),
    );
    expect(notes.delack.episodes).toBe(1);
    expect(calls.get('delackNs', 0)).toBe(40_003_000);
  });

  it('a run that sends nothing is no episode; nor is a packet with data, nor an ACK of a later softirq', async () => {
    for (const timer of [
      [`45 0 <idle>-0 ${FIRED}`],
      [`45 0 <idle>-0 ${FIRED}`, '45.02 0 <idle>-0 net_dev_queue: dev=eth0 skbaddr=00000000ac len=1500'],
      [
        `45 0 <idle>-0 ${FIRED}`,
        '45.1 0 <idle>-0 softirq_exit: vec=1 [action=TIMER]',
        '45.11 0 <idle>-0 softirq_entry: vec=3 [action=NET_RX]',
        `45.12 0 <idle>-0 ${ACK}`,
      ],
    ]) {
      const { calls, notes } = await buildFromText(episode(...timer));
      expect([notes.delack.episodes, calls.get('delackNs', 0)]).toEqual([0, 0]);
    }
  });

  it('2.6.32 names the function when the timer is armed, not when it runs', async () => {
    const text = readFileSync(
      join(import.meta.dirname, '../../fixtures/captures/ftrace/delack-2.6.32/trace.txt'),
      'utf8',
    );
    // As recorded: the socket was owned by the reader, the timer re-armed itself, no ACK.
    expect((await buildFromText(text)).notes.delack.episodes).toBe(0);
    const sent = text.replace(
      /^(.*)39\.156017: timer_start.*$/m,
      '$139.156017: tcp_send_ack <-tcp_delack_timer\n$139.156019: tcp_transmit_skb <-tcp_send_ack',
    );
    expect(sent).not.toBe(text);
    const { notes } = await buildFromText(sent);
    expect(notes.delack.episodes).toBe(1);
    // Last arrival 39.035847 by the text, ACK at 39.156017.
    expect(notes.delack.addedNs).toBeGreaterThan(120_000_000);
  });

  it('is unknown, not 0, where no line could have shown the timer', async () => {
    const { calls } = await buildFromText(episode());
    expect(calls.get('delackNs', 0)).toBeNaN();
  });

  it('of two readers that wait, the one whose socket the timer belongs to', async () => {
    const text = gunzipSync(
      readFileSync(join(import.meta.dirname, '../../fixtures/captures/lenses/delayed-ack/perf.txt.gz')),
    ).toString();
    // By hand: a run of the server's timer (armed while its segment was processed) and a packet without data before its softirq ends.
    const SERVER = 'timer=0xffff888106a63bf8';
    const lines = text.split('\n');
    const cpuOf = (line: string): string => /\[\d+\]/.exec(line)?.[0] ?? '';
    let sent = 0;
    for (const [i, line] of lines.entries()) {
      if (!line.includes(`timer_expire_entry: ${SERVER}`)) continue;
      const own = lines.slice(i + 1).filter((other) => cpuOf(other) === cpuOf(line));
      const end = own.findIndex((other) => other.includes('softirq_exit: vec=1'));
      sent += Number(own.slice(0, end).some((other) => /net_dev_queue: .* len=66$/.test(other)));
    }
    const { calls } = await buildFromText(text);
    const late = (tid: number): number[] =>
      Array.from({ length: calls.length }, (_, i) =>
        calls.get('tid', i) === tid ? calls.get('delackNs', i) : 0,
      ).filter((ns) => ns > 0);
    expect(late(30407)).toHaveLength(sent);
    expect(sent).toBe(16);
    for (const ns of late(30407)) expect(ns / 1e6).toBeGreaterThan(39);
    // The client waits as long, and its own timer runs, too: but its ACK holds nobody back.
    expect(late(30450)).toEqual([]);
  });
});
