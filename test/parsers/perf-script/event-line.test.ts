import { describe, expect, it } from 'vitest';
import { EventLine } from '../../../parsers/formats/perf-script/event-line.ts';
import { looksLikeEventName, splitEventName } from '../../../parsers/formats/perf-script/events.ts';

interface Expected {
  comm: string;
  pid?: number;
  tid?: number;
  cpu?: number;
  time?: string;
  period?: number;
  event?: string;
  payload?: string;
}

function read(text: string): Expected | null {
  const buf = new TextEncoder().encode(text);
  const line = new EventLine();
  const isName = (bytes: Uint8Array, start: number, end: number): boolean =>
    looksLikeEventName(new TextDecoder().decode(bytes.subarray(start, end)));
  const isTimed = line.parseTimed(buf, 0, buf.length);
  if (!isTimed && !line.parseUntimed(buf, 0, buf.length, isName)) return null;
  const cut = (start: number, end: number): string => new TextDecoder().decode(buf.subarray(start, end));
  const expected: Expected = { comm: cut(line.commStart, line.commEnd) };
  if (line.pid !== -1) expected.pid = line.pid;
  if (line.hasIds) expected.tid = line.tid;
  if (line.cpu >= 0) expected.cpu = line.cpu;
  if (line.hasTime) expected.time = `${line.timeHigh}.${String(line.timeLow).padStart(9, '0')}`;
  if (!Number.isNaN(line.period)) expected.period = line.period;
  if (line.nameEnd > line.nameStart) expected.event = cut(line.nameStart, line.nameEnd);
  if (line.payload < buf.length) expected.payload = cut(line.payload, buf.length);
  return expected;
}

const TABLE: [string, Expected | null][] = [
  [
    'perf  7971  2782.992243:          1 cycles: ',
    { comm: 'perf', tid: 7971, time: '2782.992243000', period: 1, event: 'cycles' },
  ],
  [
    '         swapper     0 [000]  2761.306311:    1000000     cpu-clock:  ffffffff8136a45d [unknown] ([kernel.kallsyms])',
    {
      comm: 'swapper',
      tid: 0,
      cpu: 0,
      time: '2761.306311000',
      period: 1000000,
      event: 'cpu-clock',
      payload: 'ffffffff8136a45d [unknown] ([kernel.kallsyms])',
    },
  ],
  [
    'iperf 27409/28744 [000] 441995.133575: cpu-clock: ',
    { comm: 'iperf', pid: 27409, tid: 28744, cpu: 0, time: '441995.133575000', event: 'cpu-clock' },
  ],
  ['xwax  1896 cycles: ', { comm: 'xwax', tid: 1896, event: 'cycles' }],
  ['java 19983 cycles:', { comm: 'java', tid: 19983, event: 'cycles' }],
  [
    ' swapper     0   0 349390.280035:          1 cycles: ',
    { comm: 'swapper', tid: 0, cpu: 0, time: '349390.280035000', period: 1, event: 'cycles' },
  ],
  [
    'CUPSManager cup 11320 186448.846888:    1008373 cycles: ',
    { comm: 'CUPSManager cup', tid: 11320, time: '186448.846888000', period: 1008373, event: 'cycles' },
  ],
  [
    'qmkg_ktv_rec_re 27765 [017] 7911704.926324: kmem:kmalloc: call_site=ffffffff813b3b4e bytes_req=32',
    {
      comm: 'qmkg_ktv_rec_re',
      tid: 27765,
      cpu: 17,
      time: '7911704.926324000',
      event: 'kmem:kmalloc',
      payload: 'call_site=ffffffff813b3b4e bytes_req=32',
    },
  ],
  // task names that look like other fields
  [
    'Chrome 12 4711 [001] 5.000001: cycles: ',
    { comm: 'Chrome 12', tid: 4711, cpu: 1, time: '5.000001000', event: 'cycles' },
  ],
  [
    '77\t1/1\t\t[000] 0.0:\t\t\t1 event_name: x',
    { comm: '77', pid: 1, tid: 1, cpu: 0, time: '0.000000000', period: 1, event: 'event_name', payload: 'x' },
  ],
  [
    '    2/2\t\t[000] 0.0:\t\t\t1 event_name: x',
    { comm: '', pid: 2, tid: 2, cpu: 0, time: '0.000000000', period: 1, event: 'event_name', payload: 'x' },
  ],
  [
    'k/[2]  4/4 [000] 1.5: a:b: x',
    { comm: 'k/[2]', pid: 4, tid: 4, cpu: 0, time: '1.500000000', event: 'a:b', payload: 'x' },
  ],
  [
    '     a:b-1 <x> 0  7280 [001]  2235.008550: net:netif_rx: dev=v',
    { comm: 'a:b-1 <x> 0', tid: 7280, cpu: 1, time: '2235.008550000', event: 'net:netif_rx', payload: 'dev=v' },
  ],
  [
    '1 2 3.000001: x  4711 [000]   12.000002: cycles: ',
    { comm: '1 2 3.000001: x', tid: 4711, cpu: 0, time: '12.000002000', event: 'cycles' },
  ],
  [
    '1 2 3.000001: x:  4711 [000]   12.000002: cycles: ',
    { comm: '1 2 3.000001: x:', tid: 4711, cpu: 0, time: '12.000002000', event: 'cycles' },
  ],
  ['#weird 12 [000] 3.000001: cycles: ', { comm: '#weird', tid: 12, cpu: 0, time: '3.000001000', event: 'cycles' }],
  [
    '             :-1    -1 [003]    12.000001: cycles: ',
    { comm: ':-1', tid: -1, cpu: 3, time: '12.000001000', event: 'cycles' },
  ],
  [
    'kworker/0:1-mm_ 33 [010] 3.000001: sched:sched_switch: prev_comm=kworker/0:1',
    {
      comm: 'kworker/0:1-mm_',
      tid: 33,
      cpu: 10,
      time: '3.000001000',
      event: 'sched:sched_switch',
      payload: 'prev_comm=kworker/0:1',
    },
  ],
  // columns left out or added
  [
    '   22  1989.568129:                 irq:softirq_entry: vec=9 [action=RCU]',
    { comm: '', tid: 22, time: '1989.568129000', event: 'irq:softirq_entry', payload: 'vec=9 [action=RCU]' },
  ],
  [
    '   22 [001]  1989.568129: irq:softirq_entry: vec=9',
    { comm: '', tid: 22, cpu: 1, time: '1989.568129000', event: 'irq:softirq_entry', payload: 'vec=9' },
  ],
  [
    '     ksoftirqd/1    22 [001]                 irq:softirq_entry: vec=9 [action=RCU]',
    { comm: 'ksoftirqd/1', tid: 22, cpu: 1, event: 'irq:softirq_entry', payload: 'vec=9 [action=RCU]' },
  ],
  [
    '     ksoftirqd/1    22 [001] 2026-11-21 03:55:02.971860  1989.568129: irq:softirq_entry: vec=9',
    { comm: 'ksoftirqd/1', tid: 22, cpu: 1, time: '1989.568129000', event: 'irq:softirq_entry', payload: 'vec=9' },
  ],
  [
    '     ksoftirqd/1    22/22    [001]  1989.568129683: irq:softirq_entry:                         vec=9',
    {
      comm: 'ksoftirqd/1',
      pid: 22,
      tid: 22,
      cpu: 1,
      time: '1989.568129683',
      event: 'irq:softirq_entry',
      payload: 'vec=9',
    },
  ],
  [
    '         rxbench 24067 [001] K       1998.984654: cpu-clock: ',
    { comm: 'rxbench', tid: 24067, cpu: 1, time: '1998.984654000', event: 'cpu-clock' },
  ],
  ['rxbench 24067  1998.984654: ', { comm: 'rxbench', tid: 24067, time: '1998.984654000' }],
  [
    'rxbench 24067  1998.984654:  ffffffff8158e327 next_uptodate_folio',
    { comm: 'rxbench', tid: 24067, time: '1998.984654000', payload: 'ffffffff8158e327 next_uptodate_folio' },
  ],
  [
    'swapper     0 [000]    1000000 cpu-clock: ',
    { comm: 'swapper', tid: 0, cpu: 0, period: 1000000, event: 'cpu-clock' },
  ],
  ['swapper     0          1 cycles: ', { comm: 'swapper', tid: 0, period: 1, event: 'cycles' }],
  ['cycles: ', { comm: '', event: 'cycles' }],
  [
    'perf-1383  [001]  6171.460045: sched_wakeup: comm=kworker/1:1',
    { comm: 'perf', tid: 1383, cpu: 1, time: '6171.460045000', event: 'sched_wakeup', payload: 'comm=kworker/1:1' },
  ],
  // event names
  [
    'a 1 [000] 1.000001: cpu_core/cycles/P: ',
    { comm: 'a', tid: 1, cpu: 0, time: '1.000001000', event: 'cpu_core/cycles/P' },
  ],
  [
    'a 1 [000] 1.000001:  100 cpu/event=0x3c,umask=0x0/u:  7f00 f (x)',
    {
      comm: 'a',
      tid: 1,
      cpu: 0,
      time: '1.000001000',
      period: 100,
      event: 'cpu/event=0x3c,umask=0x0/u',
      payload: '7f00 f (x)',
    },
  ],
  ['a 1 [000] 1.000001: raw 0x1a8: ', { comm: 'a', tid: 1, cpu: 0, time: '1.000001000', event: 'raw 0x1a8' }],
  [
    'a 1 [000] 1.000001: 10009 MEM_TRANS_RETIRED.LOAD_LATENCY:ldlat=64:precise=2:mh:mg:pinned:  1 x',
    {
      comm: 'a',
      tid: 1,
      cpu: 0,
      time: '1.000001000',
      period: 10009,
      event: 'MEM_TRANS_RETIRED.LOAD_LATENCY:ldlat=64:precise=2:mh:mg:pinned',
      payload: '1 x',
    },
  ],
  [
    'com.example.android.images\t31850/31850 [005] 684943.518055: 250000 cpu-clock:',
    {
      comm: 'com.example.android.images',
      pid: 31850,
      tid: 31850,
      cpu: 5,
      time: '684943.518055000',
      period: 250000,
      event: 'cpu-clock',
    },
  ],
  // not event lines
  ['          <idle>-0     [001] d..2.    75.266932: sched_switch: prev_comm=x', null],
  ['Warning: could not open 12 files: see below', null],
  ['Processed 1200 events and lost 3 chunks!', null],
  [' 0)   6.740 us    |    lock_sock_nested();', null],
  ['	ffffffff81e67313 __netif_receive_skb_core+0x333 ([kernel.kallsyms])', null],
  ['root@host:~# perf script', null],
];

describe('perf script event lines', () => {
  for (const [text, expected] of TABLE) {
    it(JSON.stringify(text.trim().slice(0, 70)), () => {
      expect(read(text)).toEqual(expected);
    });
  }

  it('normalises names to system and event', () => {
    expect(splitEventName('sched:sched_switch')).toEqual({ system: 'sched', shortName: 'sched_switch' });
    expect(splitEventName('sched:sched_switch:u')).toEqual({ system: 'sched', shortName: 'sched_switch' });
    expect(splitEventName('probe:tcp_recvmsg__return')).toEqual({ system: 'probe', shortName: 'tcp_recvmsg__return' });
    expect(splitEventName('cycles:ppp')).toEqual({ system: '', shortName: 'cycles' });
    expect(splitEventName('sched_switch')).toEqual({ system: '', shortName: 'sched_switch' });
    expect(splitEventName('cpu/event=0x3c/u')).toEqual({ system: '', shortName: 'cpu/event=0x3c/u' });
  });
});
