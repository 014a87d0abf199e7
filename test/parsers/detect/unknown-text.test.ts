import { describe, expect, it } from 'vitest';
import { makeHead, sniffHead } from '../../../parsers/detect/sniff.ts';
import { nameText } from '../../../parsers/detect/unknown-text.ts';
import { FORMATS } from '../../../parsers/registry.ts';
import { findBinary } from '../../../parsers/source/magic.ts';

/** What people hand in by mistake: never taken for a capture, always called by its name. */
const TEXTS: Record<string, { text: string; says: RegExp }> = {
  'a hist trigger': {
    text: '# event histogram\n#\n# trigger info: hist:keys=skbaddr.hex:vals=len [active]\n#\n\n{ skbaddr: ffff8800c9b1d800 } hitcount:          1  len:         46\n{ skbaddr: ffff8800c9b1d900 } hitcount:          2  len:         92\n\nTotals:\n    Hits: 3\n',
    says: /hist trigger/,
  },
  blktrace: {
    text: '  8,0    1        1     0.000000000  4162  Q   R 5 + 8 [cat]\n  8,0    1        2     0.000022345  4162  G   R 5 + 8 [cat]\n  8,0    0        3     0.000032345     0  C   R 5 + 8 [0]\n',
    says: /blktrace/,
  },
  mmiotrace: {
    text: 'VERSION 20070824\nPCIDEV 0000 8086 0\nMAP 1.234567 1 0xf0000000 0xc0000 0x1000 0x0 0\nR 4 1.234568 1 0xf0000010 0x5 0x0 0\nW 4 1.234569 1 0xf0000010 0x5 0x0 0\n',
    says: /mmiotrace/,
  },
  ocount: {
    text: 'Events were actively counted for 12.4 seconds.\nEvent counts (scaled) for /bin/ls:\n\tEvent    Count    % time counted\n\tINST_RETIRED    2,345,678    100.00\n',
    says: /ocount/,
  },
  'perf trace': {
    text: '     0.000 ( 0.004 ms): rxbench/24067 recvfrom(fd: 4, ubuf: 0x7f00, size: 4096) = 4096\n     0.009 ( 0.003 ms): rxbench/24067 recvfrom(fd: 4, ubuf: 0x7f00, size: 4096) = 4096\n',
    says: /perf trace/,
  },
  'perf trace -s': {
    text: '\n Summary of events:\n\n rxbench (11736), 152 events, 98.7%\n\n   syscall   calls  errors  total  min  avg  max\n',
    says: /perf trace -s/,
  },
  'perf sched timehist -V': {
    text: '           time    cpu  012  task name                       wait time  sch delay   run time\n--------------- ------  ---  ------------------------------  ---------  ---------  ---------\n    2874.052032 [0001]       rxbench[11736]                                                   awakened: rcu_preempt[15]\n',
    says: /timehist/,
  },
  'perf sched timehist without its head': {
    text: '   48427.489431 [0000]  perf[26605]                         0.000      0.000      0.000 \n   48427.489467 [0000]  migration/0[18]                     0.000      0.013      0.036 \n',
    says: /timehist.*who woke it/,
  },
  'perf sched timehist -s': {
    text: '\nRuntime summary\n                          comm  parent   sched-in     run-time    min-run     avg-run     max-run  stddev  migrations\n',
    says: /timehist/,
  },
  'netstat -s': {
    text: 'Ip:\n    Forwarding: 2\n    426304 total packets received\n    0 forwarded\nTcp:\n    12 active connection openings\n',
    says: /netstat -s.*nstat -az/,
  },
  tcpdump: {
    text: '05:59:52.123456 IP 10.0.0.1.5001 > 10.0.0.2.44332: Flags [.], seq 1:1449, ack 1, win 229, length 1448\n'.repeat(
      3,
    ),
    says: /tcpdump/,
  },
  vmstat: {
    text: 'procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n 1  0      0 812344  12344 412344    0    0     1     2  812 1412  3 11 86  0  0\n',
    says: /vmstat/,
  },
  bpftrace: {
    text: 'Attaching 2 probes...\n@us: \n[0, 1)                10 |@@@@@                      |\n[1, 2)               100 |@@@@@@@@@@@@@@@@@@@@@@@@@@@|\n',
    says: /bpftrace/,
  },
  'a kernel log': {
    text: '[    0.000000] Linux version 6.1.0 (gcc) #1 SMP\n[    1.234567] e1000: Intel(R) PRO/1000 Network Driver\n[    2.234567] IPv6: ADDRCONF(NETDEV_UP): eth0: link is not ready\n',
    says: /kernel log/,
  },
  'a table below a comment': {
    text: '# total_bytes=2600000 calls=154\nseq,tid,start_ns,end_ns,len\n0,499,6377265399,6377300000,98304\n',
    says: /CSV table/,
  },
};

describe('texts of other tools', () => {
  it.each(Object.entries(TEXTS))('%s is refused by its name', (_, { text, says }) => {
    const head = makeHead(Buffer.from(text), true);
    expect(sniffHead(head, FORMATS, true).format?.id).toBeUndefined();
    expect(nameText(head)).toMatch(says);
  });

  it.each([
    ['pcap', [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0]],
    ['pcapng', [0x0a, 0x0d, 0x0d, 0x0a, 0x1c, 0, 0, 0]],
    ['elf', [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]],
  ])('%s is known by its first bytes', (id, bytes) => {
    expect(findBinary(Uint8Array.from(bytes))?.id).toBe(id);
  });
});
