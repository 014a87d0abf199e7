import { describe, expect, it } from 'vitest';
import * as stats from '../../src/stats/index.ts';

const none = new Float64Array(0);
const one = Float64Array.of(7);
const equal = Float64Array.of(3, 3, 3, 3, 3, 3, 3, 3);
const some = Float64Array.of(5, 1, 4, 2, 3, 8, 9, 7);
const holed = Float64Array.of(1, Number.NaN, 3);
const random = (): stats.Random => stats.makeRandom(1);

describe('none, one, all equal, NaN', () => {
  it('no values give NaN, never 0', () => {
    expect(stats.quantile(none, 0.5)).toBeNaN();
    expect(stats.median(none)).toBeNaN();
    expect(stats.mean(none)).toBeNaN();
    expect(stats.quantileInterval(none, 0.5).estimate).toBeNaN();
    expect(stats.mannWhitney(none, some).pValue).toBeNaN();
    expect(stats.hodgesLehmannShift(some, none).estimate).toBeNaN();
    expect(stats.serialShift(none, some).pValue).toBeNaN();
    expect(stats.cliffsDelta(none, some)).toBeNaN();
    expect(stats.permutationTest(none, some, { random: random() }).pValue).toBeNaN();
    expect(stats.bootstrapSeries(none, stats.median, { random: random() }).estimate).toBeNaN();
    expect(stats.fitTheilSen(none, none, { random: random() }).slope.estimate).toBeNaN();
    expect(stats.tInterval(none).estimate).toBeNaN();
    expect(stats.wilsonInterval(0, 0).estimate).toBeNaN();
    expect(stats.serialMean(none).standardError).toBeNaN();
    expect(new stats.Log2Histogram().quantile(0.5)).toBeNaN();
    expect([...stats.adjustHolm([])]).toEqual([]);
  });

  it('one value has an estimate and no interval', () => {
    expect(stats.quantileInterval(one, 0.5)).toMatchObject({ estimate: 7, low: Number.NaN, high: Number.NaN, n: 1 });
    expect(stats.tInterval(one)).toMatchObject({ estimate: 7, low: Number.NaN });
    expect(stats.hodgesLehmannShift(one, Float64Array.of(9))).toMatchObject({ estimate: 2, low: Number.NaN });
    expect(stats.serialShift(one, some).pValue).toBeNaN();
    expect(stats.bootstrapSeries(one, stats.median, { random: random() }).low).toBeNaN();
    expect(stats.mannWhitney(one, Float64Array.of(9)).pValue).toBe(1);
  });

  it('all equal: no difference, an interval of width 0, p = 1', () => {
    expect(stats.hodgesLehmannShift(equal, equal)).toMatchObject({ estimate: 0, low: 0, high: 0 });
    expect(stats.hodgesLehmannRatio(equal, equal)).toMatchObject({ estimate: 1, low: 1, high: 1 });
    expect(stats.serialShift(equal, equal)).toMatchObject({ estimate: 0, low: 0, high: 0, pValue: 1 });
    expect(stats.mannWhitney(equal, equal).pValue).toBe(1);
    expect(stats.permutationTest(equal, equal, { random: random() }).pValue).toBe(1);
    expect(stats.cliffsDelta(equal, equal)).toBe(0);
    expect(stats.quantileInterval(equal, 0.5)).toMatchObject({ estimate: 3, low: 3, high: 3 });
    expect(stats.bootstrapSeries(equal, stats.median, { random: random(), resamples: 99 })).toMatchObject({
      low: 3,
      high: 3,
    });
    expect(stats.chooseBlockLength(equal)).toBe(1);
    expect(stats.fitTheilSen(equal, some, { random: random() }).slope.estimate).toBeNaN();
  });

  it('NaN is rejected by contract', () => {
    for (const call of [
      () => stats.quantile(holed, 0.5),
      () => stats.quantileInterval(holed, 0.5),
      () => stats.mannWhitney(holed, some),
      () => stats.hodgesLehmannShift(some, holed),
      () => stats.serialShift(holed, some),
      () => stats.permutationTest(holed, some, { random: random() }),
      () => stats.bootstrapSeries(holed, stats.median, { random: random() }),
      () => stats.fitTheilSen(holed, some.subarray(0, 3), { random: random() }),
      () => stats.tInterval(holed),
      () => stats.serialMean(holed),
      () => new stats.Log2Histogram().add(Number.NaN),
    ])
      expect(call).toThrow(RangeError);
  });

  it('three against three cannot reach 95 %: no interval instead of a narrow one', () => {
    const shift = stats.hodgesLehmannShift(Float64Array.of(1, 2, 3), Float64Array.of(11, 12, 13));
    expect(shift).toMatchObject({ estimate: 10, low: Number.NaN, high: Number.NaN });
  });

  it('values of two sides far apart: p not below what permuting the blocks could give', () => {
    const far = some.map((value) => value + 1000);
    expect(stats.serialShift(some, far).pValue).toBeGreaterThanOrEqual(2 / 12870);
    expect(stats.serialShift(some, far).low).toBeGreaterThan(900);
  });
});

describe('small tools', () => {
  it('a quantile is told from so many values on that one is expected beyond it', () => {
    const least = (p: number): number => [1, 10, 19, 20, 99, 100, 999, 1000].find((n) => stats.canTellQuantile(p, n))!;
    expect([0.05, 0.5, 0.95, 0.99, 0.999].map(least)).toEqual([20, 1, 20, 100, 1000]);
    expect(stats.canTellQuantile(0.5, 0)).toBe(false);
  });

  it('Holm skips what was not tested', () => {
    expect([...stats.adjustHolm([0.01, Number.NaN, 0.04])]).toEqual([0.02, Number.NaN, 0.04]);
  });

  it('log2 histogram: powers of two are the lower bounds of their buckets', () => {
    const histogram = new stats.Log2Histogram();
    for (const value of [0, 1, 2, 3, 4, 1023, 1024, 1025]) histogram.add(value);
    expect(histogram.rows()).toEqual([
      { low: 0, high: 1, count: 1 },
      { low: 1, high: 2, count: 1 },
      { low: 2, high: 4, count: 2 },
      { low: 4, high: 8, count: 1 },
      { low: 512, high: 1024, count: 1 },
      { low: 1024, high: 2048, count: 2 },
    ]);
    expect(histogram).toMatchObject({ n: 8, sum: 3082, min: 0, max: 1025 });
  });

  it('eight parts to the octave bring the median within an eighth', () => {
    const histogram = new stats.Log2Histogram(8);
    const values = Float64Array.from({ length: 5000 }, (_, i) => 1000 + ((i * 7919) % 5000));
    for (const value of values) histogram.add(value);
    expect(Math.abs(histogram.quantile(0.5) / stats.median(values) - 1)).toBeLessThan(0.02);
  });

  it('a reservoir keeps every item with the same chance', () => {
    const source = random();
    const kept = new Float64Array(40);
    for (let round = 0; round < 4000; round++) {
      const reservoir = new stats.Reservoir<number>(10, source);
      for (let item = 0; item < 40; item++) reservoir.offer(item);
      for (const item of reservoir.items) kept[item]++;
    }
    // Binomial(4000, 1/4): standard deviation 27; five of them for 40 items.
    for (const count of kept) expect(Math.abs(count - 1000)).toBeLessThan(137);
  });

  it('equivalence needs both ends known', () => {
    expect(stats.isEquivalent({ low: -2, high: 3 }, 5)).toBe(true);
    expect(stats.isEquivalent({ low: -2, high: 6 }, 5)).toBe(false);
    expect(stats.isEquivalent({ low: Number.NaN, high: 1 }, 5)).toBe(false);
  });

  it('the detectable effect of a t test has the power it promises', () => {
    const source = random();
    const effect = stats.minimumDetectableEffect(Math.sqrt(2 / 10), 18);
    let found = 0;
    const normal = (): number => stats.normalQuantile(source() * (1 - 1e-12) + 5e-13);
    for (let i = 0; i < 2000; i++) {
      const before = Float64Array.from({ length: 10 }, normal);
      const after = Float64Array.from({ length: 10 }, () => normal() + effect);
      if (stats.pooledTDifference(before, after).pValue < 0.05) found++;
    }
    expect(found / 2000).toBeGreaterThan(0.76);
    expect(found / 2000).toBeLessThan(0.84);
  });

  it('no metric, or a side without units: nothing is permuted', () => {
    for (const [table, nBefore] of [
      [[], 5],
      [[Float64Array.of(1, 2)], 2],
      [[Float64Array.of(1, 2)], 0],
    ] as const) {
      const made = stats.permuteJointly(table, nBefore, { random: stats.makeRandom(1) });
      expect([made.splits, [...made.pValues].every(Number.isNaN)]).toEqual([0, true]);
    }
  });

  it('median with its error: constant, two values, a line through equal sizes', () => {
    expect(stats.medianWithError(new Float64Array(20).fill(7))).toMatchObject({ median: 7, standardError: 0 });
    expect(stats.medianWithError(Float64Array.of(1)).standardError).toBeNaN();
    expect(stats.huberLine(new Float64Array(9).fill(3), new Float64Array(9).fill(8))).toEqual({
      slope: 0,
      intercept: 8,
    });
    expect(stats.mannKendall(Float64Array.of(1, 2, 3)).pValue).toBeNaN();
  });
});
