import { describe, expect, it } from 'vitest';
import { loadRun } from '../../../src/cli/pipeline.ts';
import type { Run } from '../../../src/model/capture.ts';
import { pairStretches } from '../../../src/verdict/compare/marks/pairs.ts';
import { splitByMarks } from '../../../src/verdict/compare/marks/split.ts';
import { listStretches, type Stretch } from '../../../src/verdict/compare/marks/stretches.ts';
import { compareMarked } from '../../../src/verdict/index.ts';

const FOLDER = new URL('../../../fixtures/captures/marks/abab-6.18/', import.meta.url).pathname;
const load = (form: string): Promise<Run> => loadRun(`${FOLDER}${form}.txt.gz`, {});
const rowsOf = (analysis: ReturnType<typeof compareMarked>, primary: string) =>
  analysis.comparison?.rows.find((row) => row.primary === primary);

describe('marks of sides in real recordings', () => {
  it.each([
    ['tracefs', 13],
    // Each mark of a task's name is followed by the name back, which marks nothing.
    ['perf-rename', 13],
    ['perf-uprobe', 13],
  ])('%s: every mark, in turns', async (form, count) => {
    const { timeline } = await load(form);
    const sides = (timeline.marks ?? []).map((mark) => mark.side);
    expect(sides).toHaveLength(count);
    sides.forEach((side, i) => {
      expect(side).toBe('AB'[i % 2]);
    });
  });

  it('stretches of 25 to 50 calls, no call twice, none across a change', async () => {
    const run = await load('tracefs');
    const { stretches, across } = listStretches(run);
    expect(across).toBe(0);
    const rows = stretches.flatMap((stretch) => stretch.rows);
    expect(new Set(rows).size).toBe(rows.length);
    for (const { rows } of stretches.slice(0, -1)) expect(rows.length).toBeGreaterThanOrEqual(25);
  });

  it('4 KiB against 64 KiB reads: less CPU time per byte, fewer calls, no verdict on calls of other sizes', async () => {
    for (const form of ['tracefs', 'perf-rename']) {
      const analysis = compareMarked([await load(form)], { tool: 't' });
      expect(analysis.comparison?.unit).toBe('pairs');
      expect(rowsOf(analysis, 'cpu')).toMatchObject({ outcome: 'lower', direction: 'better', unitOfN: 'pairs' });
      expect(rowsOf(analysis, 'latency')?.reasons?.map(({ code }) => code)).toEqual(['other-sizes']);
      const why = analysis.comparison?.why.map((i) => analysis.comparison?.rows[i].metric);
      expect(why).toContain('calls per MiB');
    }
  });

  it('nothing differs: nothing is claimed', async () => {
    const { comparison } = compareMarked([await load('perf-uprobe')], { tool: 't' });
    expect(comparison?.rows.filter((row) => row.significant)).toEqual([]);
  });

  it('a stretch ends where nobody is marked: two of one side stay two, what lies between is nobody’s', async () => {
    const run = await load('tracefs');
    const marks = run.timeline.marks!;
    const [first, second, third] = marks;
    // A … - … A in place of A B A: the calls under B are nobody's.
    const ended = [first, { ...second, side: '-' }, third, ...marks.slice(3)];
    const plain = listStretches(run);
    const found = listStretches({ ...run, timeline: { ...run.timeline, marks: ended } });
    expect(found.stretches.map(({ side }) => side).slice(0, 3)).toEqual(['A', 'A', 'B']);
    expect(found.outside - plain.outside).toBe(plain.stretches[1].rows.length);
    expect(splitByMarks([{ ...run, timeline: { ...run.timeline, marks: ended } }]).names).toEqual({
      before: 'A',
      after: 'B',
    });
  });

  it('segments and softirq time of a stretch are those between its marks', async () => {
    const run = await load('tracefs');
    const arrived = (received: number) => [{ device: 'v0', entered: 0, received, bytes: 1500 * received }];
    const marks = run.timeline.marks!.map((mark, i) => ({ ...mark, netRxNs: 1000 * i, arrived: arrived(10 * i * i) }));
    const { stretches } = listStretches({ ...run, timeline: { ...run.timeline, marks } });
    expect(stretches[0]).toMatchObject({ netRxNs: 1000, arrived: [{ received: 10, bytes: 15_000 }] });
    expect(stretches[1]).toMatchObject({ netRxNs: 1000, arrived: [{ received: 30, bytes: 45_000 }] });
  });

  it('several marked captures add up: the pairs of both', async () => {
    const [a, b] = [await load('tracefs'), await load('perf-rename')];
    const pairs = (runs: Run[]): number => splitByMarks(runs).pairs.before.length;
    expect(pairs([a, b])).toBe(pairs([a]) + pairs([b]));
  });

  it('calls keep their numbers, a side its own time', async () => {
    const run = await load('tracefs');
    const { before, after } = splitByMarks([run]);
    const numbers = (side: Run): number[] =>
      Array.from({ length: side.calls.length }, (_, i) => side.calls.numberOf(i));
    const all = [...numbers(before[0]), ...numbers(after[0])];
    expect(new Set(all).size).toBe(all.length);
    for (const number of all.slice(0, 20)) expect(run.calls.get('startNs', number)).toBeGreaterThan(0);
    const spans = (before[0].spanNs ?? 0) + (after[0].spanNs ?? 0);
    expect(spans).toBeLessThan(run.timeline.totals.spanNs);
  });

  it('one side is an error that says how to mark', async () => {
    const run = await load('tracefs');
    const one = {
      ...run,
      timeline: { ...run.timeline, marks: run.timeline.marks?.filter(({ side }) => side === 'A') },
    };
    expect(() => splitByMarks([one])).toThrow(/one side only/);
  });
});

describe('pairs of stretches', () => {
  const stretch = (side: string): Stretch => ({ side, rows: [1], netRxNs: 0, arrived: [] });
  const pair = (sides: string): string[] => {
    const list = [...sides].map(stretch);
    return pairStretches(list, 'A', 'B').map(({ before, after }) => `${list.indexOf(before)}-${list.indexOf(after)}`);
  };

  it('neighbours in drawn order', () => {
    expect(pair('ABBAAB')).toEqual(['0-1', '3-2', '4-5']);
  });

  it('half of ABABABAB begin with the other side: a steady trend cancels', () => {
    expect(pair('ABABABABAB')).toEqual(['0-1', '2-3', '4-5', '8-7']);
  });

  it('a third side is left out', () => {
    expect(pair('ACB')).toEqual(['0-2']);
  });
});
