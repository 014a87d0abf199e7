import { describe, expect, it } from 'vitest';
import type { CallRow } from '../../src/model/calls.ts';
import { buildFromText } from '../support/build-calls.ts';

const EVENT_HEAD =
  '# tracer: nop\n#\n# entries-in-buffer/entries-written: 9/9   #P:2\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n#              | |         |   |||||     |         |\n';
/** `us task-tid text` per line, all on CPU 1. */
function events(...lines: string[]): string {
  const text = lines.map((line) => {
    const [us, task, ...rest] = line.trim().split(/\s+/);
    return `${task.padStart(16)} [001] ..... ${(10 + Number(us) / 1e6).toFixed(6).padStart(12)}: ${rest.join(' ')}\n`;
  });
  return EVENT_HEAD + text.join('');
}
const ENTER = 'rx-5 sys_recvfrom(fd: 3, ubuf: 0x7f0000000000, size: 0x10000, flags: 0, addr: 0, addr_len: 0)';
const EXIT = 'rx-5 sys_recvfrom -> 0x64';
const COPY = 'rx-5 skb_copy_datagram_iovec: skbaddr=00000000aa len=100';
const ADJUST = 'rx-5 tcp_rcv_space_adjust: family=AF_INET sport=1 dport=2 saddr=10.0.0.1 daddr=10.0.0.2 sock_cookie=1';
const PROBE =
  'tcp_probe: family=AF_INET src=10.0.0.1:1 dest=10.0.0.2:2 mark=0x0 data_len=100 snd_nxt=0x1 snd_una=0x1 snd_cwnd=1 ssthresh=1 snd_wnd=1 srtt=1 rcv_wnd=1 sock_cookie=1';
const LENGTH =
  'rx-5 sock_recv_length: sk address = 00000000aa, family = AF_INET protocol = IPPROTO_TCP, length = 100, error = 0, flags = 0x0';
const OUT =
  'rx-5 sched_switch: prev_comm=rx prev_pid=5 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120';
const IN =
  '<idle>-0 sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=rx next_pid=5 next_prio=120';
const WAKE = 'tx-6 sched_wakeup: comm=rx pid=5 prio=120 target_cpu=001';

const GRAPH_HEAD =
  '# tracer: function_graph\n#\n#     TIME        CPU  TASK/PID         DURATION                  FUNCTION CALLS\n#      |          |     |    |           |   |                     |   |   |   |\n';
/** `us duration|- text` per line; two spaces of text per level. */
function graph(...lines: string[]): string {
  const text = lines.map((line) => {
    const [, us, duration, body] = /^(\S+) (\S+) (.*)$/.exec(line)!;
    const shown = duration === '-' ? ' '.repeat(15) : `${Number(duration).toFixed(3).padStart(8)} us    `;
    return `${(10 + Number(us) / 1e6).toFixed(6).padStart(12)} |   1)     rx-5      |${shown.slice(0, 15)}|  ${body}\n`;
  });
  return GRAPH_HEAD + text.join('');
}

async function only(text: string): Promise<CallRow> {
  const { calls } = await buildFromText(text);
  expect(calls.length).toBe(1);
  return calls.rowAt(0);
}
const us = (call: CallRow, ...names: string[]): number[] =>
  names.map((name) => call[`${name}Ns` as keyof CallRow] / 1000);

describe('time between recorded steps, events only', () => {
  const sleepingCall = [`0 ${ENTER}`, `4 ${OUT}`, `50 ${WAKE}`, `60 ${IN}`, `67 ${COPY}`, `80 ${ADJUST}`];
  it('after the copy it is receive-buffer cleanup, after a sleep the way out of it, outside the steps entry', async () => {
    const call = await only(events(...sleepingCall, `85 tx-6 ${PROBE}`, `91 ${LENGTH}`, `93 ${EXIT}`));
    expect(us(call, 'copy', 'sleep', 'wakeLatency', 'backlog', 'ack', 'unattributed')).toEqual([13, 46, 10, 7, 11, 6]);
    expect(us(call, 'switching', 'queue', 'entry')).toEqual([7, 11, 6]);
    expect(call.freeNs).toBeNaN();
  });
  it('says nothing where TCP input of the backlog could hide (no tcp_probe)', async () => {
    const call = await only(events(...sleepingCall, `91 ${LENGTH}`, `93 ${EXIT}`));
    expect(us(call, 'copy', 'unattributed', 'entry', 'queue', 'switching')).toEqual([13, 24, 0, 0, 0]);
  });
  it('says nothing after a copy whose end is not recorded (before 4.18)', async () => {
    const call = await only(
      events(`0 ${ENTER}`, `3 ${COPY}`, `9 tx-6 ${PROBE}`, `10 ${OUT}`, `20 ${IN}`, `22 rx-5 ${PROBE}`, `23 ${EXIT}`),
    );
    expect(us(call, 'queue', 'ack')).toEqual([0, Number.NaN]);
  });
  it('TCP input of the reader lasts until its next step; the ACK inside is an ACK', async () => {
    const call = await only(
      events(
        `0 ${ENTER}`,
        `2 ${COPY}`,
        `5 ${ADJUST}`,
        `9 rx-5 ${PROBE}`,
        '12 rx-5 net_dev_queue: dev=eth0 skbaddr=00000000bb len=66',
        '15 rx-5 net_dev_xmit: dev=eth0 skbaddr=00000000bb len=66 rc=0',
        `20 ${LENGTH}`,
        `21 ${EXIT}`,
        `30 ${OUT}`,
      ),
    );
    expect(us(call, 'copy', 'backlog', 'ack', 'queue', 'unattributed')).toEqual([3, 8, 7, 4, 3]);
  });
  it('from the last step to a sleep several kinds of work are possible: unattributed, and not entry', async () => {
    const call = await only(
      events(
        `0 ${ENTER}`,
        `2 ${COPY}`,
        `5 ${ADJUST}`,
        `11 ${OUT}`,
        `13 tx-6 ${PROBE}`,
        `20 ${WAKE}`,
        `22 ${IN}`,
        `25 ${COPY}`,
        `29 ${ADJUST}`,
        `30 ${LENGTH}`,
        `31 ${EXIT}`,
      ),
    );
    expect(us(call, 'copy', 'sleep', 'wakeLatency', 'backlog', 'ack', 'unattributed')).toEqual([7, 9, 2, 3, 1, 9]);
    expect(us(call, 'entry')).toEqual([3]);
  });
  it('a datagram can be copied without an event: nothing is said about the rest', async () => {
    const call = await only(
      events(
        `0 ${ENTER}`,
        `2 tx-6 ${PROBE}`,
        `5 ${LENGTH.replace('IPPROTO_TCP', 'IPPROTO_UDP')}`,
        `6 ${EXIT}`,
        `30 ${OUT}`,
        `31 ${COPY}`,
      ),
    );
    expect(us(call, 'unattributed', 'entry')).toEqual([6, 0]);
  });
});

describe('time between recorded steps, function_graph', () => {
  const modern = [
    '0 - tcp_recvmsg() {',
    '3 1 ' + '  lock_sock_nested();',
    '6 - ' + '  tcp_recvmsg_locked() {',
    '8 10 ' + '    skb_copy_datagram_iter();',
    '20 2 ' + '    tcp_rcv_space_adjust();',
    '25 4 ' + '    skb_attempt_defer_free();',
    '31 5 ' + '    tcp_cleanup_rbuf();',
    '38 32 ' + '  }',
    '40 6 ' + '  release_sock();',
    '49 49 }',
  ];
  it('loop, lock, freeing and entry of 5.11 and later', async () => {
    const call = await only(graph(...modern));
    // loop: 4–6, 6–8, 18–20, 22–25, 29–31, 36–38, 38–40
    expect(us(call, 'copy', 'backlog', 'ack', 'unattributed')).toEqual([10, 7, 2 + 4 + 5 + 15, 6]);
    expect(us(call, 'lock', 'free', 'queue')).toEqual([1, 4, 15]);
    expect(call.entryNs).toBe(3000);
  });
  it('without the lock in the text a sleep could hide between release_sock and the loop', async () => {
    const call = await only(graph(...modern.filter((line) => !line.includes('lock_sock_nested'))));
    expect(us(call, 'copy', 'free', 'queue', 'entry', 'unattributed')).toEqual([10, 4, 0, 0, 49 - 10 - 6 - 11]);
  });
  const old = [
    '0 - tcp_recvmsg() {',
    '1 1 ' + '  lock_sock_nested();',
    '3 10 ' + '  skb_copy_datagram_iovec();',
    '15 4 ' + '  __kfree_skb();',
    '20 5 ' + '  tcp_cleanup_rbuf();',
    '26 6 ' + '  release_sock();',
    '33 33 }',
  ];
  it('every step recorded: the same loop in a kernel that may have NET_DMA', async () => {
    const call = await only(graph(...old));
    expect(us(call, 'copy', 'backlog', 'ack', 'queue', 'free')).toEqual([10, 7, 5 + 4 + 5, 5, 4]);
  });
  it('a list of functions without freeing may lack the pin as well: unattributed', async () => {
    const call = await only(graph(...old.filter((line) => !line.includes('kfree'))));
    expect(us(call, 'copy', 'backlog', 'ack', 'queue', 'unattributed')).toEqual([10, 7, 5, 0, 11]);
  });
  it('a doorbell that is followed by anything but the unpin was not the last one: no wait', async () => {
    const call = await only(
      graph(
        '0 - tcp_recvmsg() {',
        '1 1 ' + '  lock_sock_nested();',
        '3 5 ' + '  dma_pin_iovec_pages();',
        '10 8 ' + '  dma_skb_copy_datagram_iovec();',
        '20 1 ' + '  ioat2_dma_memcpy_issue_pending();',
        '27 8 ' + '  dma_skb_copy_datagram_iovec();',
        '37 1 ' + '  ioat2_dma_memcpy_issue_pending();',
        '57 4 ' + '  dma_unpin_iovec_pages();',
        '63 1 ' + '  tcp_cleanup_rbuf();',
        '65 1 ' + '  release_sock();',
        '67 1 ' + '  skb_copy_datagram_iovec();',
        '70 70 }',
      ),
    );
    // 20–27 is doubtful, 37–57 is the wait; loop 2–3, 8–10, 18–20, 35–37, 61–63, 64–65 and, after the copy, 68–70; no sleep in
    // the text: 66–67 may hide one
    expect(us(call, 'submit', 'wait', 'queue', 'entry', 'unattributed')).toEqual([16, 20, 12, 1, 9]);
  });
  it('the doorbell of a pinned call begins the inlined completion wait (before 2.6.35); parked skbs are freed in it', async () => {
    const call = await only(
      graph(
        '0 - tcp_recvmsg() {',
        '1 1 ' + '  lock_sock_nested();',
        '3 5 ' + '  dma_pin_iovec_pages();',
        '10 1 ' + '  tcp_cleanup_rbuf();',
        '13 - ' + '  sk_wait_data() {',
        '14 1 ' + '    release_sock();',
        '16 - ' + '    schedule() {',
        '46 30 ' + '    }',
        '48 1 ' + '    lock_sock_nested();',
        '50 37 ' + '  }',
        '52 8 ' + '  dma_skb_copy_datagram_iovec();',
        '62 1 ' + '  ioat2_dma_memcpy_issue_pending();',
        '90 2 ' + '  __kfree_skb();',
        '100 4 ' + '  dma_unpin_iovec_pages();',
        '105 1 ' + '  tcp_cleanup_rbuf();',
        '107 1 ' + '  release_sock();',
        '109 1 ' + '  skb_copy_datagram_iovec();',
        '110 110 }',
      ),
    );
    expect(us(call, 'pin', 'submit', 'wait', 'unpin', 'sleep')).toEqual([5, 8, 38, 4, 30]);
    // 13–14, 15–16, 46–48, 49–50 of sk_wait_data
    expect(us(call, 'switching', 'lock', 'free')).toEqual([5, 2, 0]);
  });
  it('schedule() as a leaf may leave the sleep out of its duration: what follows it in sk_wait_data stays open', async () => {
    const call = await only(
      graph(
        ...modern.slice(0, 3),
        '8 - ' + '    sk_wait_data() {',
        '9 1 ' + '      release_sock();',
        '11 2 ' + '      wait_woken();',
        '500 1 ' + '      lock_sock_nested();',
        '502 494 ' + '    }',
        ...modern.slice(3).map((line) => line.replace(/^\d+/, (time) => String(Number(time) + 500))),
      ),
    );
    expect(us(call, 'sleep', 'switching')).toEqual([2, 2]);
    expect(call.unattributedNs / 1000).toBeGreaterThan(487);
  });
});
