import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../src/verdict/index.ts';
import { makeRun as makeCsvRun, readCalls } from '../../calibrate/call-csv.ts';
import { inTurns } from '../in-turns.ts';
import { makeMixedRun } from '../make-run.ts';

const SAME = { calls: 60, copyNsPerByte: 1, fixedNs: 20_000, submitNsPerByte: 0.4 };
const runs = (given: typeof SAME, seeds: number[]) =>
  seeds.map((seed) => makeMixedRun(`run${seed}`, { ...given, seed }));

describe('verdicts and table of a comparison', () => {
  const CASES = ['A-offload-off', 'B-default', 'C-lowat200k'] as const;
  const recorded = (setting: (typeof CASES)[number], count: number) =>
    Array.from({ length: count }, (_, i) =>
      makeCsvRun(
        `${setting} ${i + 1}`,
        readCalls(
          readFileSync(new URL(`../../../fixtures/calibration/${setting}-${i + 1}.csv`, import.meta.url), 'utf8'),
        ),
      ),
    );
  for (const [before, after] of [
    ['A-offload-off', 'B-default'],
    ['A-offload-off', 'C-lowat200k'],
    ['B-default', 'C-lowat200k'],
  ] as const)
    for (const count of [5, 1])
      it(`are the same figures: ${before} against ${after}, ${count} a side`, () => {
        const { verdicts, comparison } = compareRuns(recorded(before, count), recorded(after, count), { tool: 't' });
        const primary = comparison?.rows.filter((row) => row.primary !== undefined) ?? [];
        expect(primary.map((row) => row.primary).sort()).toEqual(['cpu', 'latency', 'throughput']);
        for (const verdict of verdicts) {
          const row = primary.find((r) => `verdict-${r.primary}` === verdict.id)!;
          expect(verdict.effect).toEqual(row.differencePct);
          expect(verdict.numbers.slice(0, 2).map((x) => x.value)).toEqual([row.before, row.after]);
          expect([verdict.n, verdict.unitOfN]).toEqual([row.nBefore + row.nAfter, row.unitOfN]);
          expect(verdict.outcome).toBe(
            row.significant
              ? { better: 'wins', worse: 'loses', '': 'cannotTell' }[row.direction]
              : row.outcome === 'noDifference'
                ? 'noDifference'
                : 'cannotTell',
          );
          expect(verdict.sentence.startsWith(verdict.title)).toBe(false);
        }
      });

  it('swapping the sides turns every verdict round', () => {
    const outcomes = (before: (typeof CASES)[number], after: (typeof CASES)[number]) =>
      compareRuns(recorded(before, 5), recorded(after, 5), { tool: 't' }).verdicts.map((v) => v.outcome);
    const forth = outcomes('A-offload-off', 'B-default');
    expect(forth).toContain('loses');
    const turned = { wins: 'loses', loses: 'wins', noDifference: 'noDifference', cannotTell: 'cannotTell' };
    expect(outcomes('B-default', 'A-offload-off')).toEqual(forth.map((o) => turned[o]));
  });
});

describe('AFTER judged with BEFORE as baseline', () => {
  it('finds no win and no loss between recordings of the same kind', () => {
    const analysis = compareRuns(runs(SAME, [1, 2, 3, 4, 5]), runs(SAME, [11, 12, 13, 14, 15]), { tool: 't' });
    for (const verdict of analysis.verdicts) expect(['noDifference', 'cannotTell']).toContain(verdict.outcome);
  });

  it('finds a slower copy, in the right direction, on either side', () => {
    const slow = { ...SAME, copyNsPerByte: 1.6 };
    const [quick, slower] = inTurns(runs(SAME, [1, 2, 3, 4, 5]), runs(slow, [11, 12, 13, 14, 15]));
    const worse = compareRuns(quick, slower, { tool: 't' });
    expect(worse.verdicts[0].outcome).toBe('loses');
    expect(worse.verdicts[0].effect?.low).toBeGreaterThan(0);
    const better = compareRuns(slower, quick, { tool: 't' });
    expect(better.verdicts[0].outcome).toBe('wins');
  });

  it('keeps both sides in the tables', () => {
    const analysis = compareRuns(runs(SAME, [1]), runs(SAME, [2]), { tool: 't' });
    expect(analysis.runs.map((r) => r.side)).toEqual(['before', 'after']);
    expect(new Set(analysis.sizeClasses.map((r) => r.side))).toEqual(new Set(['before', 'after']));
    expect(analysis.comparison).not.toBeNull();
  });
});

describe('one run a side', () => {
  it('allows for drift: a tenth more CPU time says nothing, three times as much suggests, and nothing is claimed', () => {
    const compare = (copyNsPerByte: number) => {
      const dearer = { ...SAME, copyNsPerByte, fixedNs: SAME.fixedNs * copyNsPerByte };
      const { comparison, verdicts } = compareRuns(runs(SAME, [1]), runs(dearer, [2]), { tool: 't' });
      return { row: comparison?.rows.find((row) => row.primary === 'cpu'), verdict: verdicts[0] };
    };
    expect(compare(1.1).row).toMatchObject({ outcome: 'cannotTell', significant: false });
    expect(compare(1.1).row?.suggests).toBeUndefined();
    const { row, verdict } = compare(3);
    expect(row).toMatchObject({ suggests: 'worse', significant: false, direction: '' });
    expect(verdict.outcome).toBe('cannotTell');
    expect(verdict.warnings.join(' ')).toContain('one run a side');
    expect(verdict.effect?.method).toContain('drift');
  });
});
