import { describe, expect, it } from 'vitest';
import { judgeRuns } from '../../src/verdict/index.ts';
import { makeFact, makeProfile, makeRun } from './make-run.ts';

const CATEGORY: Record<string, string> = {
  __copy_tofrom_user: 'data_copy',
  __copy_user_intel: 'data_copy',
  default_idle: 'idle',
  tcp_v4_rcv: 'tcp_ip',
};
const OPTIONS = { tool: 'recvscope test', categoryOf: (symbol: string) => CATEGORY[symbol] ?? 'other' };

/** Percent-only opreport with one symbol, as quoted in the question of 2012. */
function makeCase(name: string, mbit: number, copyPct: number) {
  const facts = [makeFact('iperf', 'bits_per_second', mbit * 1e6, { record: 'iperf#1', file: 'iperf.csv' })];
  const profiles = [makeProfile('opreport.txt', [['__copy_tofrom_user', Number.NaN, copyPct]])];
  return makeRun(name, { facts, profiles });
}

describe('the classic question, from its published figures alone', () => {
  const analysis = judgeRuns(
    [makeCase('off', 930, 36.1), makeCase('on', 890, 33.5), makeCase('lowat200k', 874, 25.1)],
    OPTIONS,
  );
  const figures = analysis.findings.filter((f) => f.id === 'classic-figures');
  const numberOf = (stratum: string, label: string): number | null | undefined =>
    figures.find((f) => f.stratum === stratum)?.numbers.find((x) => x.label === label)?.value;

  it('gives the differences of throughput: −4.3 % and −6.0 %', () => {
    expect(numberOf('on', 'throughput difference')).toBeCloseTo(-4.301, 3);
    expect(numberOf('lowat200k', 'throughput difference')).toBeCloseTo(-6.022, 3);
  });

  it('gives the differences of the copy share: −2.6 and −11.0 points', () => {
    expect(numberOf('on', 'copy share difference')).toBeCloseTo(-2.6, 6);
    expect(numberOf('lowat200k', 'copy share difference')).toBeCloseTo(-11, 6);
  });

  it('gives the share per Gbit/s in the three cases', () => {
    expect(numberOf('on', 'copy share per Gbit/s, reference')).toBeCloseTo(38.82, 2);
    expect(numberOf('on', 'copy share per Gbit/s')).toBeCloseTo(37.64, 2);
    expect(numberOf('lowat200k', 'copy share per Gbit/s')).toBeCloseTo(28.72, 2);
  });

  it('does not say whether CPU time was saved nor where the loss comes from', () => {
    expect(analysis.verdicts.map((v) => v.outcome)).toEqual(['cannotTell', 'cannotTell', 'cannotTell']);
    expect(analysis.verdicts[0].reasons).toContain('total CPU use is not given');
    expect(analysis.headline.sentence).toContain('cannot be told');
    expect(analysis.headline.sentence).toContain('4.3 %');
    expect(figures[0].nextStep).toContain('total CPU use');
  });

  it('finds the cases of one folder by their file names', () => {
    const facts = [
      makeFact('iperf', 'bits_per_second', 930e6, { record: 'iperf#1', file: 'off-iperf.csv' }),
      makeFact('iperf', 'bits_per_second', 890e6, { record: 'iperf#1', file: 'on-iperf.csv' }),
    ];
    const profiles = [
      makeProfile('on-opreport.txt', [['__copy_tofrom_user', Number.NaN, 33.5]]),
      makeProfile('off-opreport.txt', [['__copy_tofrom_user', Number.NaN, 36.1]]),
    ];
    const bundle = judgeRuns([makeRun('bundle', { facts, profiles })], OPTIONS);
    const found = bundle.findings.find((f) => f.id === 'classic-figures');
    expect(found?.stratum).toBe('on');
    expect(found?.numbers.find((x) => x.label === 'throughput difference')?.value).toBeCloseTo(-4.301, 3);
  });
});

describe('the table of 2005', () => {
  const rows: [string, number, number][] = [
    ['__copy_user_intel', 48876, 18.1772],
    ['tcp_v4_rcv', 10382, 3.8611],
    ['e1000_intr', 10206, 3.7957],
    ['schedule', 7640, 2.8414],
    ['e1000_irq_enable', 7130, 2.6517],
    ['eth_type_trans', 6965, 2.5903],
    ['default_idle', 6355, 2.3635],
    ['find_busiest_group', 6300, 2.343],
    ['packet_rcv_spkt', 6231, 2.3173],
  ];
  const total = 48876 / 0.181772;
  const run = makeRun('table-2005', {
    profiles: [makeProfile('opreport.txt', rows, { totalSamples: total, totalWeight: total })],
  });
  const analysis = judgeRuns([run], OPTIONS);

  it('keeps what is not listed out of the categories and sets idle apart', () => {
    const [profile] = analysis.profiles;
    expect(profile.totalSamples).toBeCloseTo(268_886, 0);
    expect(profile.idlePct).toBeCloseTo(2.3635, 3);
    expect(profile.categories.find((c) => c.category === 'not listed')?.busyPct).toBeGreaterThan(55);
    expect(profile.symbols.find((s) => s.symbol === 'default_idle')?.busyPct).toBeNull();
  });

  it('gives a lower bound of the copy, no ceiling: most samples are not listed', () => {
    const ceiling = analysis.findings.find((f) => f.id === 'copy-ceiling');
    expect(ceiling?.numbers.find((x) => x.label === 'copy share of all samples')?.value).toBeCloseTo(18.1772, 4);
    // 18.1772 / (100 − 2.3635) = 18.617 % of busy samples.
    expect(ceiling?.numbers.find((x) => x.label === 'copy share of busy samples')?.value).toBeCloseTo(18.617, 2);
    expect(ceiling?.numbers.find((x) => x.label === 'samples listed')?.value).toBeLessThan(50);
    expect(ceiling?.numbers.map((x) => x.label)).not.toContain('largest throughput gain');
  });
});
