import { describe, expect, it } from 'vitest';
import { CallState, LINK_KINDS, MECHANISM_IDS } from '../../src/model/calls.ts';
import { DECLINE_REASONS } from '../../src/model/mechanism.ts';
import { buildFromText } from '../support/build-calls.ts';

const HEAD =
  '# tracer: nop\n#\n# entries-in-buffer/entries-written: 9/9   #P:2\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n#              | |         |   |||||     |         |\n';
/** `us cpu task-tid flags text` per line. */
function trace(...lines: string[]): string {
  return (
    HEAD +
    lines
      .map((line) => {
        const [us, cpu, task, flags, ...text] = line.trim().split(/\s+/);
        return `${task.padStart(16)} [00${cpu}] ${flags} ${(10 + Number(us) / 1e6).toFixed(6).padStart(12)}: ${text.join(' ')}`;
      })
      .join('\n') +
    '\n'
  );
}
const ENTER = 'sys_recvfrom(fd: 3, ubuf: 0x7f0000000000, size: 0x10000, flags: 0, addr: 0, addr_len: 0)';
const exit = (ret: string): string => `sys_recvfrom -> ${ret}`;
const copy = (len: number): string => `skb_copy_datagram_iovec: skbaddr=00000000aa len=${len}`;

describe('rules of the timeline', () => {
  it('counts one copy that three lines tell of, and takes its length once', async () => {
    const { calls } = await buildFromText(
      trace(
        `0 1 rx-5 .... ${ENTER}`,
        '1 1 rx-5 .... tcp_recvmsg <-inet_recvmsg',
        '2 1 rx-5 .... skb_copy_datagram_iovec <-tcp_recvmsg',
        '3 1 rx-5 d... skb_copy_datagram_iovec: (skb_copy_datagram_iovec+0x0/0x310) skb=ffff88002cd94a00 offset=0 len=1448',
        `4 1 rx-5 .... ${copy(1448)}`,
        '9 1 rx-5 .... tcp_rcv_space_adjust <-tcp_recvmsg',
        `10 1 rx-5 .... ${exit('0x5a8')}`,
      ),
    );
    const call = calls.rowAt(0);
    expect([calls.length, call.cpuCopies, call.cpuCopyBytes, call.returnedBytes]).toEqual([1, 1, 1448, 1448]);
  });

  it('does not take the s flag for softirq: own backlog with BH off is the reader', async () => {
    const { calls } = await buildFromText(
      trace(
        `0 1 rx-5 ..... ${ENTER}`,
        '2 1 rx-5 d.s.. tcp_probe: family=AF_INET src=10.0.0.1:1 dest=10.0.0.2:2 mark=0x0 data_len=100 snd_nxt=0x1 snd_una=0x1 snd_cwnd=1 ssthresh=1 snd_wnd=1 srtt=1 rcv_wnd=1 sock_cookie=1',
        '7 1 rx-5 ..s.. softirq_entry: vec=3 [action=NET_RX]',
        '9 1 rx-5 ..s.. softirq_exit: vec=3 [action=NET_RX]',
        `10 1 rx-5 ..... ${exit('0x64')}`,
      ),
    );
    // A point lasts until the next line in process context; the interrupt borrows 7–9 of it.
    expect([calls.get('backlogNs', 0), calls.get('interruptNs', 0)]).toEqual([6000, 2000]);
  });

  it('a wakeup of oneself is no wakeup; of a running reader it is early', async () => {
    const { calls } = await buildFromText(
      trace(
        `0 1 rx-5 ..... ${ENTER}`,
        '1 1 rx-5 d.s5. sched_wakeup: comm=rx pid=5 prio=120 target_cpu=001',
        '2 0 tx-6 d.s5. sched_wakeup: comm=rx pid=5 prio=120 target_cpu=001',
        '3 1 rx-5 d..2. sched_switch: prev_comm=rx prev_pid=5 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120',
        '6 0 tx-6 d.s5. sched_wakeup: comm=rx pid=5 prio=120 target_cpu=001',
        '8 1 <idle>-0 d..2. sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=rx next_pid=5 next_prio=120',
        `10 1 rx-5 ..... ${exit('0x64')}`,
      ),
    );
    const call = calls.rowAt(0);
    expect([call.wakeups, call.earlyWakeups, call.sleepNs, call.wakeLatencyNs]).toEqual([2, 1, 3000, 2000]);
  });

  it('flags EINTR, leaves MSG_ERRQUEUE out, keeps read() only on sockets', async () => {
    const { calls, notes } = await buildFromText(
      trace(
        `0 1 rx-5 ..... ${ENTER}`,
        `4 1 rx-5 ..... ${exit('0xfffffffffffffe00')}`,
        '10 1 rx-5 ..... sys_recvmsg(fd: 3, msg: 0x7ffe00000000, flags: 0x2000)',
        '12 1 rx-5 ..... sys_recvmsg -> 0xfffffffffffffff5',
        '20 1 rx-5 ..... sys_read(fd: 9, buf: 0x7f0000000000, count: 0x1000)',
        '22 1 rx-5 ..... sys_read -> 0x10',
        '30 1 rx-5 ..... sys_read(fd: 4, buf: 0x7f0000000000, count: 0x1000)',
        `32 1 rx-5 ..... ${copy(16)}`,
        '34 1 rx-5 ..... sys_read -> 0x10',
        '40 1 rx-5 ..... sys_read(fd: 4, buf: 0x7f0000000000, count: 0x1000)',
        '41 1 rx-5 ..... sys_read -> 0xfffffffffffffff5',
      ),
    );
    expect(
      [...Array(calls.length).keys()].map((r) => [
        calls.strings.textOf(calls.get('entry', r)),
        calls.get('returnedBytes', r),
        calls.get('state', r),
      ]),
    ).toEqual([
      ['recvfrom', -512, CallState.interrupted],
      ['read', 16, 0],
      ['read', -11, CallState.failed],
    ]);
    expect(notes.notes.join()).toContain('1 MSG_ERRQUEUE');
  });

  it('never pairs across a loss, and keeps both halves flagged', async () => {
    const text = trace(
      `0 1 rx-5 ..... ${ENTER}`,
      `2 1 rx-5 ..... ${copy(10)}`,
      `9 1 rx-5 ..... ${exit('0xa')}`,
    ).replace(/\n(?=[^\n]*-> )/, '\nCPU:1 [LOST 3 EVENTS]\n');
    const { calls } = await buildFromText(text);
    const states = [...Array(calls.length).keys()].map((r) => calls.get('state', r));
    expect(states).toEqual([CallState.cutAtEnd | CallState.lossInside, CallState.cutAtStart | CallState.lossInside]);
    expect(calls.get('returnedBytes', 1)).toBe(10);
  });

  it('a call cut at the end has a start and no end', async () => {
    const { calls, diagnostics } = await buildFromText(trace(`0 1 rx-5 ..... ${ENTER}`, `2 1 rx-5 ..... ${copy(10)}`));
    expect([calls.get('state', 0), calls.get('endNs', 0), calls.get('startNs', 0)]).toEqual([
      CallState.cutAtEnd,
      Number.NaN,
      0,
    ]);
    expect(diagnostics.countOf('call-cut-at-end')).toBe(1);
  });

  it('ties an early copy in softirq to the socket, with the bytes of the kprobe', async () => {
    const early = (us: number): string[] => [
      `${us} 0 <idle>-0 d.s. tcp_dma_try_early_copy: (tcp_dma_try_early_copy+0x0/0x10) sk=ffff88002cd34380 skb=ffff88002cd34000 hlen=32`,
      `${us + 1} 0 <idle>-0 d.s. dma_skb_copy_datagram_iovec: (dma_skb_copy_datagram_iovec+0x0/0x270) chan=ffff88002de47480 skb=ffff88002cd34000 offset=32 len=5a8 pinned=ffff880000000000`,
      `${us + 3} 0 <idle>-0 d.s. dma_skb_copy_datagram_iovec_ret: (tcp_dma_try_early_copy+0x1/0x10 <- dma_skb_copy_datagram_iovec) cookie=7`,
      `${us + 4} 0 <idle>-0 d.s. tcp_dma_try_early_copy_ret: (tcp_rcv_established+0x1/0x10 <- tcp_dma_try_early_copy) ret=1`,
    ];
    const { calls, notes } = await buildFromText(
      trace(
        '0 1 rx-5 d... tcp_recvmsg: (tcp_recvmsg+0x0/0xd10) sk=ffff88002cd34380 len=18000 nonblock=0 flags=0',
        '2 1 rx-5 d... dma_pin_iovec_pages: (dma_pin_iovec_pages+0x0/0x200) iov=ffff88002ce35e88 len=18000',
        '4 1 rx-5 d... dma_pin_iovec_pages_ret: (tcp_recvmsg+0x919/0xd10 <- dma_pin_iovec_pages) ret=ffff88002d4a7700',
        '5 1 rx-5 d... sched_switch: prev_comm=rx prev_pid=5 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120',
        ...early(10),
        ...early(20),
        '30 0 <idle>-0 d.s. sched_wakeup: comm=rx pid=5 prio=120 success=1 target_cpu=001',
        '32 1 <idle>-0 d... sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=rx next_pid=5 next_prio=120',
        '33 1 rx-5 d... tcp_service_net_dma: (tcp_service_net_dma+0x0/0x170) sk=ffff88002cd34380 wait=1',
        '40 1 rx-5 d... tcp_service_net_dma_ret: (tcp_recvmsg+0x4c8/0xd10 <- tcp_service_net_dma)',
        '41 1 rx-5 d... tcp_recvmsg_ret: (inet_recvmsg+0x6b/0x80 <- tcp_recvmsg) ret=2896',
      ),
    );
    const call = calls.rowAt(0);
    expect({
      link: LINK_KINDS[call.link],
      mechanism: MECHANISM_IDS[call.mechanism],
      early: call.earlyCopies,
      bytes: call.dmaBytes,
      softirqBytes: call.softirqEarlyBytes,
      earlyNs: call.earlyCopyNs,
      busy: call.engineBusyNs,
      overlap: call.overlapNs,
      wait: call.waitNs,
      declined: DECLINE_REASONS[call.declineReason],
    }).toEqual({
      link: 'socket',
      mechanism: 'net-dma',
      early: 2,
      bytes: 2896,
      softirqBytes: 2896,
      earlyNs: 4000,
      busy: 29_000,
      overlap: 22_000,
      wait: 7000,
      declined: 'none',
    });
    expect([notes.evidence.earlyInSoftirq, notes.evidence.earlyInReader, notes.unlinkedEarlyCopies]).toEqual([2, 0, 0]);
  });

  it('one row per data-bearing completion of an io_uring_enter', async () => {
    const length = (value: number): string =>
      `sock_recv_length: sk address = 000000009009c371, family = AF_INET protocol = IPPROTO_TCP, length = ${value < 0 ? 0 : value}, error = ${value < 0 ? value : 0}, flags = 0x40`;
    const { calls } = await buildFromText(
      trace(
        '0 1 rx-5 ..... sys_io_uring_enter(fd: 5, to_submit: 2, min_complete: 2, flags: 1, argp: 0, argsz: 0)',
        `2 1 rx-5 ..... ${length(-11)}`,
        `10 1 rx-5 ..... ${copy(100)}`,
        `12 1 rx-5 ..... ${length(100)}`,
        `14 1 rx-5 ..... ${copy(200)}`,
        `16 1 rx-5 ..... ${length(200)}`,
        '18 1 rx-5 ..... sys_io_uring_enter -> 0x2',
        '20 1 rx-5 ..... sys_io_uring_enter(fd: 5, to_submit: 1, min_complete: 0, flags: 0, argp: 0, argsz: 0)',
        `21 1 rx-5 ..... ${length(-11)}`,
        '22 1 rx-5 ..... sys_io_uring_enter -> 0x1',
      ),
    );
    expect(
      [...Array(calls.length).keys()].map((r) => [calls.get('returnedBytes', r), calls.get('durationNs', r)]),
    ).toEqual([
      [100, 12_000],
      [200, 2000],
    ]);
  });

  it('keeps exact totals when rows are sampled', async () => {
    const lines: string[] = [];
    for (let i = 0; i < 200; i++)
      lines.push(
        `${i * 10} 1 rx-5 ..... ${ENTER}`,
        `${i * 10 + 2} 1 rx-5 ..... ${copy(10)}`,
        `${i * 10 + 5} 1 rx-5 ..... ${exit('0xa')}`,
      );
    const { calls, notes, diagnostics } = await buildFromText(trace(...lines), [], 50);
    expect([calls.length, notes.allCalls?.calls, notes.allCalls?.returnedBytes]).toEqual([50, 200, 2000]);
    expect(diagnostics.countOf('max-calls-sampled')).toBe(150);
    const starts = [...Array(50).keys()].map((r) => calls.get('startNs', r));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(starts[49]).toBeGreaterThan(1_000_000);
  });

  it('the socket of a call is that of the segment it copies, not of the peer whose segment is processed inside it', async () => {
    const probe = (at: number, skb: string, sock: string, ends: string, length: number): string =>
      `${at} 1 rx-5 ..s. tcp_probe: family=AF_INET ${ends} mark=0 data_len=${length} snd_nxt=0x1 snd_una=0x1 snd_cwnd=10 ssthresh=2147483647 snd_wnd=64512 srtt=45 rcv_wnd=65160 sock_cookie=59 skbaddr=00000000${skb} skaddr=00000000${sock}`;
    const lines = [
      probe(0, 'aa', 'c1', 'src=10.9.0.1:80 dest=10.9.0.2:4000', 1448),
      `10 1 rx-5 .... ${ENTER}`,
      // The reader's ACK reaches its peer on the same machine before the copy.
      probe(11, 'bb', 'c2', 'src=10.9.0.2:4000 dest=10.9.0.1:80', 0),
      `12 1 rx-5 .... ${copy(1448)}`,
      `20 1 rx-5 .... ${exit('0x5a8')}`,
    ];
    const { calls } = await buildFromText(trace(...lines));
    expect(calls.strings.textOf(calls.get('sock', 0))).toMatch(/c1$/);
    expect(calls.strings.textOf(calls.get('flow', 0))).toBe('10.9.0.1:80 10.9.0.2:4000');
    // The address of an skb whose bytes have been copied is anybody's: the arrival of the second one has no line.
    const again = [`30 1 rx-5 .... ${ENTER}`, `31 1 rx-5 .... ${copy(1448)}`, `32 1 rx-5 .... ${exit('0x5a8')}`];
    const { calls: two } = await buildFromText(trace(...lines, ...again));
    expect([two.length, two.get('sock', 0) >= 0, two.get('sock', 1)]).toEqual([2, true, -1]);
    // A call that copies nothing has none.
    const empty = await buildFromText(trace(...lines.filter((line) => !line.includes('copy_datagram'))));
    expect(empty.calls.get('sock', 0)).toBe(-1);
  });
});
