import { describe, expect, it } from 'vitest';
import { readText } from '../side/support.ts';

/** Rows as `kind tid arg0 arg1`. */
async function rowsOf(
  text: string,
  usePlainScanner: boolean,
): Promise<{ rows: string[]; files: { format: string; account: object }[] }> {
  const rows: string[] = [];
  const { files } = await readText(text, {
    usePlainScanner,
    sink: {
      onBatch(_, batch) {
        for (let row = 0; row < batch.length; row++) {
          const { kind, tid, arg0, arg1, arg3 } = batch;
          rows.push([kind, tid, arg0, arg1, arg3].map((column) => column[row]).join(' '));
        }
      },
    },
  });
  return { rows, files };
}

const at = (us: number): string => `         rxbench-2001    [001] d..2.  1989.${580000 + us}: `;
/** Option `fields` of 6.4 on (print_fields() in kernel/trace/trace_output.c) and the same event without it. */
const PAIRS: readonly (readonly [string, string])[] = [
  [
    'sched_switch: prev_comm=rxbench prev_pid=0x7d1 (2001) prev_prio=0x78 (120) prev_state=0x1 (1) next_comm=swapper/1 next_pid=0x0 (0) next_prio=0x78 (120)',
    'sched_switch: prev_comm=rxbench prev_pid=2001 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120',
  ],
  [
    'sched_wakeup: comm=rxbench pid=0x7d1 (2001) prio=0x78 (120) target_cpu=0xb (11)',
    'sched_wakeup: comm=rxbench pid=2001 prio=120 target_cpu=011',
  ],
  [
    'sched_waking: comm=a b pid=0x10 (16) prio=0x78 (120) target_cpu=0x0 (0)',
    'sched_waking: comm=a b pid=16 prio=120 target_cpu=000',
  ],
  [
    'sched_migrate_task: comm=rxbench pid=0x7d1 (2001) prio=0x78 (120) orig_cpu=0xa (10) dest_cpu=0xb (11)',
    'sched_migrate_task: comm=rxbench pid=2001 prio=120 orig_cpu=10 dest_cpu=11',
  ],
  ['softirq_entry: vec=0x3 (3)', 'softirq_entry: vec=3 [action=NET_RX]'],
  ['softirq_exit: vec=0x1 (1)', 'softirq_exit: vec=1 [action=TIMER]'],
  ['irq_handler_entry: irq=0x1b (27) name=virtio1-input', 'irq_handler_entry: irq=27 name=virtio1-input'],
  [
    'netif_receive_skb: skbaddr=0xffff888105d11f00 (-131387245748480) len=0x4e54 (20052) name=eth0',
    'netif_receive_skb: dev=eth0 skbaddr=0xffff888105d11f00 len=20052',
  ],
  [
    'skb_copy_datagram_iovec: skbaddr=0xffff888105d11f00 (-131387245748480) len=0x4e20 (20000)',
    'skb_copy_datagram_iovec: skbaddr=0xffff888105d11f00 len=20000',
  ],
  [
    'sock_recv_length: sk=0xffff888102e1dc80 (-131386900000000) family=0x2 (2) protocol=0x11 (17) ret=0x40 (64) flags=0x0 (0)',
    'sock_recv_length: sk address = 0xffff888102e1dc80, family = 0x2 protocol = 0x11, length = 64, error = 0, flags = 0x0',
  ],
  [
    'sock_recv_length: sk=0xffff888102e1dc80 (-131386900000000) family=0x2 (2) protocol=0x6 (6) ret=0x40 (64) flags=0x0 (0)',
    'sock_recv_length: sk address = 0xffff888102e1dc80, family = AF_INET protocol = IPPROTO_TCP, length = 64, error = 0, flags = 0x0',
  ],
];

describe('numbers as 0xHEX (DEC) (case ftrace-fields-option)', () => {
  it.each(PAIRS)('%s', async (fields, usual) => {
    const write = (body: string): string =>
      `# tracer: nop\n#\n${[1, 2, 3, 4, 5, 6].map((us) => at(us) + body).join('\n')}\n`;
    const expected = await rowsOf(write(usual), true);
    expect(expected.rows.length).toBeGreaterThan(5);
    for (const text of [fields, usual]) {
      for (const usePlainScanner of [true, false]) {
        const read = await rowsOf(write(text), usePlainScanner);
        expect(read.rows).toEqual(expected.rows);
        expect(read.files[0].account).toMatchObject({ parsed: 6, malformed: 0, unknown: 0 });
      }
    }
  });

  it('a payload that cannot be read is malformed, never unused', async () => {
    const bodies = [
      'sched_switch: prev_comm=a prev_pid=x',
      'sched_wakeup: comm=a',
      'softirq_entry: nothing',
      'sock_recv_length: sk=1',
    ];
    const text = `# tracer: nop\n#\n${bodies.map((body, i) => at(i) + body).join('\n')}\n${at(9)}softirq_entry: vec=3 [action=NET_RX]\n`;
    expect((await rowsOf(text, false)).files[0].account).toMatchObject({ malformed: 4, parsed: 1 });
  });
});

describe('heads', () => {
  const EVENTS =
    '    bash-394  [001]  22.976: cpuhp_enter: cpu: 0004 target: 140\n cpuhp/4-31   [004]  22.990: cpuhp_exit:  cpu: 0004  state: 168\n';
  it('titles without the tracer are ftrace (case ftrace-header-without-tracer)', async () => {
    const text = `#  TASK-PID   CPU#    TIMESTAMP  FUNCTION\n#     | |       |        |         |\n${EVENTS}`;
    expect((await rowsOf(text, false)).files[0].format).toBe('ftrace');
  });

  it.each(['irqsoff', 'preemptoff', 'wakeup'])('%s in graph form (case graph-latency-stack-trace)', async (tracer) => {
    const text = `# tracer: ${tracer}\n#\n# ${tracer} latency trace v1.1.5 on 6.1.0\n# latency: 3751 us, #6/6, CPU#0 | (M:desktop VP:0, KP:0, SP:0 HP:0 #P:4)\n#  => started at: tcp_recvmsg\n#  => ended at:   x\n#\n#   REL TIME      CPU  TASK/PID       ||||     DURATION                  FUNCTION CALLS\n#      |          |     |    |        ||||      |   |                     |   |   |   |\n        0 us |   0)  rxbench-1507  |  d... |   0.000 us    |  _raw_spin_lock_irqsave();\n        1 us |   0)  rxbench-1507  |  d..2 |               |  set_track() {\n        4 us |   0)  rxbench-1507  |  d..2 |   2.107 us    |  }\n rxbench-1507    0d..1 3792us : <stack trace>\n => tcp_recvmsg\n => inet_recvmsg+0x10/0x20\n`;
    const { files } = await rowsOf(text, false);
    expect(files[0].format).toBe('function_graph');
    expect(files[0].account).toMatchObject({ unknown: 0, malformed: 0 });
  });
});
