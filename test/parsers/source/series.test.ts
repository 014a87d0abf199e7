import { describe, expect, it } from 'vitest';
import { listRunsByName, runOfFile } from '../../../parsers/source/series.ts';

describe('runs of one experiment inside a folder, by the names of its files', () => {
  it.each([
    [
      [
        'gt-run1.csv',
        'run1.conf.txt',
        'run1.side-after.txt',
        'run1.txt.gz',
        'run2.txt.gz',
        'run10.txt.gz',
        'uname.txt',
      ],
      ['run1', 'run2', 'run10'],
    ],
    [
      ['run1/perf.txt.gz', 'run1/gt.json', 'run2/perf.txt.gz', 'README.md'],
      ['run1', 'run2'],
    ],
    [
      ['Iter-01/trace.txt', 'Iter-02/trace.txt'],
      ['iter1', 'iter2'],
    ],
    [
      ['lowat.rep_3.log', 'lowat.rep_4.log'],
      ['rep3', 'rep4'],
    ],
    [
      ['trace-trial1.txt', 'opreport-trial1.xml', 'trace-trial2.txt'],
      ['trial1', 'trial2'],
    ],
    [
      ['trace-run1.txt', 'opreport-run1.txt', 'trace-run2.txt', 'opreport-run2.txt'],
      ['run1', 'run2'],
    ],
    [
      ['lo-r1.txt', 'lo-r2.txt', 'uname.txt'],
      ['r1', 'r2'],
    ],
    [
      ['01/perf.txt.gz', '02/perf.txt.gz', '03/perf.txt.gz', 'README.md'],
      ['1', '2', '3'],
    ],
    [
      ['perf-1.txt', 'iperf3-1.json', 'perf-2.txt', 'iperf3-2.json'],
      ['1', '2'],
    ],
    [
      ['0.txt', '1.txt', '1.side-before.txt', '2.txt'],
      ['0', '1', '2'],
    ],
  ])('%j', (names, runs) => {
    expect(listRunsByName(names)).toEqual(runs);
  });

  it.each([
    // One run with its settings; several words; two settings; parts of one recording; words that only end so.
    [['run1.txt', 'run1.conf.txt', 'run2.conf.txt']],
    [['run1.txt', 'trial2.txt']],
    [['on-run1.txt', 'off-run1.txt', 'on-run2.txt', 'off-run2.txt']],
    [['on-trace-run1.txt', 'off-trace-run1.txt', 'on-trace-run2.txt']],
    // Numbers that are sizes, or that count from somewhere else.
    [['64.txt', '128.txt', '256.txt']],
    [['perf-4.txt', 'perf-64.txt']],
    [['r6.txt', 'r7.txt']],
    [['20261130.txt', '20261201.txt']],
    [['host1.txt', 'host2.txt']],
    [['softnet_stat-1.txt', 'netstat-1.txt', 'softnet_stat-2.txt', 'netstat-2.txt']],
    [['eth0.txt', 'eth1.txt']],
    [['trace.1', 'trace.2']],
    [['cpu0/trace', 'cpu1/trace']],
    [['perf.data.1', 'perf.data.2']],
    [['prune1.txt', 'prune2.txt', 'country3.txt']],
    [['deep/run1.txt', 'deep/run2.txt']],
  ])('%j is one capture', (names) => {
    expect(listRunsByName(names)).toEqual([]);
  });

  it('what bears no number belongs to all', () => {
    expect(['uname.txt', 'run3.txt', 'RUN_003.side-before.txt'].map(runOfFile)).toEqual(['', 'run3', 'run3']);
  });
});
