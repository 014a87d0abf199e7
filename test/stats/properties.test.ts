import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as stats from '../../src/stats/index.ts';

/** Times as captures have them: integers with ties, or skewed reals. */
const values = (min: number, max = 40): fc.Arbitrary<Float64Array> =>
  fc
    .oneof(
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: min, maxLength: max }),
      fc.array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), { minLength: min, maxLength: max }),
    )
    .map((list) => Float64Array.from(list));

function allDifferences(before: Float64Array, after: Float64Array): Float64Array {
  return Float64Array.from([...after].flatMap((a) => [...before].map((b) => a - b))).sort();
}

describe('properties', () => {
  it('the k-th difference is the k-th of all differences, to the last bit', () => {
    fc.assert(
      fc.property(values(1, 12), values(1, 12), fc.nat(), (before, after, pick) => {
        const all = allDifferences(before, after);
        const k = (pick % all.length) + 1;
        expect(stats.kthDifference(before.slice().sort(), after.slice().sort(), k) === all[k - 1]).toBe(true);
      }),
    );
  });

  it('swapping the sides mirrors shift, interval and p exactly', () => {
    fc.assert(
      fc.property(values(2), values(2), (before, after) => {
        for (const estimator of [stats.hodgesLehmannShift, stats.serialShift]) {
          const forth = estimator(before, after);
          const back = estimator(after, before);
          expect(forth.estimate + back.estimate).toBe(0);
          if (!Number.isNaN(forth.low)) {
            expect(forth.low + back.high).toBe(0);
            expect(forth.high + back.low).toBe(0);
          }
        }
        expect(stats.serialShift(before, after).pValue).toBe(stats.serialShift(after, before).pValue);
        expect(stats.mannWhitney(before, after).pValue).toBeCloseTo(stats.mannWhitney(after, before).pValue, 12);
        expect(stats.cliffsDelta(before, after)).toBeCloseTo(-stats.cliffsDelta(after, before), 12);
      }),
    );
  });

  it('a sample against itself: shift 0 inside its interval, p = 1', () => {
    fc.assert(
      fc.property(values(2), (sample) => {
        expect(stats.hodgesLehmannShift(sample, sample).estimate).toBe(0);
        expect(stats.serialShift(sample, sample)).toMatchObject({ estimate: 0, pValue: 1 });
        expect(stats.mannWhitney(sample, sample).pValue).toBe(1);
      }),
    );
  });

  it('intervals hold their estimate', () => {
    fc.assert(
      fc.property(values(8), values(8), (before, after) => {
        const shift = stats.hodgesLehmannShift(before, after);
        expect(shift.low).toBeLessThanOrEqual(shift.estimate);
        expect(shift.high).toBeGreaterThanOrEqual(shift.estimate);
        const middle = stats.medianInterval(before);
        expect(middle.low).toBeLessThanOrEqual(middle.estimate);
        expect(middle.high).toBeGreaterThanOrEqual(middle.estimate);
      }),
    );
  });

  it('the exact Mann–Whitney p is one of the possible ones and Holm never lowers a p', () => {
    fc.assert(
      fc.property(values(3, 8), values(3, 8), (before, after) => {
        const p = stats.mannWhitney(before, after).pValue;
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        const family = [p, p / 2, 1, p / 10];
        stats.adjustHolm(family).forEach((adjusted, i) => {
          expect(adjusted).toBeGreaterThanOrEqual(family[i]);
        });
      }),
    );
  });

  it('joint permutations: the same p whichever side is called before, adjusted never below own', () => {
    fc.assert(
      fc.property(
        fc.array(values(9, 9), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 2, max: 7 }),
        (table, nBefore) => {
          const swapped = table.map((row) =>
            Float64Array.from([...row.subarray(nBefore), ...row.subarray(0, nBefore)]),
          );
          const forth = stats.permuteJointly(table, nBefore, { random: stats.makeRandom(3) });
          const back = stats.permuteJointly(swapped, 9 - nBefore, { random: stats.makeRandom(3) });
          forth.adjusted.forEach((p, i) => {
            expect(p).toBeGreaterThanOrEqual(forth.pValues[i] - 1e-12);
            expect(p).toBe(back.adjusted[i]);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('random splits of unequal sides are the same whichever side is called before', () => {
    const source = stats.makeRandom(2);
    const rows = [0, 1, 2].map(() => Float64Array.from({ length: 21 }, () => source()));
    const swapped = rows.map((row) => Float64Array.from([...row.subarray(9), ...row.subarray(0, 9)]));
    const forth = stats.permuteJointly(rows, 9, { random: stats.makeRandom(3), draws: 999 });
    expect(forth.exact).toBe(false);
    expect(stats.permuteJointly(swapped, 12, { random: stats.makeRandom(3), draws: 999 })).toEqual(forth);
  });

  it('rates: swapping the sides inverts the ratio and its interval and keeps p, dispersed or not', () => {
    const count = fc.integer({ min: 0, max: 500 });
    const exposure = fc.double({ min: 0.1, max: 100, noNaN: true });
    fc.assert(
      fc.property(count, exposure, count, exposure, fc.double({ min: 1, max: 30, noNaN: true }), (a, s, b, t, phi) => {
        const forth = stats.dispersedRateRatio({ count: a, exposure: s }, { count: b, exposure: t }, phi);
        const back = stats.dispersedRateRatio({ count: b, exposure: t }, { count: a, exposure: s }, phi);
        expect(Math.abs(forth.pValue - back.pValue)).toBeLessThan(1e-9);
        if (a === 0 || b === 0) return;
        expect(forth.estimate * back.estimate).toBeCloseTo(1, 9);
        expect(forth.low * back.high).toBeCloseTo(1, 6);
        expect(forth.low).toBeLessThanOrEqual(forth.estimate);
        expect(forth.high).toBeGreaterThanOrEqual(forth.estimate);
      }),
    );
  });

  it('circular blocks keep neighbours together', () => {
    const rows = new Int32Array(100);
    stats.fillCircularBlocks(rows, 10, stats.makeRandom(5));
    for (let i = 0; i < 100; i++) if (i % 10 !== 0) expect(rows[i]).toBe((rows[i - 1] + 1) % 100);
  });

  it('the same seed gives the same bootstrap, another label another stream', () => {
    const sample = Float64Array.from({ length: 50 }, (_, i) => (i * 37) % 101);
    const draw = (seed: number): stats.Estimate =>
      stats.bootstrapSeries(sample, stats.median, { random: stats.makeRandom(seed), resamples: 199 });
    expect(draw(9)).toEqual(draw(9));
    expect(stats.deriveSeed(9, 'a')).not.toBe(stats.deriveSeed(9, 'b'));
  });

  it('Theil–Sen finds the line under a quarter of wild values', () => {
    const source = stats.makeRandom(11);
    const x = Float64Array.from({ length: 2000 }, () => source() * 1e5);
    const y = x.map((size, i) => (i % 4 === 0 ? source() * 1e9 : 2000 + 0.4 * size + 50 * (source() - 0.5)));
    const { slope } = stats.fitTheilSen(x, y, { random: source, maxPairs: 50_000 });
    expect(slope.method).toContain('random pairs');
    expect(Math.abs(slope.estimate / 0.4 - 1)).toBeLessThan(0.05);
  });
});
