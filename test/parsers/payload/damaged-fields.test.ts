import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ftraceFormat } from '../../../parsers/formats/ftrace/index.ts';
import { loadRun } from '../../../src/cli/pipeline.ts';
import { CallState } from '../../../src/model/calls.ts';
import type { Run } from '../../../src/model/capture.ts';
import { ROOT } from '../../support/source-tree.ts';
import { readAll } from '../text/support.ts';

const HEAD = '               x-12    [000] d..2     1.000001: ';
const PLACE = '(tcp_recvmsg+0x0/0x200)';
const FLOW = 'sport=80 dport=7 saddr=10.9.0.1 daddr=10.9.0.2 saddrv6=::ffff:10.9.0.1 daddrv6=::ffff:10.9.0.2';

/** The first line of each is whole, the second cannot be what a kernel printed. */
const DAMAGED: Record<string, [string, string]> = {
  'a length that is no number': [
    `tcp_recvmsg: ${PLACE} sk=0xffff888012345600 len=4096`,
    `tcp_recvmsg: ${PLACE} sk=0xffff888012345600 len=@#`,
  ],
  'a socket that is no address': [
    `tcp_recvmsg: ${PLACE} sk=0xffff888012345600 len=4096`,
    `tcp_recvmsg: ${PLACE} sk=zz len=4096`,
  ],
  'a probe without its last field': [
    `tcp_recvmsg: ${PLACE} sk=0xffff888012345600 len=4096`,
    `tcp_recvmsg: ${PLACE} sk=0xffff888012345600`,
  ],
  'a place that does not end': [`tcp_recvmsg: ${PLACE} len=4096`, 'tcp_recvmsg: (tcp_recvmsg+0x0/0'],
  'a copy without length': [
    'skb_copy_datagram_iovec: skbaddr=0xffff888012345600 len=1448',
    'skb_copy_datagram_iovec: skbaddr=0xffff888012345600',
  ],
  'a segment whose length is no number': [
    'netif_receive_skb: dev=eth0 skbaddr=0xffff888012345600 len=1500',
    'netif_receive_skb: dev=eth0 skbaddr=0xffff888012345600 len=x',
  ],
  'an end of a connection that is no address': [
    `tcp_rcv_space_adjust: ${FLOW}`,
    `tcp_rcv_space_adjust: ${FLOW.replace('10.9.0.2', '10.9.')}`,
  ],
  'a connection that is cut': [
    `tcp_rcv_space_adjust: ${FLOW}`,
    'tcp_rcv_space_adjust: sport=80 dport=7 saddr=10.9.0.1 daddr=10.9',
  ],
  'a result cut to the 0 of its 0x': ['sys_exit_recvfrom: 0x40', 'sys_exit_recvfrom: 0'],
  'the same in the words of ftrace': ['sys_recvfrom -> 0x40', 'sys_recvfrom -> 0'],
  'a task state that is none': [
    'sched_switch: prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=b next_pid=8 next_prio=120',
    'sched_switch: prev_comm=a prev_pid=7 prev_prio=120 prev_state=@ ==> next_comm=b next_pid=8 next_prio=120',
  ],
  'a switch that is cut in its last pid': [
    'sched_switch: prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=b next_pid=8123 next_prio=120',
    'sched_switch: prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=b next_pid=81',
  ],
  'a wakeup without its CPU': [
    'sched_wakeup: comm=b pid=77 prio=120 target_cpu=001',
    'sched_wakeup: comm=b pid=77 prio=120',
  ],
  'a system call whose size is no number': [
    'sys_enter_recvfrom: fd: 3, ubuf: 7f00, size: 1000, flags: 0',
    'sys_enter_recvfrom: fd: 3, ubuf: 7f00, size: ?, flags: 0',
  ],
  'a result that is no number': ['sys_exit_recvfrom: 0x1000', 'sys_exit_recvfrom: @#'],
  'an error that is no number': [
    'sock_recv_length: sk address = 0xff, family = AF_INET protocol = IPPROTO_TCP, length = 4, error = 0, flags = 0x0',
    'sock_recv_length: sk address = 0xff, family = AF_INET protocol = IPPROTO_TCP, length = 4, error = x, flags = 0x0',
  ],
  'an interrupt that is no number': ['irq_handler_entry: irq=27 name=virtio1', 'irq_handler_entry: irq=# name=virtio1'],
};

describe('a line of a known event whose payload cannot be read', () => {
  it.each(Object.entries(DAMAGED))('%s is malformed, never a line that was understood', (_, [whole, damaged]) => {
    const text = `# tracer: nop\n${[whole, whole, damaged, whole].map((line) => `${HEAD}${line}\n`).join('')}`;
    const { report } = readAll(ftraceFormat, text).result;
    expect(report.account).toMatchObject({ malformed: 1, unknown: 0, parsed: 3 });
    expect([...report.unreadableEvents.values()]).toEqual([1]);
    expect(report.malformedExamples.map(({ line }) => line)).toEqual([4]);
  });

  it.each([
    'tcp_recvmsg: (tcp_recvmsg+0x0/0x200) sk=(null) len=4096',
    'skb_copy_datagram_iovec: skbaddr=(____ptrval____) len=1448',
    'tcp_probe: src=10.9.0.1:80 dest=10.9.0.2:7 mark=0x0 length=1500 snd_nxt=0x1 snd_una=0x1 rcv_wnd=65160',
    'udp_fail_queue_rcv_skb: rc=-12 port=21009',
    'tcp_rcvbuf_grow: time=187 rtt_us=185 copied=39096 inq=11584 space=14480 ooo=0 scaling_ratio=229 rcvbuf=32768 rcv_ssthresh=22091 window_clamp=29312 rcv_wnd=21720 family=AF_INET sport=5201 dport=7 saddr=10.8.0.1 daddr=10.8.0.2 saddrv6=::ffff:10.8.0.1 daddrv6=::ffff:10.8.0.2 skaddr=00000000e962919d sock_cookie=11ae',
    'napi_poll: napi poll on napi struct 0xffff888012345600 for device eth0',
    'sched_switch: prev_comm=a prev_pid=7 prev_prio=120 prev_state=t ==> next_comm=b next_pid=8 next_prio=120',
    `tcp_rcv_space_adjust: sport=0x50 (80) dport=0x7 (7) saddr={0xa,0x9,0x0,0x1} daddr={0xa,0x9,0x0,0x2}`,
  ])('%s is what kernels print', (line) => {
    const { report } = readAll(ftraceFormat, `# tracer: nop\n${HEAD}${line}\n${HEAD}${line}\n`).result;
    expect(report.account).toMatchObject({ malformed: 0, parsed: 2 });
  });
});

describe('the calls around it', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'damaged-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const whole = readFileSync(path.join(ROOT, 'fixtures/captures/ftrace/html-escaped-kprobes/trace.txt'), 'utf8');
  const lines = whole.split('\n');
  const load = (text: string): Promise<Run> => {
    const file = path.join(folder, 'trace.txt');
    writeFileSync(file, text);
    return loadRun(file, { onProgress: () => undefined });
  };
  const countDamaged = ({ calls }: Run): number => {
    let damaged = 0;
    for (let i = 0; i < calls.length; i++) if (calls.get('state', i) & CallState.lossInside) damaged++;
    return damaged;
  };

  /** The middle line of the event, with the first digits behind `key` replaced. */
  const damage = (event: string, key: string): string => {
    const at = lines.flatMap((line, i) => (line.includes(` ${event}: `) && line.includes(key) ? [i] : []));
    const line = at[at.length >> 1];
    return lines.map((text, i) => (i === line ? text.replace(new RegExp(`${key}\\S+`), `${key}@#`) : text)).join('\n');
  };

  it.each([
    ['tcp_recvmsg_ret', 'ret='],
    ['skb_copy_datagram_iter', 'len='],
    ['sched_switch', 'prev_pid='],
    ['sched_wakeup', ' pid='],
  ])('%s with a damaged %s leaves calls out of statistics and says which line', async (event, key) => {
    const before = await load(whole);
    const after = await load(damage(event, key));
    expect(after.files[0].account.malformed).toBe(before.files[0].account.malformed + 1);
    expect(countDamaged(after)).toBeGreaterThan(countDamaged(before));
    expect(after.diagnostics.find(({ name }) => name === 'malformed-line')?.examples[0].line).toBeGreaterThan(0);
  });
});
