import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BuiltCalls, buildFromText } from '../support/build-calls.ts';

const ROOT = join(import.meta.dirname, '../../fixtures/captures');
const read = (name: string): string => readFileSync(join(ROOT, name, 'trace.txt'), 'utf8');
const reasons = ({ notes }: BuiltCalls): Record<string, number> =>
  Object.fromEntries(notes.wakeReasons.map((row) => [row.reason, row.count]));

describe('wakeups of real captures', () => {
  it('PSH, where nothing else can have set the latch of an early copy (2.6.32)', async () => {
    const built = await buildFromText(read('ftrace/wake-psh-2.6.32'));
    expect(reasons(built)).toEqual({ psh: 2 });
    expect([0, 1].map((row) => built.calls.get('returnedBytes', row))).toEqual([174, 260]);
  });

  it('PSH or half of the buffer, where segments copied from the queue are still charged to it', async () => {
    const text = read('ftrace/wake-psh-2.6.32');
    // The same calls, had each submitted a segment from its queue before it slept.
    const charged = text.replace(
      /^(.*): (sk_wait_data <-tcp_recvmsg)$/gm,
      '$1: dma_skb_copy_datagram_iovec <-tcp_recvmsg\n$1: $2',
    );
    expect(charged).not.toBe(text);
    expect(reasons(await buildFromText(charged))).toEqual({ 'psh-or-rcvbuf-half': 2 });
  });

  it('unknown, when the call filled its buffer and no length is in the text', async () => {
    const full = read('ftrace/wake-psh-2.6.32').replaceAll('size: 18000', 'size: ae');
    expect(reasons(await buildFromText(full))).toEqual({ unknown: 2 });
  });

  it('useless: the reader copies what woke it and sleeps again (6.1, MSG_WAITALL)', async () => {
    const built = await buildFromText(read('ftrace/wake-useless-6.1'));
    const call = built.calls.rowAt(0);
    expect(built.calls.length).toBe(1);
    expect([call.sleeps, call.wakeups, call.usefulWakeups, call.earlyWakeups]).toEqual([2, 2, 1, 0]);
    // 39.638967 to 39.639174 and 39.639469 to 39.639769; sched_waking ends a sleep, not sched_wakeup.
    expect([call.sleepNs, call.wakeLatencyNs]).toEqual([207_000 + 300_000, 205_000 + 67_000]);
    expect(built.notes.wakeReasons).toEqual([{ reason: 'segment', count: 2, useful: 1, useless: 1, early: 0 }]);
  });

  it('below SO_RCVLOWAT (4.18 on): the same wakeup of a call without MSG_WAITALL tells of memory pressure', async () => {
    const text = read('ftrace/wake-useless-6.1');
    const plain = text.replace('size: 186a0, flags: 100', 'size: 186a0, flags: 0').replace(/flags=0x100/g, 'flags=0x0');
    expect(plain).not.toBe(text);
    expect(reasons(await buildFromText(plain))).toEqual({ segment: 1, 'memory-pressure': 1 });
    // Another thread that reads the same socket may have taken the data instead.
    const enter = text.split('\n').find((line) => line.includes('sys_recvfrom(fd: 4'))!;
    const other = enter.replace('rxbench-369', 'rxbench-999');
    const shared = `${plain.trimEnd()}\n`.replace(
      /^(.*sys_recvfrom\(fd: 4)/m,
      `${other}\n${other.replace(/sys_recvfrom.*/, 'tcp_recvmsg: (tcp_recvmsg+0x0/0x200) sk=0xffff8b2ac4d30900 len=1 flags=0x0')}\n${other.replace(/sys_recvfrom.*/, 'sys_recvfrom -> 0x1')}\n$1`,
    );
    expect(reasons(await buildFromText(shared))['memory-pressure']).toBeUndefined();
  });

  it('early: woken while still running, schedule() returned without a switch (7.2)', async () => {
    const { calls, notes } = await buildFromText(read('trace-cmd/early-wakeup-7.2'));
    const call = calls.rowAt(0);
    expect([call.firstLine, call.sleeps, call.wakeups, call.earlyWakeups]).toEqual([9, 0, 1, 1]);
    expect(call.sleepNs).toBe(0);
    expect(notes.wakeReasons.map((row) => [row.count, row.early, row.useless])).toEqual([[1, 1, 0]]);
  });
});

const HEAD =
  '# tracer: nop\n#\n# entries-in-buffer/entries-written: 9/9   #P:2\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n#              | |         |   |||||     |         |\n';
function trace(...lines: string[]): string {
  const text = lines.map((line) => {
    const [us, cpu, task, ...rest] = line.trim().split(/\s+/);
    return `${task.padStart(16)} [00${cpu}] ..s1. ${(10 + Number(us) / 1e6).toFixed(6).padStart(12)}: ${rest.join(' ')}`;
  });
  return `${HEAD}${text.join('\n')}\n`;
}
const ENTER = 'sys_recvfrom(fd: 3, ubuf: 0x7f0000000000, size: 0x10000, flags: 0, addr: 0, addr_len: 0)';
const sleepUntil = (waker: string[], woken: string, exit: string): string =>
  trace(
    `0 1 rx-5 ${ENTER}`,
    '1 1 rx-5 tcp_recvmsg: (tcp_recvmsg+0x0/0xd10) sk=0xffff88002cd34380 len=0x10000 flags=0x0',
    '5 1 rx-5 sched_switch: prev_comm=rx prev_pid=5 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120',
    ...waker,
    `${woken} sched_wakeup: comm=rx pid=5 prio=120 target_cpu=001`,
    '60 1 <idle>-0 sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=rx next_pid=5 next_prio=120',
    '61 1 rx-5 skb_copy_datagram_iovec: skbaddr=00000000aa len=1448',
    `65 1 rx-5 tcp_recvmsg_ret: (inet_recvmsg+0x6b/0x80 <- tcp_recvmsg) ret=${exit}`,
    `66 1 rx-5 sys_recvfrom -> 0x${Number(exit).toString(16)}`,
  );

describe('wakeups by rule', () => {
  it('the prequeue wakes without the data-ready callback (3.10 to 4.13)', async () => {
    const text = sleepUntil(['20 0 <idle>-0 tcp_prequeue <-tcp_v4_rcv'], '22 0 <idle>-0', '1448');
    expect(reasons(await buildFromText(text))).toEqual({ segment: 1 });
  });

  it('a signal sent by another process', async () => {
    const signal = 'signal_generate: sig=14 errno=0 code=128 comm=rx pid=5 grp=1 res=0';
    const text = sleepUntil([`20 0 kill-9 ${signal}`], '22 0 kill-9', '1448');
    expect(reasons(await buildFromText(text))).toEqual({ signal: 1 });
  });

  it('SO_RCVLOWAT reached, where its value and the payload are in the text', async () => {
    const probe = (payload: number): string =>
      `tcp_probe: family=AF_INET src=10.0.0.1:1 dest=10.0.0.2:2 mark=0x0 data_len=${payload} snd_nxt=0x1 snd_una=0x1 snd_cwnd=1 ssthresh=1 snd_wnd=1 srtt=1 rcv_wnd=1 sock_cookie=1 skbaddr=0xffff88002cd34999 skaddr=0xffff88002cd34380`;
    const lowat = '0.5 1 rx-5 tcp_set_rcvlowat: (tcp_set_rcvlowat+0x0/0x90) sk=0xffff88002cd34380 val=2000';
    const ready = '31 0 <idle>-0 tcp_data_ready <-tcp_rcv_established';
    const lines = [`20 0 <idle>-0 ${probe(1448)}`, `30 0 <idle>-0 ${probe(1448)}`, ready];
    const reached = await buildFromText(sleepUntil([lowat, ...lines], '32 0 <idle>-0', '2896'));
    expect(reasons(reached)).toEqual({ rcvlowat: 1 });
    expect(reached.calls.get('targetBytes', 0)).toBe(2000);
    const unset = await buildFromText(sleepUntil(lines, '32 0 <idle>-0', '2896'));
    expect(reasons(unset)).toEqual({ segment: 1 });
    expect(unset.calls.get('targetBytes', 0)).toBeNaN();
  });

  it('unknown stays unknown, and the notes say what to record', async () => {
    const { notes } = await buildFromText(sleepUntil([], '22 0 <idle>-0', '1448'));
    expect(notes.wakeReasons[0].reason).toBe('unknown');
    expect(notes.notes.join('\n')).toMatch(/why the reader was woken .* for 1 wakeups: record the function/);
  });
});

/** A call of 2.6.32 that sleeps, and what a softirq on CPU 0 does meanwhile. */
const sleeping = (softirq: readonly string[]): string =>
  [
    '# tracer: nop',
    '#',
    '#           TASK-PID    CPU#    TIMESTAMP  FUNCTION',
    '#              | |       |          |         |',
    '          rxsink-183   [001]     8.466500: sys_recvfrom(fd: 3, ubuf: 7f0c, size: 20000, flags: 0, addr: 0, addr_len: 0)',
    '          rxsink-183   [001]     8.466510: sched_switch: task rxsink:183 [120] (S) ==> swapper:0 [120]',
    ...softirq.map((line, i) => `          <idle>-0     [000]     8.46680${i}: ${line}`),
    '          <idle>-0     [001]     8.467181: sched_switch: task swapper:0 [120] (R) ==> rxsink:183 [120]',
    '          rxsink-183   [001]     8.467190: skb_copy_datagram_iovec: skbaddr=ffff88003ee630c0 len=1448',
    '          rxsink-183   [001]     8.467200: sys_recvfrom -> 0x5a8',
    '',
  ].join('\n');

describe('the prequeue', () => {
  const WAKE = 'sched_wakeup: task rxsink:183 [120] success=1 [001]';
  const arm = (timeout: number): string =>
    `timer_start: timer ffff88002cfd8910: func tcp_delack_timer, expires 4294675714, timeout ${timeout}`;
  const of = async (lines: readonly string[]) => reasons(await buildFromText(sleeping(lines)));

  it('wakes, then arms the delayed-ACK timer at 3/4 of the least RTO; a delayed ACK is armed at its own time', async () => {
    expect(await of(['softirq_entry: softirq=3 action=NET_RX', WAKE, arm(150)])).toEqual({ prequeue: 1 });
    expect(await of(['softirq_entry: softirq=3 action=NET_RX', WAKE, arm(40)])).toEqual({ unknown: 1 });
    expect(await of(['softirq_entry: softirq=3 action=NET_RX', arm(150), WAKE])).toEqual({ unknown: 1 });
  });

  it('is told by tcp_v4_rcv waking before any TCP input, where TCP input is in the text', async () => {
    const input = [
      'tcp_v4_rcv <-ip_local_deliver',
      'tcp_v4_do_rcv <-tcp_v4_rcv',
      'tcp_rcv_established <-tcp_v4_do_rcv',
    ];
    expect(await of([...input, 'tcp_v4_rcv <-ip_local_deliver', WAKE])).toEqual({ prequeue: 1 });
    expect(await of(['tcp_v4_rcv <-ip_local_deliver', WAKE])).toEqual({ unknown: 1 });
    expect(await of([...input, WAKE])).toEqual({ unknown: 1 });
  });
});
