import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../../parsers/index.ts';
import * as L from '../../../parsers/wasm/layout.ts';
import { LineScanner } from '../../../parsers/wasm/line-scanner.ts';
import { BATCH_ROWS, EventBatch } from '../../../src/model/events.ts';
import { makeRandom, mutate } from '../../fuzz/mutate.ts';
import { compareScanners } from '../../support/compare-scanners.ts';
import { listFiles, ROOT } from '../../support/source-tree.ts';

const perf = FORMATS.find((format) => format.id === 'perf-script')!;
const ftrace = FORMATS.find((format) => format.id === 'ftrace')!;
const traceCmd = FORMATS.find((format) => format.id === 'trace-cmd')!;
const graph = FORMATS.find((format) => format.id === 'function_graph')!;
const samples = listFiles('fixtures/captures')
  .filter((file) => !/about\.md$|gt-.*\.csv$/.test(file))
  .map((file) => {
    const raw = readFileSync(path.join(ROOT, file));
    const text = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
    const head = text.subarray(0, 65536).toString('utf8');
    const detection = { text: head, lines: head.split('\n'), isWholeFile: text.length <= 65536 };
    return {
      file,
      text,
      format: [perf, ftrace, traceCmd, graph].find((format) => format.detect(detection).score >= 10),
    };
  })
  .filter((sample) => sample.format !== undefined);

/** Lines of one ftrace text: usual ones first, so that the scanner knows them, then their odd relatives. */
function ftraceText(lines: readonly string[]): Buffer {
  let second = 100;
  return Buffer.from(
    `# tracer: nop\n${lines.map((line) => `${'rxbench'.padStart(16)}-77      [001] d.s1.  ${second++}.000123: ${line}\n`).join('')}`,
  );
}
function perfText(lines: readonly string[]): Buffer {
  let second = 100;
  return Buffer.from(lines.map((line) => `rxbench    77 [001]   ${second++}.000123: ${line}\n`).join(''));
}

/** Each payload once as the WASM scanner expects it (three times, so that it is taught) and then as it does not. */
const ODD_PAYLOADS: Record<string, { usual: string; odd: string[] }> = {
  'sched:sched_switch': {
    usual: 'prev_comm=a b prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=c next_pid=9 next_prio=120',
    odd: [
      'prev_comm=a=b prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=c next_pid=9 next_prio=120',
      'prev_comm=x prev_pid=1 prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=c next_pid=9 next_prio=120',
      'prev_comm=a prev_pid=7 prev_prio=120 prev_state=0x80 ==> next_comm=c next_pid=9 next_prio=120',
      'prev_comm=a prev_pid=7 prev_prio=120 prev_state=R+ ==> next_comm=c next_pid=9 next_prio=120 x=1',
      'prev_comm=a prev_pid=7 prev_prio=-2 prev_state=D|W ==> next_comm=> next_comm= next_pid=9 next_prio=0',
      'prev_comm= prev_pid=-1 prev_prio=0 prev_state=I ==> next_comm= next_pid=0 next_prio=0',
      'prev_comm=a prev_pid=4294967299 prev_prio=1 prev_state=S ==> next_comm=c next_pid=9999999999 next_prio=1',
      'prev_comm=a prev_pid=99999999999999999999 prev_prio=1 prev_state=S ==> next_comm=c next_pid=9 next_prio=1',
      'prev_comm=averyveryverylongnameindeed prev_pid=7 prev_prio=1 prev_state=S ==> next_comm=c next_pid=9 next_prio=1',
      'a:7 [120] S ==> c:9 [120]',
      'prev_comm=a prev_pid=7',
      '',
    ],
  },
  'sched:sched_wakeup': {
    usual: 'comm=x pid=1 prio=120 target_cpu=003',
    odd: [
      'comm=x pid=1 prio=120 success=1 target_cpu=003',
      'comm=x pid=1 prio=120 success=0 target_cpu=3 ',
      'comm=x pid=2 pid=1 prio=120 target_cpu=003',
      'comm=x y=1 pid=1 prio=120 target_cpu=003',
      'comm=x pid=1 prio=120 target_cpu=003 more',
      'comm=x pid= prio=120 target_cpu=003',
      'x:23 [120] success=1 CPU:001',
    ],
  },
  'napi:napi_poll': {
    usual: 'napi poll on napi struct 0xffff888627d2d1c8 for device eth0 work 2 budget 64',
    odd: [
      'napi poll on napi struct 00000000763b9b8a for device (no_device) work 0 budget 8',
      'napi poll on napi struct (____ptrval____) for device eth0 work 1 budget 64',
      'napi poll on napi struct 0xffff888627d2d1c8 for device eth0',
      'napi poll on napi struct 0xffff888627d2d1c8 for device eth0 work -1 budget 64',
      'napi poll on napi struct 0xffff888627d2d1c8 for device eth0 work 1 budget 64 more',
      'napi poll on napi struct 0xffff888627d2d1c8 for device eth0 work budget 64 and something behind it',
      'napi poll on napi struct 0xffff888627d2d1c8 for device averyverylongdevice work 1 budget 64',
      'napi poll on napi struct 0xffff888627d2d1c8 for device  for device x work 1 budget 64',
      'napi poll on napi struct 0xffff888627d2d1c8 work 1 budget 64 for device eth0 and more of it',
      'napi poll',
    ],
  },
  'net:napi_gro_receive_entry': {
    usual:
      'dev=eth0 napi_id=0x2001 queue_mapping=1 skbaddr=0xff110001 vlan_tagged=0 len=1500 data_len=1448 truesize=2304 nr_frags=1 gso_size=0',
    odd: [
      'dev=eth0 napi_id=0x2001 queue_mapping=70000 skbaddr=0xff110001 vlan_tagged=0 len=1500 data_len=1448 nr_frags=1 gso_size=0',
      'dev=eth0 napi_id=-1 queue_mapping=0 skbaddr=0xff110001 vlan_tagged=0 len=1500 data_len=1448 nr_frags=1 gso_size=0',
      'dev=eth0 queue_mapping=1 skbaddr=0xff110001 vlan_tagged=0 len=1500 data_len=1448 truesize=2304 nr_frags=1 gso_size=0',
      'dev=eth0 napi_id=0x2001 queue_mapping=1 skbaddr=(____ptrval____) len=1500 data_len=1448 truesize=2304 nr_frags=1',
      'dev=eth0 napi_id=0x2001 queue_mapping=1 skbaddr=0xff110001 data_len=1448 len=1500 truesize=2304 nr_frags=x gso_size=0',
      'dev=eth0 napi_id=0x2001 queue_mapping=1 skbaddr=0xff110001 data_len=1448 len=1500 skbaddr=0x1 len=3 nr_frags=17',
      'napi_id=0x2001 queue_mapping=1 skbaddr=0xff110001 vlan_tagged=0 len=1500 data_len=1448 truesize=2304 nr_frags=1',
      'dev=eth0',
    ],
  },
  'skb:skb_copy_datagram_iovec': {
    usual: 'skbaddr=0xffff888122e2b2e0 len=7240',
    odd: [
      'skbaddr=ffff888122e2b2e0 len=-5',
      'skbaddr=(____ptrval____) len=7',
      'skbaddr=0x1 xlen=3, len=0x10',
      'skbaddr=0x len=3',
      'len=3 skbaddr=0x1',
      'skbaddr=0xffff888122e2b2e0',
      'skbaddr=0xffff888122e2b2e0ff len=9',
      'dev=lo skbaddr=0x5 len=4(len=7)',
    ],
  },
  'sock:sock_recv_length': {
    usual:
      'sk address = 0xffff888102e1c0c0, family = AF_INET protocol = IPPROTO_TCP, length = 65536, error = 0, flags = 0x0',
    odd: [
      'sk address = 0xffff888102e1c0c1, family = 2 protocol = 17, length = -11, error = -11, flags = 40',
      'sk address = 0000, family = 2 protocol = IPPROTO_MPTCP, length = 1, error = 0, flags = 0x0, flags = 0x2',
      'family = 2 protocol = 6, length = 1, error = 0, flags = 0x0',
      'sk address = 0xffff888102e1c0c0, family = AF_INET protocol = , length = , error = 0, flags = 0x0',
      'sk address = 0xffff888102e1c0c0, faM-jily = AF_INET protocol = IPPROTO_TCP, length = 4, error = 0, flags = 0x0',
    ],
  },
  'tcp:tcp_probe': {
    usual:
      'family=AF_INET src=10.9.0.2:47690 dest=10.9.0.1:20032 data_len=1448 skbaddr=00000000522a2ef5 skaddr=000000003f7c4b05',
    odd: [
      'family=AF_INET data_len=0 snd_nxt=0x1',
      'src=10.9.0.1:1 length=1500 snd_nxt=0x1',
      'xdata_len=5 data_len=6 skbaddr=0x5 x=1 skaddr=0x123456',
      'data_len=6 skbaddr=(null) skaddr=0x123456',
    ],
  },
  'tcp:tcp_rcv_space_adjust': {
    usual: 'skaddr=0xffff888102e1c0c0 family=AF_INET',
    odd: ['', 'family=AF_INET', 'skaddr=(null)'],
  },
  'irq:softirq_entry': {
    usual: 'vec=3 [action=NET_RX]',
    odd: ['vec=10 [action=X]', 'softirq=3 action=NET_RX', 'vec=', 'vec=1'],
  },
  'irq:irq_handler_entry': {
    usual: 'irq=10 name=virtio1',
    odd: ['irq=0x1f name=x', 'name=irq=5', 'irq=', 'vector=236'],
  },
  'syscalls:sys_enter_recvfrom': {
    usual: 'fd: 0x00000004, ubuf: 0x7fb22ee6b000, size: 0x00010000, flags: 0x00000000',
    odd: [
      'fd: 4, ubuf: 7f, size: 7530, flags: 40',
      'fd=4 size=12',
      'ubuf: 0x1',
      'fd: , size: 0x1',
      'size: 0x1, size: 0x2',
    ],
  },
  'syscalls:sys_exit_recvfrom': {
    usual: '0x5a8',
    odd: ['-11', '0xfffffffffffffff5', '0xfffffe00', '0x', '', 'ret=0x5'],
  },
  'probe:tcp_recvmsg': {
    usual: '(ffffffff81000010) sk=0xffff888102e1c0c0 len=65536 flags=0x0',
    odd: [
      '(ffffffff81000010) sk=0xffff888102e1c0c0 len=6c flags=0x0',
      '(ffffffff81000010) sk=0xffff888102e1c0c0 len=7 flags=0x0 more=1',
      '(ffffffff81000010) len=7 sk=0xffff888102e1c0c0 flags=0x0',
      '(ffffffff81000010)',
      '(ffffffff8100\u00ff10) sk=0xffff888102e1c0c0 len=5 flags=0x0',
      '() sk=0xffff888102e1c0c0 len=5 flags=0x0',
      '(ffffffff81000010) sk=0xffff888102e1c0c0 l',
      '(ffffffff81000010) sk=0xffff888102e1c0c0 len=5 fl',
      '(ffffffff81000099 <- ffffffff81000010) ret=5',
      '(tcp_recvmsg+0x0/0x90) sk=0xffff888102e1c0c0 len=9 flags=0x0',
    ],
  },
  'net:netif_rx': { usual: 'dev=lo skbaddr=0x5 len=4', odd: ['(a) b=1', ''] },
};

describe('the WASM scanner and the plain one', () => {
  it('lay the page of rows out alike', () => {
    const batch = new EventBatch(new ArrayBuffer(L.CHUNK), L.BATCH);
    expect(BATCH_ROWS).toBe(L.PAGE_ROWS);
    const places = [batch.atNs, batch.durNs, batch.obj, batch.arg0, batch.arg1, batch.arg2, batch.arg3, batch.line];
    expect(places.map((column) => column.byteOffset)).toEqual([
      L.AT,
      L.DUR,
      L.OBJ,
      L.ARG0,
      L.ARG1,
      L.ARG2,
      L.ARG3,
      L.LINES,
    ]);
    const ids = [batch.cpu, batch.tid, batch.comm, batch.probe, batch.parent, batch.depth, batch.sock, batch.aux];
    const idPlaces = [L.CPUS, L.TIDS, L.COMM_IDS, L.PROBES, L.PARENTS, L.DEPTHS, L.SOCK_IDS, L.AUXS];
    expect(ids.map((column) => column.byteOffset)).toEqual(idPlaces);
    const bytes = [batch.kind, batch.source, batch.edge, batch.context].map((column) => column.byteOffset);
    expect(bytes).toEqual([L.KINDS, L.SOURCES_OF, L.EDGES_OF, L.CONTEXTS]);
    expect(L.SLICE + L.SLICE_BYTES + 1024).toBeLessThan(L.PAGES * 65536);
  });

  it('is there and takes lines', () => {
    expect(LineScanner.borrow()).not.toBeNull();
  });

  it.each(samples.map((sample) => [sample.file, sample] as const))('%s', (_, { text, format }) => {
    expect(compareScanners(format!, text, [1 << 20])).toBe('');
    expect(compareScanners(format!, text.subarray(0, 300_000), [7001, 13, 65_537])).toBe('');
  });

  it.each(Object.keys(ODD_PAYLOADS))('%s in every spelling', (name) => {
    const { usual, odd } = ODD_PAYLOADS[name];
    const bare = name.slice(name.indexOf(':') + 1);
    const payloads = [usual, usual, usual, ...odd.flatMap((payload) => [payload, usual])];
    const ofFtrace = payloads.map((payload) => `${bare}: ${payload}`);
    expect(compareScanners(ftrace, ftraceText(ofFtrace), [1 << 20])).toBe('');
    expect(compareScanners(perf, perfText(payloads.map((payload) => `${name}: ${payload}`)), [1 << 20])).toBe('');
    expect(compareScanners(perf, perfText(payloads.map((payload) => `     1 ${name}:    ${payload}`)), [1 << 20])).toBe(
      '',
    );
  });

  it('syscalls in the spelling of ftrace, told once or twice', () => {
    const once = ['sys_recvfrom(fd: 3, ubuf: 7f, size: 7530, flags: 40)', 'sys_recvfrom -> 0x5a8'];
    const twice = ['sys_enter: NR 45 (3, 7f, 7530, 40, 0, 0)', once[0], 'sys_exit: NR 45 = 1448', once[1]];
    const unused = [
      'sys_futex(uaddr: 1)',
      'sys_futex -> 0x0',
      'sys_futex(uaddr: 1',
      'sys_futex  -> 0x0',
      'sys_futex ->',
    ];
    const getsockopt = ['sys_getsockopt(fd: 3, level: 6, optname: 23, optval: 1)', 'sys_getsockopt -> 0x0'];
    const lines = [...once, ...once, ...once, ...twice, ...unused, ...unused, ...getsockopt, ...getsockopt, ...once];
    expect(compareScanners(ftrace, ftraceText(lines), [1 << 20])).toBe('');
  });

  it('a name that a place explains later on is unknown before and known after', () => {
    const plain = ['  foo:bar: a=1', '  bar: a=1', '  foo:bar: a=1', '  bar: a=1'];
    const lines = [
      ...plain,
      ...plain,
      '  bar: (tcp_recvmsg+0x0/0x90) a=1',
      ...plain,
      '  foo:bar: (kfree+0x0/0x9) a=1',
      ...plain,
    ];
    expect(compareScanners(perf, perfText(lines), [1 << 20])).toBe('');
    expect(compareScanners(ftrace, ftraceText(lines.map((line) => line.trim())), [1 << 20])).toBe('');
  });

  it('tasks as the plugins of trace-cmd print them', () => {
    const usual = ['sched_switch:         a:7 [120] S ==> b:9 [120]', 'sched_wakeup:         b:9 [120] CPU:001'];
    const odd = [
      'sched_switch:         a:7:8 [120] R+ ==> memfd:x:9 [0]',
      'sched_switch:         a:7 [120] S ==> b:9 [120] ==> c:5 [120]',
      'sched_switch:         a [1]:7 [-1] (S) ==> b:9 [120]',
      'sched_switch:         a:7 [120] 0x80 ==> b:9 [120]',
      'sched_switch:         :7 [120] S ==> :0 [120]',
      'sched_switch:         a:-7 [120] S ==> b:9 [120]',
      'sched_switch:         a:4294967299 [120] S ==> b:9999999999 [120]',
      'sched_switch:         a:7 [120]  S ==> b:9 [120]',
      'sched_switch:         task a:7 [120] (S) ==> b:9 [120]',
      'sched_switch:         [FAILED TO PARSE] prev_comm=a prev_pid=7',
      'sched_wakeup:         b:9 [120] success=1 CPU:001',
      'sched_wakeup:         CPU:1:9 [120] CPU:001',
      'sched_wakeup:         b:9 [120] CPU:',
      'tcp_rcv_space_adjust: [FAILED TO PARSE] skaddr=0xffff888102e1c0c0',
      'function:             tcp_recvmsg <-- inet_recvmsg',
      'print:                tracing_mark_write: hello',
      'whatever:             a=b',
    ];
    const lines = [...usual, ...usual, ...usual, ...odd.flatMap((line) => [line, ...usual]), ...odd, ...odd];
    const text = Buffer.from(`version = 6\ncpus=2\n${ftraceText(lines).toString().slice('# tracer: nop\n'.length)}`);
    expect(compareScanners(traceCmd, text, [1 << 20])).toBe('');
    const again = Buffer.from(text.toString().replaceAll('d.s1. ', ''));
    expect(compareScanners(traceCmd, again, [1 << 20])).toBe('');
  });

  it('a field that turns out to be hex in a line the WASM scanner leaves alone', () => {
    const field = (value: string): string => `p_x: (tcp_recvmsg+0x0/0x10) sk=0xffff888100000000 len=${value}`;
    // More than the first MiB, which tells the readers how fields are written before they read line 1.
    const usual = ftraceText(Array.from({ length: 11_000 }, () => field('9')));
    const found = ftraceText([field('1a')])
      .toString()
      .replace('         rxbench-77     ', 'a task [1] of its own-77');
    const later = ftraceText([field('12'), field('12'), field('12')]);
    const title = /^# tracer: nop\n/gm;
    const text = Buffer.concat([usual, Buffer.from(found), later])
      .toString()
      .replace(title, '');
    expect(text.length).toBeGreaterThan(1 << 20);
    expect(compareScanners(ftrace, Buffer.from(`# tracer: nop\n${text}`), [1 << 20])).toBe('');
    expect(compareScanners(traceCmd, Buffer.from(`cpus=2\n${text}`), [1 << 20])).toBe('');
    const spaced = text
      .replace(/^ +(\S.*?)-77 +(\[001\]) d\.s1\. /gm, '$1    77 $2 ')
      .replace('a task [1] of its own-77', 'a task  77');
    expect(compareScanners(perf, Buffer.from(spaced), [1 << 20])).toBe('');
  });

  it('functions with and without the usual parent', () => {
    const usual = ['tcp_recvmsg <-inet_recvmsg', 'kfree <-skb_release_data', 'net_rx_action <-__do_softirq'];
    const odd = [
      'tcp_recvmsg  <-inet_recvmsg',
      'tcp_recvmsg <-inet_recvmsg [mod]',
      'tcp_recvmsg <--inet_recvmsg',
      'tcp_recvmsg <-inet_recvmsg+0x6b/0x80',
      'tcp_recvmsg',
      'tcp_recvmsg: text',
      'tcp_recvmsg(sk=0xff1100000bcf9280, len=40960)',
      'tcp_recvmsg(sk=0xff1100000bcf9280, len=40961)',
      'tcp_recvmsg(sk=0xff1100000bcf9280, len=40962) <-inet_recvmsg',
      'kfree <-',
    ];
    const lines = [...usual, ...usual, ...usual, ...odd.flatMap((line) => [line, ...usual])];
    expect(compareScanners(ftrace, ftraceText(lines), [1 << 20])).toBe('');
  });

  it('braces without name close functions that only lines with arguments have named', () => {
    const call = (name: string, at: number): string =>
      `  100.0000${at} |   1)  rxbench-77    |               |  ${name} {\n  100.0000${at + 1} |   1)  rxbench-77    |   1.000 us    |  }\n`;
    const title =
      '# tracer: function_graph\n#     TIME        CPU  TASK/PID         DURATION                  FUNCTION CALLS\n';
    const functions = ['tcp_recvmsg()', 'sk_wait_data()', 'release_sock()'];
    const used = Buffer.from(`${title}${functions.map((name, i) => call(name, 10 + 10 * i)).join('')}`);
    const named = Buffer.from(`${title}${[10, 20].map((at) => call('kfree()', at)).join('')}${call('foo(a=1)', 30)}`);
    // The WASM scanner of the second text is the one of the first.
    for (const text of [used, named, used, named]) expect(compareScanners(graph, text, [1 << 20])).toBe('');
  });

  it('times of every kind', () => {
    const heads = [
      '100.000001',
      '100.000001',
      '100.00001',
      '100.0000010',
      '9007199254.740993',
      '1',
      '99.999999',
      '100.12345x',
    ];
    const text = [...heads, ...heads]
      .map((time) => `${'rxbench'.padStart(16)}-77      [001] d.s1.  ${time}: softirq_entry: vec=3 [action=NET_RX]\n`)
      .join('');
    expect(compareScanners(ftrace, Buffer.from(`# tracer: nop\n${text}`), [1 << 20])).toBe('');
    const still = ftraceText(Array.from({ length: 400 }, () => 'softirq_entry: vec=3 [action=NET_RX]'));
    const stopped = Buffer.from(still.toString().replace(/ 1\d\d\.000123/g, ' 100.000123'));
    expect(compareScanners(ftrace, stopped, [1 << 20])).toBe('');
  });

  it('task names and sockets by the thousand, whatever places of the tables they share', () => {
    const switches = Array.from({ length: 6000 }, (_, i) => {
      const [a, b] = [`a${i * 7919}`, `b${i * 104729}`];
      return `sched_switch: prev_comm=${a} prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=${b} next_pid=9 next_prio=120`;
    });
    expect(compareScanners(ftrace, ftraceText(switches), [1 << 20])).toBe('');
    const sockets = Array.from({ length: 6000 }, (_, i) => {
      const [a, b] = [
        (0xffff888100000000n + BigInt(i) * 64n).toString(16),
        (0xffff888200000000n + BigInt(i) * 8128n).toString(16),
      ];
      return `tcp_recvmsg: (tcp_recvmsg+0x0/0x90) sk=0x${a} sock=0x${b} len=${i + 10}`;
    });
    expect(compareScanners(ftrace, ftraceText(sockets), [1 << 20])).toBe('');
  });

  it('long lines', () => {
    const lines = [
      'softirq_entry: vec=3 [action=NET_RX]',
      `netif_rx: ${'x'.repeat(700_000)}`,
      'softirq_exit: vec=3 [action=NET_RX]',
    ];
    expect(compareScanners(ftrace, ftraceText([...lines, ...lines]), [1 << 20])).toBe('');
    expect(compareScanners(ftrace, ftraceText([...lines, ...lines]), [1 << 20], 200)).toBe('');
  });

  it('mutated fixtures', () => {
    const random = makeRandom(20);
    for (let round = 0; round < 150; round++) {
      const { text, format } = samples[Math.floor(random() * samples.length)];
      const from = Math.floor(random() * Math.max(1, text.length - 60_000));
      const lines = text
        .subarray(from, from + 60_000)
        .toString('latin1')
        .split('\n')
        .slice(0, 300);
      const mutated = mutate(
        lines.map((line) => Buffer.from(line, 'latin1')),
        random,
      );
      const whole = Buffer.concat(mutated.lines.flatMap((line) => [line, Buffer.from('\n')]));
      // Twice, so that what was taught in the first half meets the second.
      expect(compareScanners(format!, Buffer.concat([whole, whole]), [40_000])).toBe('');
    }
  });
});
