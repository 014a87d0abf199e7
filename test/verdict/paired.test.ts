import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/verdict/index.ts';
import { compareRunFigures } from '../../src/verdict/paired.ts';
import { makeMixedRun } from './make-run.ts';

const SAME = { calls: 60, copyNsPerByte: 1, fixedNs: 20_000, submitNsPerByte: 0.4 };
const runs = (given: typeof SAME, seeds: number[]) =>
  seeds.map((seed) => makeMixedRun(`run${seed}`, { ...given, seed }));

describe('figures of runs', () => {
  it('gives the Hodges–Lehmann ratio with an interval for five against five', () => {
    const change = compareRunFigures([100, 101, 99, 102, 98], [90, 91, 89, 92, 88]);
    expect(change.percent.estimate).toBeCloseTo(-10, 0);
    expect(change.percent.high).toBeLessThan(0);
    expect(change.unit).toBe('runs');
  });

  it('mirrors when the sides are swapped', () => {
    const a = [100, 104, 99, 102, 98];
    const b = [90, 95, 89, 92, 88];
    const forth = compareRunFigures(a, b).percent;
    const back = compareRunFigures(b, a).percent;
    expect((1 + forth.low / 100) * (1 + back.high / 100)).toBeCloseTo(1, 9);
    expect((1 + forth.estimate / 100) * (1 + back.estimate / 100)).toBeCloseTo(1, 9);
  });

  it('has no interval for one run a side, and warns', () => {
    const change = compareRunFigures([100], [90]);
    expect(Number.isNaN(change.percent.low)).toBe(true);
    expect(change.warnings[0]).toContain('one run a side');
  });
});

describe('AFTER judged with BEFORE as baseline', () => {
  it('finds no win and no loss between recordings of the same kind', () => {
    const analysis = compareRuns(runs(SAME, [1, 2, 3, 4, 5]), runs(SAME, [11, 12, 13, 14, 15]), { tool: 't' });
    for (const verdict of analysis.verdicts) expect(['noDifference', 'cannotTell']).toContain(verdict.outcome);
  });

  it('finds a slower copy, in the right direction, on either side', () => {
    const slow = { ...SAME, copyNsPerByte: 1.6 };
    const worse = compareRuns(runs(SAME, [1, 2, 3, 4, 5]), runs(slow, [11, 12, 13, 14, 15]), { tool: 't' });
    expect(worse.verdicts[0].outcome).toBe('loses');
    expect(worse.verdicts[0].effect?.low).toBeGreaterThan(0);
    const better = compareRuns(runs(slow, [11, 12, 13, 14, 15]), runs(SAME, [1, 2, 3, 4, 5]), { tool: 't' });
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
  it('allows for drift: a tenth more CPU time is not claimed, three times as much is, with a warning', () => {
    const compare = (copyNsPerByte: number) =>
      compareRuns(runs(SAME, [1]), runs({ ...SAME, copyNsPerByte, fixedNs: SAME.fixedNs * copyNsPerByte }, [2]), {
        tool: 't',
      }).verdicts[0];
    expect(compare(1.1).outcome).toBe('cannotTell');
    const trebled = compare(3);
    expect(trebled.outcome).toBe('loses');
    expect(trebled.warnings.join(' ')).toContain('one run a side');
    expect(trebled.effect?.method).toContain('drift');
  });
});
