import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFromFile, buildFromText } from '../support/build-calls.ts';

const CAPTURES = join(import.meta.dirname, '../../fixtures/captures');
const HEAD = '# tracer: nop\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n';

type Built = Awaited<ReturnType<typeof buildFromText>>;

/** Start and end in us, bytes asked for, bytes got, sleep in us. */
const rowsOf = ({ calls }: Built) =>
  Array.from({ length: calls.length }, (_, row) => {
    const { startNs, endNs, requestedBytes, returnedBytes, sleepNs } = calls.rowAt(row);
    return [startNs / 1000, endNs / 1000, requestedBytes, returnedBytes, sleepNs / 1000];
  });

interface Try {
  at: number;
  len: number;
  ret: number;
  flags?: string;
  sk?: string;
}
const lineOf = (us: number, text: string, context = '...1.'): string =>
  `            rx-5 [000] ${context} ${(10 + us / 1e6).toFixed(6).padStart(12)}: ${text}\n`;
/** A try of 10 us. */
const tryOf = ({ at, len, ret, flags = '0x140', sk = '0xffff888000000001' }: Try): string =>
  lineOf(at, `tcp_recvmsg: (tcp_recvmsg+0x0/0x1e0) sk=${sk} len=${len} flags=${flags}`) +
  lineOf(at + 10, `tcp_recvmsg_ret: (inet_recvmsg+0x5c/0x140 <- tcp_recvmsg) ret=${ret}`);
const build = (...parts: (string | Try)[]) =>
  buildFromText(HEAD + parts.map((part) => (typeof part === 'string' ? part : tryOf(part))).join(''));

describe('tries of a ring for a MSG_WAITALL receive are one receive', () => {
  it('io-uring-waitall-partial-tries: two receives of 24000 bytes', async () => {
    const built = await buildFromFile(join(CAPTURES, 'ftrace/io-uring-waitall-partial-tries/trace.txt'));
    expect(rowsOf(built).map(([start, end, asked, got]) => [start, end, asked, got])).toEqual([
      [1000, 2820, 24000, 24000],
      [3000, 3020, 24000, 24000],
    ]);
  });

  it('the sleep between two tries is sleep of the receive', async () => {
    const out =
      'sched_switch: prev_comm=rx prev_pid=5 prev_prio=120 prev_state=S ==> next_comm=idle next_pid=0 next_prio=120';
    const back =
      'sched_switch: prev_comm=idle prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=rx next_pid=5 next_prio=120';
    const woken = 'sched_wakeup: comm=rx pid=5 prio=120 target_cpu=000';
    const built = await build(
      { at: 100, len: 1000, ret: 400 },
      lineOf(120, out),
      `          <idle>-0 [000] d.h2.    10.000500: ${woken}\n`,
      `          <idle>-0 [000] d..2.    10.000510: ${back}\n`,
      { at: 520, len: 600, ret: 600 },
    );
    expect(rowsOf(built)).toEqual([[100, 530, 1000, 1000, 380]]);
  });

  it('a part without a further try ends where its try ended', async () => {
    expect(rowsOf(await build({ at: 100, len: 1000, ret: 400 }))).toEqual([[100, 110, 1000, 400, Number.NaN]]);
    const other = await build({ at: 100, len: 1000, ret: 400 }, { at: 200, len: 1000, ret: 1000 });
    expect(rowsOf(other).map((row) => row.slice(0, 4))).toEqual([
      [100, 110, 1000, 400],
      [200, 210, 1000, 1000],
    ]);
  });

  it('the end of the stream posts what came', async () => {
    const built = await build({ at: 100, len: 1000, ret: 400 }, { at: 200, len: 600, ret: 0 });
    expect(rowsOf(built)[0].slice(2, 4)).toEqual([1000, 400]);
  });

  it('another socket, other flags, other lengths are other calls', async () => {
    const first = { at: 100, len: 1000, ret: 400 };
    for (const next of [
      { at: 200, len: 600, ret: 600, sk: '0xffff888000000002' },
      { at: 200, len: 600, ret: 600, flags: '0x100' },
      { at: 200, len: 700, ret: 600 },
    ])
      expect((await build(first, next)).calls.length).toBe(2);
    const plain = { at: 100, len: 1000, ret: 400, flags: '0x100' };
    expect((await build(plain, { ...plain, at: 200, len: 600, ret: 600 })).calls.length).toBe(2);
  });

  it('inside io_uring_enter: the part is no completion, the whole is', async () => {
    const enter = 'sys_io_uring_enter(fd: 4, to_submit: 1, min_complete: 1, flags: 1, argp: 0, argsz: 8)';
    const built = await build(
      lineOf(0, enter),
      { at: 10, len: 1000, ret: 400 },
      { at: 50, len: 600, ret: 600 },
      { at: 80, len: 2000, ret: 2000 },
      lineOf(100, 'sys_io_uring_enter -> 0x2'),
    );
    expect(rowsOf(built).map((row) => row.slice(2, 4))).toEqual([
      [1000, 1000],
      [2000, 2000],
    ]);
  });
});
