import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRun } from '../../../src/cli/pipeline.ts';
import type { Run } from '../../../src/model/capture.ts';
import { lookThroughLenses } from '../../../src/verdict/lenses/index.ts';
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
