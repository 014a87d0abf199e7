import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/model/analysis/index.ts';
import { describePieces, findEnough } from '../../../src/verdict/break-even/enough.ts';
import { makeContext } from '../../../src/verdict/context/context.ts';
import { makeMixedRun } from '../make-run.ts';

const context = makeContext(
  [makeMixedRun('run', { calls: 30, seed: 3, copyNsPerByte: 1, fixedNs: 20_000, submitNsPerByte: 0.4 })],
  { tool: 't' },
);
const limit = (low: number, high: number): Effect => ({
  estimate: (low + high) / 2,
  low,
  high,
  unit: 'bytes',
  method: '',
  level: 0.95,
});
const figure = (effect: Effect, label: string, isLeast = false): number | null | undefined =>
  findEnough(context, effect, isLeast).numbers.find((n) => n.label === label)?.value;

describe('what size would be enough', () => {
  it('a break-even above a page: no MTU reaches it', () => {
    expect(findEnough(context, limit(4097, 9000)).reach).toBe('none');
    expect(findEnough(context, limit(15_000, 159_000)).advice).not.toMatch(/jumbo|9000/i);
  });

  it('below a page: the smallest MTU whose mean transfer is surely large enough', () => {
    // L (with 52 bytes of headers) ≥ b · 4095 / (4096 − b): 2000 → 3907.4, 1000 → 1322.7.
    expect(findEnough(context, limit(1000, 2000)).reach).toBe('mtu');
    expect(figure(limit(1000, 2000), 'MTU that is surely enough')).toBe(3908 + 52);
    expect(figure(limit(1000, 2000), 'MTU that is needed at least')).toBe(1323 + 52);
  });

  it('an interval across the page, or a least size only: not enough is told, enough is not', () => {
    expect(findEnough(context, limit(1000, 6000)).reach).toBe('unsure');
    expect(figure(limit(1000, 2000), 'MTU that is surely enough', true)).toBeNull();
    expect(findEnough(context, null).reach).toBe('unknown');
  });

  it('sizes that segments give: 1,070 at MTU 1500, 2,810 at 9000', () => {
    const sizes = findEnough(context, null).numbers.map((n) => Math.round(n.value ?? 0));
    expect(sizes).toEqual([1070, 2810, 4096, 3855]);
  });

  it('612 bytes on average: linear part and one fragment; 91.6 bytes are of small messages', () => {
    expect(describePieces(612, 1448)).toContain('2.37 transfers: linear part and one fragment');
    expect(describePieces(1069.7, 1448)).toContain('one piece');
    expect(describePieces(91.6, 1448)).toBe('');
  });
});
