import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CallState } from '../../src/model/calls.ts';
import { DECLINE_REASONS } from '../../src/model/mechanism.ts';
import { buildFromFile, buildFromText } from '../support/build-calls.ts';

const CAPTURES = join(import.meta.dirname, '../../fixtures/captures');

/** Start, end (us after 400 s) and state of each call; null: the end is not in the text. */
async function spansOf(path: string): Promise<[number, number | null, number][]> {
  const { calls } = await buildFromFile(join(CAPTURES, path));
  return Array.from({ length: calls.length }, (_, row) => {
    const end = calls.get('endNs', row);
    return [calls.get('startNs', row) / 1000, Number.isNaN(end) ? null : end / 1000, calls.get('state', row)];
  });
}

const HEAD =
  '# tracer: function\n#\n# entries-in-buffer/entries-written: 9/9   #P:2\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n#              | |         |   |||||     |         |\n';
/** `us function caller [flags]` per line, all of one thread. */
async function trace(...lines: string[]) {
  const rows = lines.map((line) => {
    const [us, name, caller, flags] = line.split(' ');
    return `            rx-5 [000] ${flags ?? '.....'} ${(10 + Number(us) / 1e6).toFixed(6).padStart(12)}: ${name} <-${caller}\n`;
  });
  const { calls } = await buildFromText(HEAD + rows.join(''));
  return Array.from({ length: calls.length }, (_, row) => calls.rowAt(row));
}

const RECEIVE = [
  '0 tcp_recvmsg inet_recvmsg',
  '1 lock_sock_nested tcp_recvmsg',
  '2 tcp_recvmsg_locked tcp_recvmsg',
  '3 skb_copy_datagram_iter tcp_recvmsg_locked',
  '8 tcp_cleanup_rbuf tcp_recvmsg_locked',
  '9 release_sock tcp_recvmsg',
];

describe('a call ends at its last own act', () => {
  it('function-work-after-the-call', async () => {
    expect(await spansOf('ftrace/function-work-after-the-call/trace.txt')).toEqual([
      [1000, 1926, 0],
      [1994, 2920, 0],
      [2988, 3914, 0],
      [3982, 4002, 0],
    ]);
    const { calls } = await buildFromFile(join(CAPTURES, 'ftrace/function-work-after-the-call/trace.txt'));
    const sums = [0, 1, 2].map((row) => [calls.get('interruptNs', row), calls.get('backlogNs', row)]);
    expect(sums).toEqual([
      [0, 6000],
      [0, 6000],
      [0, 6000],
    ]);
  });

  it('function-epoll-after-the-call', async () => {
    expect(await spansOf('ftrace/function-epoll-after-the-call/trace.txt')).toEqual([
      [1000, 1026, 0],
      [3000, 3026, 0],
    ]);
  });

  it.each([
    ['trace.txt', 2, 1748],
    ['trace-unused-line-after.txt', 2, 1748],
    ['trace-zerocopy.txt', 4, 1066],
    ['trace-udp.txt', 2, 1066],
  ])('function-last-call-tail-call: %s', async (file, count, lastEnd) => {
    const spans = await spansOf(`ftrace/function-last-call-tail-call/${file}`);
    expect(spans.map(([, , state]) => state)).toEqual(Array(count).fill(0));
    expect(spans[count - 1][1]).toBe(lastEnd);
  });

  it('trace-cmd-function-last-call', async () => {
    expect(await spansOf('trace-cmd/trace-cmd-function-last-call/report.txt')).toEqual([
      [1000, 1017, 0],
      [1021, 1038, 0],
    ]);
  });

  it.each([
    ['schedule', 'do_nanosleep'],
    ['lock_sock_nested', 'udp_sendmsg'],
    ['lock_sock_nested', 'sk_wait_event_of_a_later_kernel'],
    ['_copy_to_iter', 'pipe_read'],
    ['__kfree_skb', 'unix_stream_read_generic'],
  ])('%s called by %s is not inside', async (name, caller) => {
    const rows = await trace(...RECEIVE, `500 ${name} ${caller}`, `900 ${name} ${caller}`);
    expect(rows.map((row) => [row.durationNs, row.state])).toEqual([[9000, 0]]);
  });

  it('keeps the backlog that the last release_sock runs', async () => {
    const rows = await trace(
      ...RECEIVE,
      '10 __release_sock release_sock',
      '11 tcp_v4_do_rcv __release_sock',
      '20 tcp_send_ack __tcp_ack_snd_check',
      '40 lock_sock_nested tcp_sendmsg',
    );
    expect(rows.map((row) => [row.durationNs, row.state])).toEqual([[20000, 0]]);
  });

  it('keeps the end that the next call of a text without callers follows', async () => {
    const names =
      'tcp_recvmsg lock_sock_nested skb_copy_datagram_iovec tcp_cleanup_rbuf release_sock tcp_v4_do_rcv sock_def_readable';
    const rows = names.split(' ').map((name, i) => `     rx-9020   [000]   400.00100${i}: function:     ${name}\n`);
    const next = '     rx-9020   [000]   400.001050: function:     tcp_recvmsg\n';
    const { calls } = await buildFromText(`cpus=2\n${rows.join('')}${next}`);
    expect(calls.length).toBe(2);
    expect(calls.get('state', 0)).toBe(0);
    expect(calls.get('durationNs', 0)).toBeGreaterThanOrEqual(4000);
    expect(calls.get('durationNs', 0)).toBeLessThanOrEqual(6000);
  });

  it('goes on when the loop of 5.10 and before takes the lock again', async () => {
    const rows = await trace(
      '0 tcp_recvmsg inet_recvmsg',
      '1 lock_sock_nested tcp_recvmsg',
      '3 skb_copy_datagram_iter tcp_recvmsg',
      '8 release_sock tcp_recvmsg',
      '9 lock_sock_nested tcp_recvmsg',
      '10 skb_copy_datagram_iter tcp_recvmsg',
      '18 tcp_cleanup_rbuf tcp_recvmsg',
      '19 release_sock tcp_recvmsg',
      '60 tcp_recvmsg inet_recvmsg',
    );
    expect(rows.map((row) => row.durationNs)).toEqual([19000, Number.NaN]);
  });
});

describe('an end that nothing shows is absent', () => {
  it('function-entries-only-no-end', async () => {
    const spans = await spansOf('ftrace/function-entries-only-no-end/trace.txt');
    expect(spans).toEqual([1000, 1014, 1030, 2460, 2475].map((start) => [start, null, CallState.cutAtEnd]));
  });

  it('a probe without return', async () => {
    const { calls } = await buildFromText(
      `${HEAD.replace('function', 'nop')}${[0, 50]
        .map(
          (us) =>
            `  rx-5 [000] ..... 10.0000${String(us).padStart(2, '0')}: tcp_recvmsg: (tcp_recvmsg+0x0/0xd10) sk=ffff88003aa01200 len=40000 nonblock=0 flags=256\n`,
        )
        .join('')}`,
    );
    expect([0, 1].map((row) => calls.get('state', row))).toEqual([CallState.cutAtEnd, CallState.cutAtEnd]);
  });
});

describe('levels of one call', () => {
  it('enter-event-and-function-one-call', async () => {
    const { calls } = await buildFromFile(join(CAPTURES, 'ftrace/enter-event-and-function-one-call/trace.txt'));
    expect(calls.length).toBe(1);
    expect(calls.rowAt(0)).toMatchObject({
      startNs: 1_000_000,
      requestedBytes: 262144,
      flags: 256,
      pinned: 1,
      state: CallState.cutAtEnd,
    });
  });

  it('function-syscall-is-the-outer-level', async () => {
    const path = 'ftrace/function-syscall-is-the-outer-level/trace.txt';
    expect(await spansOf(path)).toEqual([
      [1000, 1023, 0],
      [1027, 1143, 0],
      [1147, 1170, 0],
    ]);
    const { calls } = await buildFromFile(join(CAPTURES, path));
    expect(calls.get('interruptNs', 1)).toBe(93_000);
  });

  it('sock_read_iter is a call with socket work inside only', async () => {
    const rows = await trace(
      '0 ksys_read __x64_sys_read',
      '1 sock_read_iter vfs_read',
      '2 sock_recvmsg sock_read_iter',
      ...RECEIVE.map((line) => `${Number(line.split(' ')[0]) + 5} ${line.split(' ').slice(1).join(' ')}`),
      '90 ksys_read __x64_sys_read',
      '190 ksys_read __x64_sys_read',
    );
    expect(rows.map((row) => [row.startNs, row.durationNs])).toEqual([[0, 14000]]);
  });
});

describe('flags-of-other-syscalls', () => {
  it('those of splice are not MSG_ flags', async () => {
    const { calls } = await buildFromFile(join(CAPTURES, 'ftrace/flags-of-other-syscalls/trace-splice.txt'));
    expect(
      [0, 1].map((row) => [calls.get('flags', row), calls.get('returnedBytes', row), calls.get('state', row)]),
    ).toEqual([
      [Number.NaN, 8192, 0],
      [0, 1024, 0],
    ]);
    expect(DECLINE_REASONS[calls.get('declineReason', 0)]).not.toBe('peek');
    expect(calls.get('pinned', 1)).toBe(1);
  });

  it('those of io_uring_enter are not MSG_ flags', async () => {
    const { calls } = await buildFromFile(join(CAPTURES, 'ftrace/flags-of-other-syscalls/trace-io-uring.txt'));
    expect([calls.length, calls.get('returnedBytes', 0), calls.get('state', 0)]).toEqual([1, 12000, 0]);
    expect(Number.isNaN(calls.get('flags', 0)) || calls.get('flags', 0) === 0).toBe(true);
  });
});

it('graph-sleep-is-schedule: the innermost waiting function is the sleep', async () => {
  const { calls } = await buildFromFile(join(CAPTURES, 'function-graph/graph-sleep-is-schedule/trace.txt'));
  expect([calls.get('sleepNs', 0), calls.get('switchingNs', 0)]).toEqual([100_000, 107_000]);
});
