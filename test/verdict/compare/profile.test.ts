import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/model/capture.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import { compareSides } from '../../../src/verdict/compare/index.ts';
import { findLargestMover } from '../../../src/verdict/figures-only/largest-mover.ts';
import { makeRun } from '../../calibrate/call-csv.ts';
import { fact } from './facts.ts';

const categories: Record<string, string> = {
  __copy_user_intel: 'data_copy',
  tcp_v4_rcv: 'tcp_ip',
  swdma_thread: 'dma',
};
const categoryOf = (symbol: string): string => categories[symbol] ?? 'other';

function profile(counts: Record<string, number>, change: Partial<ProfileTable> = {}): ProfileTable {
  const total = Object.values(counts).reduce((a, b) => a + b, 0);
  const rows = Object.entries(counts).map(([symbol, samples], i) => ({
    symbol,
    image: 'vmlinux',
    app: '',
    cpu: -1,
    samples,
    weight: samples,
    percent: (100 * samples) / total,
    line: i + 1,
  }));
  return {
    file: 'opreport.txt',
    format: 'opreport',
    event: 'timer',
    sampling: '',
    imagesOnly: false,
    isDifference: false,
    rows,
    totalSamples: total,
    totalWeight: total,
    ...change,
  };
}

function runWith(table: ProfileTable, bytes?: number): Run {
  const run = makeRun('profile', []);
  run.profiles = [table];
  if (bytes !== undefined) run.facts = [fact('iperf', 'bytes', String(bytes), 'iperf#1')];
  return run;
}
const compare = (before: Run[], after: Run[]) => compareSides(before, after, { seed: 1, categoryOf });

describe('profiles', () => {
  const before = profile({ default_idle: 60_000, __copy_user_intel: 20_000, tcp_v4_rcv: 10_000, schedule: 10_000 });
  const after = profile({
    default_idle: 80_000,
    swdma_thread: 9_000,
    __copy_user_intel: 2_000,
    tcp_v4_rcv: 4_500,
    schedule: 4_500,
  });

  it('shares are of busy samples: idle and the engine are set apart first', () => {
    const { profile: lines } = compare([runWith(before)], [runWith(after)]);
    const copy = lines.find((line) => line.symbol === '' && line.category === 'data_copy');
    expect(copy?.beforePct).toBeCloseTo(50, 6);
    expect(copy?.afterPct).toBeCloseTo((100 * 2000) / 11_000, 6);
    expect(copy?.difference?.estimate).toBeCloseTo(18.1818 - 50, 3);
    expect(copy).toMatchObject({ significant: false, suggests: 'lower' });
    expect(lines.find((line) => line.symbol === '(engine)')?.afterPct).toBeCloseTo(9, 6);
    const symbol = lines.find((line) => line.symbol === '__copy_user_intel');
    expect(symbol).toMatchObject({ significant: false, suggests: 'lower' });
  });

  it('the same profile twice: nothing significant, differences 0', () => {
    for (const line of compare([runWith(before)], [runWith(before)]).profile) {
      expect(line.significant).toBe(false);
      expect(line.difference?.estimate).toBe(0);
    }
  });

  it('percents without counts: points, no interval', () => {
    const bare = (pct: number): ProfileTable => {
      const table = profile({ __copy_user_intel: pct, tcp_v4_rcv: 100 - pct }, { totalSamples: 0, totalWeight: 0 });
      for (const row of table.rows) Object.assign(row, { samples: Number.NaN, weight: Number.NaN });
      return table;
    };
    const line = compare([runWith(bare(36.1))], [runWith(bare(33.5))]).profile.find(
      (l) => l.symbol === '__copy_user_intel',
    );
    expect(line?.difference?.estimate).toBeCloseTo(-2.6, 9);
    expect(line?.difference).toMatchObject({ low: null, high: null });
    expect(line?.significant).toBe(false);
  });

  it('samples per received MiB where bytes are known, refused by name when the sampling rate differs', () => {
    const known = compare([runWith(before, 1e9)], [runWith(after, 1e9)]);
    expect(known.rows.find((row) => row.metric === 'data_copy samples per MiB')?.before).toBeCloseTo(
      (20_000 * 1048576) / 1e9,
      6,
    );
    const slower = profile({ default_idle: 10, __copy_user_intel: 5 }, { sampling: 'count 200000' });
    const faster = profile({ default_idle: 10, __copy_user_intel: 5 }, { sampling: 'count 100000' });
    const refused = compare([runWith(slower, 1e9)], [runWith(faster, 1e9)]);
    expect(refused.refusals.join('\n')).toMatch(
      /other sampling rate: BEFORE timer count 200000, AFTER timer count 100000/,
    );
    expect(refused.rows.filter((row) => row.stratum === 'profile')).toEqual([]);
  });

  it('one side without a profile, or of another event: said, not compared', () => {
    expect(compare([runWith(before)], [makeRun('none', [])]).warnings.join('\n')).toMatch(/only BEFORE has a profile/);
    const other = { ...after, event: 'CPU_CLK_UNHALTED' };
    expect(compare([runWith(before)], [runWith(other)]).warnings.join('\n')).toMatch(/different formats or events/);
  });
});

describe('upgrade-compare-renamed-symbols', () => {
  const profileOf = (rows: Record<string, number>, samples: number) =>
    profile(Object.fromEntries(Object.entries(rows).map(([name, pct]) => [name, (pct * samples) / 100])), {
      format: 'perf-report',
      event: 'cycles',
    });
  const old = profileOf(
    {
      copy_user_enhanced_fast_string: 30,
      tcp_recvmsg: 12,
      processInputBuffer: 20,
      syscall_exit_to_user_mode: 8,
      dictFind: 30,
    },
    40_000,
  );
  const renamed = profileOf(
    {
      rep_movs_alternative: 24,
      tcp_recvmsg_locked: 9,
      tcp_recvmsg: 1,
      processInputBuffer: 16,
      entry_SYSRETQ_unsafe_stack: 26,
      dictFind: 24,
    },
    40_000,
  );

  it('renamed functions are one row', () => {
    const lines = compare([runWith(old)], [runWith(renamed)]).profile;
    const families = lines.filter((line) => line.family !== undefined);
    expect(families.map((line) => [line.symbol, line.beforePct, line.afterPct])).toEqual([
      ['copy_user_enhanced_fast_string → rep_movs_alternative', 30, 24],
      ['syscall_exit_to_user_mode → entry_SYSRETQ_unsafe_stack', 8, 26],
      ['tcp_recvmsg → tcp_recvmsg + tcp_recvmsg_locked', 12, 10],
    ]);
    expect(lines.filter((line) => line.symbol === 'rep_movs_alternative')).toEqual([]);
  });

  it('the largest mover is named, whatever it is; what has no interval is no "no"', () => {
    const percents = { ...old, totalSamples: Number.NaN };
    const comparison = compare([runWith(percents)], [runWith({ ...renamed, totalSamples: Number.NaN })]);
    expect(findLargestMover(comparison)).toMatchObject({
      name: 'system call entry and exit',
      points: 18,
      perMiB: null,
    });
    expect(comparison.profile.filter((line) => line.symbol !== '').map((line) => line.outcome)).not.toContain(
      'noDifference',
    );
  });

  it('per byte where bytes are known: what stayed the same share of half the cost moved', () => {
    const comparison = compare([runWith(old, 1048576 * 100)], [runWith(renamed, 1048576 * 200)]);
    expect(findLargestMover(comparison)?.perMiB).toEqual({ before: 120, after: 48 });
  });

  it('the same names on both sides stay rows of their own', () => {
    const lines = compare([runWith(renamed)], [runWith(renamed)]).profile.map((line) => line.symbol);
    expect(lines).toContain('tcp_recvmsg_locked');
    expect(lines.filter((symbol) => symbol.includes('→'))).toEqual([]);
  });
});
