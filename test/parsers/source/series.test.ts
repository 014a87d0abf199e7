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
  ])('%j', (names, runs) => {
    expect(listRunsByName(names)).toEqual(runs);
  });

  it.each([
    // One run with its settings; several words; two settings; parts of one recording; words that only end so.
    [['run1.txt', 'run1.conf.txt', 'run2.conf.txt']],
    [['run1.txt', 'trial2.txt']],
    [['on-run1.txt', 'off-run1.txt', 'on-run2.txt', 'off-run2.txt']],
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
