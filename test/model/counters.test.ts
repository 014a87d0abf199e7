import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/model/environment.ts';
import { listCounterRanges, sumCounterDelta } from '../../src/model/kernel/counters.ts';

const fact = (file: string, moment: Fact['moment'], value: number, key = 'Ip.InReceives'): Fact => ({
  domain: 'netstat',
  key,
  text: String(value),
  value,
  unit: '',
  moment,
  file,
  line: 1,
  record: '',
});
const pair = (name: string, from: number, to: number): Fact[] => [
  fact(`${name}-before.txt`, 'before', from),
  fact(`${name}-after.txt`, 'after', to),
];

describe('counters of two snapshots', () => {
  it('one counter that two tools print rose once, as far as either of them saw', () => {
    const both = [...pair('nstat', 3000, 4856), ...pair('snmp', 2999, 4856)];
    expect(sumCounterDelta(both, 'netstat', 'InReceives')).toBe(1857);
    expect(listCounterRanges(both, () => true)).toEqual([
      { key: 'Ip.InReceives', before: 2999, after: 4856, delta: 1857 },
    ]);
  });

  it('pairs one after the other add up, without what rose between them', () => {
    expect(sumCounterDelta([...pair('run1', 0, 10), ...pair('run2', 50, 55)], 'netstat', 'InReceives')).toBe(15);
  });

  it('one snapshot tells no change', () => {
    expect(sumCounterDelta(pair('a', 1, 2).slice(0, 1), 'netstat', 'InReceives')).toBeNaN();
  });
});
