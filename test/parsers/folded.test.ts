import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FoldedStackBuilder } from '../../parsers/folded/stacks.ts';

const names = { symbolOf: (frame: number) => `f${frame}` };
const taskName = (task: number): string => (task < 0 ? '' : `task ${task}`);

describe('folded stacks', () => {
  it('are the samples counted by text, in order of first appearance', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -1, max: 3 }), fc.array(fc.nat(4), { maxLength: 6 }), fc.nat(9)), {
          maxLength: 400,
        }),
        (samples) => {
          const builder = new FoldedStackBuilder();
          const counts = new Map<string, number>();
          const weights = new Map<string, number>();
          for (const [task, frames, weight] of samples) {
            builder.add(task, Int32Array.from(frames), frames.length, weight);
            const parts = [...frames].reverse().map((frame) => `f${frame}`);
            const text = (task < 0 ? parts : [taskName(task), ...parts]).join(';');
            counts.set(text, (counts.get(text) ?? 0) + 1);
            weights.set(text, (weights.get(text) ?? 0) + weight);
          }
          const built = builder.build(names, taskName);
          expect([...built.counts]).toEqual([...counts]);
          expect([...built.weights]).toEqual([...weights]);
          expect(built.samples).toBe(samples.length);
        },
      ),
      { seed: 7 },
    );
  });

  it('keeps chains longer than a page and many of them', () => {
    const builder = new FoldedStackBuilder();
    const long = new Int32Array(70_000).fill(1);
    builder.add(0, long, long.length, 1);
    for (let i = 0; i < 10_000; i++) builder.add(0, Int32Array.of(i, i + 1), 2, 1);
    builder.add(0, long, long.length, 1);
    const built = builder.build(names, taskName);
    expect(built.counts.size).toBe(10_001);
    expect([...built.counts.values()][0]).toBe(2);
    expect(built.counts.get('task 0;f8;f7')).toBe(1);
  });

  it('merges names that differ only in what had to be replaced', () => {
    const builder = new FoldedStackBuilder();
    builder.add(0, Int32Array.of(0), 1, 1);
    builder.add(0, Int32Array.of(1), 1, 1);
    const built = builder.build({ symbolOf: (frame) => (frame === 0 ? 'a;b' : 'a:b') }, () => 't\nu');
    expect([...built.counts]).toEqual([['t u;a:b', 2]]);
  });
});
