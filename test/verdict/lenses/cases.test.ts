import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFirstScreen } from '../../../reports/first-screen.ts';
import { loadRun } from '../../../src/cli/pipeline.ts';
import { CallTable } from '../../../src/model/calls.ts';
import type { Run } from '../../../src/model/capture.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import { StringTable } from '../../../src/model/string-table.ts';
import { askLenses, lookThroughLenses } from '../../../src/verdict/lenses/index.ts';
import { makeRun } from '../make-run.ts';
import { judgeFixture, loadFixture, rowsOf } from './support.ts';

async function readText(text: string, name = 'paste.txt'): Promise<Run> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lenses-'));
  try {
    writeFileSync(path.join(folder, name), text);
    return await loadRun(path.join(folder, name), {});
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('case scheduler-only', () => {
  it('tells per thread how long it was runnable and did not run', async () => {
    const { timeline } = await loadFixture('scheduler-only/perf-sched.txt');
    const { threads, wakeups } = timeline.schedule!;
    expect(wakeups).toBe(2);
    const [proxy, worker] = threads;
    expect(proxy).toMatchObject({ tid: 7711, comm: 'proxy-3', preemptions: 1, sleeps: 1, wakeups: 1 });
    expect(proxy.preemptedNs).toBeCloseTo(7_021_000, -2);
    expect(proxy.wakeLatencyNs).toBeCloseTo(350_000, -2);
    expect(proxy.sleepNs).toBeCloseTo(1_000_000, -2);
    expect(proxy.longest).toMatchObject({ line: 3, kind: 'preempted', instead: 'kworker/2:1' });
    // `kworker/2:1-mm_` of the head and `kworker/2:1` of the event are one thread.
    expect(worker).toMatchObject({ tid: 880, preemptions: 0, sleeps: 1, wakeups: 1 });
    expect(threads).toHaveLength(2);
    const analysis = await judgeFixture('scheduler-only/perf-sched.txt');
    expect(analysis.headline.sentence).toContain('7.371 ms');
    expect(analysis.verdicts.map(({ nextStep }) => nextStep)).toEqual(['', '', '']);
  });

  it('the waking line and the wakeup line are one wakeup; a return that no switch shows is counted as such', async () => {
    const line = (at: string, text: string, task = '<idle>-0   '): string => `  ${task} [001] d..2. ${at}: ${text}\n`;
    const run = await readText(
      `# tracer: nop\n#\n${[
        line(
          '10.000000',
          'sched_switch: prev_comm=rx prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120',
          'rx-7   ',
        ),
        line('10.001000', 'sched_waking: comm=rx pid=7 prio=120 target_cpu=000'),
        line('10.001500', 'sched_wakeup: comm=rx pid=7 prio=120 target_cpu=000'),
        line(
          '10.003000',
          'sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=rx next_pid=7 next_prio=120',
        ),
        line(
          '10.004000',
          'sched_switch: prev_comm=rx prev_pid=7 prev_prio=120 prev_state=R+ ==> next_comm=hog next_pid=9 next_prio=120',
          'rx-7   ',
        ),
        line(
          '10.009000',
          'sched_switch: prev_comm=rx prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=hog next_pid=9 next_prio=120',
          'rx-7   ',
        ),
      ].join('')}`,
      'trace.txt',
    );
    const thread = run.timeline.schedule!.threads.find(({ tid }) => tid === 7)!;
    expect(thread).toMatchObject({ wakeups: 1, wakeupsAcross: 1, preemptions: 1, sleeps: 2 });
    expect(thread.wakeLatencyNs).toBeCloseTo(2_000_000, -1);
    expect(thread.sleepNs).toBeCloseTo(1_000_000, -1);
    expect(thread.runNs).toBeCloseTo(1_000_000, -1);
    expect(thread.preemptedNs).toBeCloseTo(5_000_000, -1);
  });
});

describe('case softnet-one-cpu', () => {
  it('answers with a table in decimal and says which CPU is full', async () => {
    const analysis = await judgeFixture('softnet-one-cpu/issue.md');
    expect(rowsOf(analysis.lenses!, 'softnet').map((row) => row.slice(0, 5))).toEqual([
      ['CPU 0', expect.closeTo(99.507, 2), 716_294_624, 0, 41_459],
      ['CPU 1', expect.closeTo(0.162, 2), 1_167_522, 0, 2],
      ['CPU 2', expect.closeTo(0.152, 2), 1_091_548, 0, 0],
      ['CPU 3', expect.closeTo(0.179, 2), 1_287_436, 79, 1],
    ]);
    expect(analysis.headline.sentence).toContain('99.5 %');
    const said = analysis.lenses!.find(({ id }) => id === 'softnet')!.sentences.join(' ');
    expect(said).toMatch(/41,459.*CPU 0/);
    expect(said).toMatch(/79 packets .*CPU 3/);
    // What to set comes before what to record; a count is in no doubt.
    expect(analysis.answer?.actions[0].text).toContain('netdev_max_backlog');
    expect(makeFirstScreen(analysis).tone).toBe('');
  });

  const row = (...cells: number[]): string =>
    `${[...cells, ...Array.from({ length: 11 - cells.length }, () => 0)].map((n) => n.toString(16).padStart(8, '0')).join(' ')}\n`;

  it('two tables in one text give what happened between them, also where a counter began again at 0', async () => {
    const first = row(0xffff_fff0, 0, 5) + row(1000, 2, 0);
    const second = row(0x10, 0, 9) + row(1500, 2, 0);
    const run = await readText(`before:\n${first}\nafter:\n${second}`);
    expect(rowsOf(lookThroughLenses([run]), 'softnet').map((cells) => [cells[0], ...cells.slice(2, 5)])).toEqual([
      ['CPU 0', 32, 0, 4],
      ['CPU 1', 500, 0, 0],
    ]);
  });

  it('from 5.10 on a row names its CPU', async () => {
    const wide = (processed: number, cpu: number): string =>
      `${Array.from({ length: 15 }, (_, i) => (i === 0 ? processed : i === 12 ? cpu : 0))
        .map((n) => n.toString(16).padStart(8, '0'))
        .join(' ')}\n`;
    const run = await readText(wide(10, 0) + wide(30, 3));
    expect(rowsOf(lookThroughLenses([run]), 'softnet').map(([cpu, , count]) => [cpu, count])).toEqual([
      ['CPU 0', 10],
      ['CPU 3', 30],
    ]);
  });

  it('nstat and ethtool -S alone are answered: losses first, with what to set', async () => {
    const run = await readText(
      '#kernel\nUdpRcvbufErrors                 1191               0.0\nTcpExtTCPRcvCollapsed            7               0.0\nIpInReceives                    90000              0.0\n',
    );
    const [lens] = lookThroughLenses([run]);
    expect(lens.id).toBe('counters');
    expect(lens.tables[0].rows).toEqual([
      ['Udp.RcvbufErrors', 1191],
      ['TcpExt.TCPRcvCollapsed', 7],
      ['Ip.InReceives', 90_000],
    ]);
    expect(lens.sentences.join(' ')).toMatch(/SO_RCVBUF/);
    const nic = await readText(
      'NIC statistics:\n     rx_packets: 100\n     rx_missed_errors: 12\n     tx_packets: 3\n',
    );
    expect(rowsOf(lookThroughLenses([nic]), 'counters')[0]).toEqual(['stats.rx_missed_errors', 12]);
  });
});

describe('captures without receive calls', () => {
  it('softirqs alone: time by CPU, what ksoftirqd did, the delay from raise to run', async () => {
    const run = await readText(
      `# tracer: nop
#
          <idle>-0       [002] ..s1.   100.000100: softirq_raise: vec=3 [action=NET_RX]
          <idle>-0       [002] ..s1.   100.000110: softirq_entry: vec=3 [action=NET_RX]
          <idle>-0       [002] ..s1.   100.000610: softirq_exit: vec=3 [action=NET_RX]
     ksoftirqd/3-30      [003] ..s1.   100.001000: softirq_entry: vec=3 [action=NET_RX]
     ksoftirqd/3-30      [003] ..s1.   100.003000: softirq_exit: vec=3 [action=NET_RX]
`,
      'trace.txt',
    );
    const lenses = lookThroughLenses([run]);
    expect(rowsOf(lenses, 'receive-queues')).toEqual([
      [3, 1, expect.closeTo(2_000_000, -1), expect.closeTo(2_000_000, -1)],
      [2, 1, expect.closeTo(500_000, -1), 0],
    ]);
    expect(run.timeline.arrivals!.raiseDelay).toMatchObject({ count: 1, p50Ns: expect.closeTo(10_000, -1) });
  });

  it('kfree_skb with call chains: a free under tcp_recvmsg is no drop, one by TCP input under it is', async () => {
    const event = (at: string, tail: string): string =>
      `redis  4242 [001] 500.${at}: skb:kfree_skb: skbaddr=0xffff888100000${at.slice(3)} protocol=2048 location=${tail}\n`;
    const chain = (...frames: string[]): string =>
      `${frames.map((frame) => `\tffffffff81a00010 ${frame}+0x90 ([kernel.kallsyms])`).join('\n')}\n\n`;
    const run = await readText(
      [
        event('000100', 'tcp_v4_rcv+0x1d0 reason: NO_SOCKET') +
          chain('sk_skb_reason_drop', 'tcp_v4_rcv', 'ip_protocol_deliver_rcu'),
        event('000200', '0xffffffff81a00090') +
          chain('__kfree_skb', 'tcp_recvmsg_locked', 'tcp_recvmsg', 'inet_recvmsg'),
        event('000300', '0xffffffff81a00090') +
          chain('kfree_skb', 'tcp_data_queue', 'tcp_rcv_established', '__release_sock', 'tcp_recvmsg'),
        event('000400', '0xffffffff81a00090') +
          chain('kfree_skb', 'tcp_data_queue', 'tcp_rcv_established', 'tcp_v4_do_rcv', 'tcp_v4_rcv'),
      ].join(''),
    );
    const { drops } = run.timeline.arrivals!;
    expect(drops.map(({ reason, place, count, isFree }) => [reason, place, count, isFree])).toEqual(
      expect.arrayContaining([
        ['NO_SOCKET', 'tcp_v4_rcv', 1, false],
        ['', 'tcp_recvmsg_locked', 1, true],
        ['', 'tcp_data_queue', 2, false],
      ]),
    );
    const { reports, findings } = askLenses([run]);
    expect(rowsOf(reports, 'drops', 1)).toContainEqual([
      '',
      'tcp_data_queue < tcp_rcv_established < tcp_v4_do_rcv < tcp_v4_rcv',
      1,
    ]);
    expect(findings.map(({ id, n }) => [id, n])).toContainEqual(['lens-drops', 2]);
  });

  it('an address without a symbol and without a reason is no drop that anyone saw', async () => {
    const free = (at: string): string =>
      `          rxsink-865   [001] ....    10.${at}: kfree_skb: skbaddr=ffff88002ce39b00 protocol=2048 location=ffffffff812b02aa\n`;
    const run = await readText(`# tracer: nop\n#\n${free('280506')}${free('280595')}`);
    expect(run.timeline.arrivals!.drops).toMatchObject([{ count: 2, isUnnamed: true }]);
    const { findings, facts, reports } = askLenses([run]);
    expect([findings, facts]).toEqual([[], []]);
    expect(reports[0].sentences[0]).toContain('no line tells');
  });
});

describe('findings of the lenses', () => {
  it('are cards with a number and what to set, problems before notes', async () => {
    const { findings } = await judgeFixture('drops-tcp/perf.txt.gz');
    expect(findings.find(({ id }) => id === 'lens-window')).toMatchObject({ role: 'problem', n: 1 });
    // Without a reason, old data, no socket: nothing was lost.
    expect(findings.find(({ id }) => id === 'lens-drops')).toBeUndefined();
    const roles = findings.map(({ role }) => role);
    expect(roles.lastIndexOf('problem')).toBeLessThan(roles.indexOf('note'));
    const poll = await judgeFixture('busy-poll/perf.txt.gz');
    expect(poll.findings.find(({ id }) => id === 'lens-polling')).toMatchObject({ n: 19_866, unitOfN: 'polls' });
    // A reader that polls is never asleep: who limits is not told by that.
    expect(poll.findings.find(({ id }) => id === 'lens-window')).toBeUndefined();
  });

  it('name the call that holds a phase', async () => {
    const { findings } = await judgeFixture('split-headers/perf.txt.gz');
    const finding = findings.find(({ id }) => id === 'dominating-call')!;
    expect(finding.evidence[0].call).toBe(33);
    expect(finding.numbers[0].value).toBe(finding.numbers[1].value);
  });
});

it('cache-miss samples of copies are counted per KiB of what the calls returned', () => {
  const calls = new CallTable(new StringTable());
  calls.addRow({ file: 0, returnedBytes: 10_240, durationNs: 5 });
  const row = { image: '', app: '', cpu: -1, percent: Number.NaN, line: 1 };
  const profile: ProfileTable = {
    file: 'perf.txt',
    format: 'perf-script',
    event: 'cache-misses',
    sampling: '',
    imagesOnly: false,
    isDifference: false,
    rows: [
      { ...row, symbol: 'copyout', samples: 3, weight: 60 },
      { ...row, symbol: 'tcp_v4_rcv', samples: 1, weight: 20 },
    ],
    totalSamples: 4,
    totalWeight: 80,
  };
  const categoryOf = (symbol: string): string => (symbol === 'copyout' ? 'data_copy' : 'other');
  const { reports } = askLenses([makeRun('a', { calls, profiles: [profile] })], categoryOf);
  expect(rowsOf(reports, 'caches')).toEqual([['cache-misses', 3, 4, 6]]);
});
