import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/model/environment.ts';
import { judgeFigures } from '../../src/verdict/figures-only/judge.ts';
import { readBenchmarkRate, readReceiverCpu } from '../../src/verdict/summaries/benchmark.ts';
import { makeRun } from './make-run.ts';

const fact = (key: string, value: number, file = 'netperf.txt', record = 'netperf#1'): Fact => ({
  domain: 'benchmark',
  key,
  text: key === 'test' ? 'netperf TCP_STREAM' : String(value),
  value: key === 'test' ? Number.NaN : value,
  unit: '',
  moment: '',
  file,
  line: 8,
  record,
});
const facts = (mbit: number, nsPerByte: number): Fact[] => [
  fact('test', 0),
  fact('bits_per_second', mbit * 1e6),
  fact('seconds', 30),
  fact('receiver_cpu_ns_per_byte', nsPerByte),
];

describe('benchmark figures', () => {
  it('takes the rate and the CPU time per byte of one result', () => {
    expect(readBenchmarkRate(facts(8000, 1.35))).toBe(1e9);
    expect(readReceiverCpu(facts(8000, 1.35))).toBe(1.35);
    expect(readReceiverCpu([fact('bits_per_second', 1e9)])).toBeNaN();
  });

  it('case netperf-with-service-demand: two files compare on CPU time per byte, with one run a side said', () => {
    const before = makeRun('a', { side: 'before', facts: facts(20_000, 1.5) });
    const after = makeRun('b', { side: 'after', facts: facts(25_000, 1.2) });
    const judged = judgeFigures([before, after], () => 'other')!;
    const cpu = judged.verdicts.find(({ id }) => id === 'verdict-cpu')!;
    expect(cpu.outcome).toBe('cannotTell');
    expect(cpu.numbers.map(({ value }) => value)).toEqual([1.5, 1.2]);
    expect(cpu.sentence).toContain('one run a side');
    expect(cpu.sentence).toContain('\u221220.0 %');
    expect(judged.headline).toContain('CPU time per byte \u221220.0 %');
  });
});
