import { describe, expect, it } from 'vitest';
import { findFact } from '../../../src/model/environment.ts';
import { readFixture } from '../text/support.ts';
import { identityHolds, type Read, readText } from './support.ts';

const fixture = (name: string): string => new TextDecoder().decode(readFixture(`perf-stat-text/6.1/${name}`));
const countOf = ({ facts }: Read, key: string): number => findFact(facts, 'perf-stat', key)?.value ?? Number.NaN;

describe('perf stat as it prints for people', () => {
  it('case perf-stat-interval-for-people: sums, intervals and multiplexing', async () => {
    const read = await readText(fixture('issue.md'));
    expect(read.files[0]).toMatchObject({ format: 'perf-stat-text', variant: 'for people, intervals' });
    expect(read.files[0].account).toMatchObject({ parsed: 10, comment: 1, unknown: 3, malformed: 0 });
    expect(countOf(read, 'cycles')).toBe(18_322_448_124);
    expect(countOf(read, 'cycles@1.001204117')).toBe(9_102_338_120);
    expect(countOf(read, 'instructions@2.002410333')).toBe(7_990_110_312);
    expect(countOf(read, 'context-switches@1.001204117')).toBe(92_117);
    expect(countOf(read, 'LLC-load-misses|running')).toBe(49.98);
    expect(findFact(read.facts, 'perf-stat', 'context-switches|running')).toBeUndefined();
  });

  it('-r and --table: noise, elapsed time, counters that were not supported', async () => {
    const repeat = await readText(fixture('repeat.txt'));
    expect(identityHolds(repeat)).toBe(true);
    expect(repeat.files[0].account).toMatchObject({ unknown: 0, malformed: 0 });
    expect(countOf(repeat, 'task-clock|variance')).toBe(13.03);
    expect(countOf(repeat, 'seconds time elapsed')).toBe(0.10945);
    expect(countOf(repeat, 'seconds time elapsed|variance')).toBe(5.4);
    expect(findFact(repeat.facts, 'perf-stat', 'cycles')).toMatchObject({ text: '<not supported>', value: Number.NaN });
    const table = await readText(fixture('table.txt'));
    expect(table.files[0].account).toMatchObject({ unknown: 0, malformed: 0 });
    expect(countOf(table, 'page-faults')).toBe(74);
  });

  it('adds CPUs, cores and intervals once, and does not add the summary to its intervals', async () => {
    const perCpu = await readText(fixture('interval-A.txt'));
    expect(countOf(perCpu, 'context-switches')).toBe(64 + 131 + 251 + 88 + 205 + 43);
    expect(countOf(perCpu, 'context-switches@0.203597513 CPU1')).toBe(88);
    const cores = await readText(fixture('percore.txt'));
    expect(countOf(cores, 'context-switches')).toBe(178 + 217);
    expect(countOf(cores, 'context-switches@S0-D0-C1')).toBe(217);
    const summary = await readText(fixture('summary.txt'));
    expect(countOf(summary, 'page-faults')).toBe(76);
    expect(summary.files[0].account).toMatchObject({ unknown: 0, malformed: 0 });
  });

  it('counts grouped and decimals marked as another locale has it; layouts of older perf', async () => {
    const text = `
 Performance counter stats for 'system wide':

      8.009,12 msec cpu-clock                 #    8,001 CPUs utilized
        92.117      context-switches          #   11,502 K/sec
 9.102.338.120      cycles                    #    1,137 GHz                      (62,51%)
                                              #    0,30  stalled cycles per insn

       1,001204117 seconds time elapsed
`;
    const read = await readText(text);
    expect(read.files[0].account).toMatchObject({ unknown: 0, malformed: 0, unused: 1 });
    expect(countOf(read, 'cpu-clock')).toBe(8009.12);
    expect(countOf(read, 'context-switches')).toBe(92_117);
    expect(countOf(read, 'cycles')).toBe(9_102_338_120);
    expect(countOf(read, 'cycles|running')).toBe(62.51);
    const old = await readText(` Performance counter stats for 'iperf -s' (5 runs):

    1234.567890 task-clock (msec)         #    0.999 CPUs utilized            ( +-  0.12% )
     81,220,118 cycles                    #    3.412 GHz                      ( +-  0.32% ) [49.98%]

   10.001204117 seconds time elapsed                                          ( +-  0.10% )
`);
    expect(old.files[0].account).toMatchObject({ unknown: 0, malformed: 0, parsed: 3 });
    expect(findFact(old.facts, 'perf-stat', 'task-clock')).toMatchObject({ value: 1234.56789, unit: 'msec' });
    expect(countOf(old, 'cycles|running')).toBe(49.98);
    expect(countOf(old, 'seconds time elapsed')).toBe(10.001204117);
  });

  it('two outputs in one text are not added up; a broken row is malformed', async () => {
    const one = fixture('percore.txt');
    const both = await readText(`${one}\n${one}`);
    const totals = both.facts.filter(({ key }) => key === 'context-switches');
    expect(totals.map(({ value }) => value)).toEqual([395, 395]);
    expect(new Set(totals.map(({ record }) => record)).size).toBe(2);
    const broken = await readText(fixture('repeat.txt').replace('73      page-faults', '73      page faults and'));
    expect(broken.files[0].account.malformed).toBe(1);
  });
});
