import { describe, expect, it } from 'vitest';
import { CallState } from '../../src/model/calls.ts';
import { buildFromText } from '../support/build-calls.ts';

/** funcgraph-abstime and funcgraph-proc; with the column of durations and without (nofuncgraph-duration). */
function print(hasDurations: boolean): string {
  const lines: [number, string, string][] = [
    [0, '', 'tcp_recvmsg() {'],
    [1, '0.500', '  lock_sock_nested();'],
    [2, '', '  sk_wait_data() {'],
    [3, '0.400', '    release_sock();'],
    [5, '3900.000', '    wait_woken();'],
    [3906, '0.300', '    lock_sock_nested();'],
    [3908, '3906.000', '  }'],
    [3910, '20.000', '  skb_copy_datagram_iter();'],
    [3931, '0.600', '  release_sock();'],
    [3933, '3933.000', '}'],
  ];
  const rows = lines.map(([us, duration, tree]) => {
    const time = `  312.${String(us).padStart(6, '0')} |   1)   rxbench-325   | `;
    const column = duration === '' ? '              |  ' : `${`  ${duration} us`.padEnd(14)}|  `;
    return hasDurations ? `${time}${column}${tree}` : `${time}${tree}`;
  });
  return `# tracer: function_graph\n#\n${rows.join('\n')}\n`;
}

describe('function_graph without durations', () => {
  it('a leaf ends at the thread’s next line, so that the sleep is not the lock’s', async () => {
    const shown = (await buildFromText(print(true))).calls.rowAt(0);
    const { calls } = await buildFromText(print(false));
    expect(calls.length).toBe(1);
    const call = calls.rowAt(0);
    expect([call.durationNs, call.state]).toEqual([3_933_000, 0]);
    expect([shown.sleepNs, call.sleepNs]).toEqual([3_900_000, 3_901_000]);
    expect([shown.copyNs, call.copyNs]).toEqual([20_000, 21_000]);
  });

  it('the end of a call that is a leaf is not shown, not 0 ns', async () => {
    const leaf =
      '# tracer: function_graph\n#\n  312.000000 |   1)   rxbench-325   | tcp_recvmsg();\n  312.000040 |   1)   rxbench-325   | tcp_recvmsg();\n';
    const { calls } = await buildFromText(leaf);
    expect(calls.length).toBe(2);
    for (const row of [0, 1]) {
      expect(calls.rowAt(row).endNs).toBeNaN();
      expect(calls.rowAt(row).durationNs).toBeNaN();
    }
  });
});

describe('returns that function_graph prints', () => {
  const trace = (name: string, note: string): string =>
    `# tracer: function_graph\n#\n  312.000000 |   1)   rxbench-325   |               |  ${name}() {\n  312.000001 |   1)   rxbench-325   |   0.500 us    |    lock_sock_nested();\n  312.000933 |   1)   rxbench-325   | ! 933.000 us  |  } /* ${name} ${note} */\n`;

  it.each(['tcp_recvmsg', '__sys_recvfrom', '__x64_sys_recvfrom', 'SyS_recvfrom', '__arm64_sys_recvmsg'])(
    '%s: bytes, and calls that a signal ended are not complete',
    async (name) => {
      for (const [note, returned, state] of [
        ['ret=0x200', 512, 0],
        ['= 512', 512, 0],
        ['ret=-512', -512, CallState.interrupted],
        ['= 0xfffffe00', -512, CallState.interrupted],
        ['ret=-4', -4, CallState.interrupted],
        ['ret=-11', -11, CallState.failed],
      ] as const) {
        const call = (await buildFromText(trace(name, note))).calls.rowAt(0);
        expect([name, note, call.returnedBytes, call.state]).toEqual([name, note, returned, state]);
      }
    },
  );
});
