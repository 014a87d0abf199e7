import { describe, expect, it } from 'vitest';
import {
  adjustBenjaminiHochberg,
  countWalshAverages,
  kthWalshAverage,
  makeRandom,
  robustSpread,
  signedRankCdf,
  signedRankShift,
  signedRankTest,
} from '../../src/stats/index.ts';

const floats = (...values: number[]): Float64Array => Float64Array.from(values);
const draw = (n: number, seed: number): Float64Array => {
  const random = makeRandom(seed);
  return Float64Array.from({ length: n }, () => Math.round((random() - 0.4) * 40) / 8);
};
const walsh = (x: Float64Array): number[] => {
  const out: number[] = [];
  for (let i = 0; i < x.length; i++) for (let j = i; j < x.length; j++) out.push((x[i] + x[j]) / 2);
  return out.sort((a, b) => a - b);
};

describe('paired statistics', () => {
  it('signed rank: Hollander & Wolfe, example 3.1 (depression scores before and after)', () => {
    const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
    const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
    const differences = Float64Array.from(after, (value, i) => value - before[i]);
    const { statistic, pValue } = signedRankTest(differences);
    expect(statistic).toBe(5);
    // R: wilcox.test(after, before, paired = TRUE): p-value = 0.03906
    expect(pValue).toBeCloseTo(20 / 512, 12);
    const { estimate, low, high } = signedRankShift(differences);
    expect(estimate).toBeCloseTo(-0.46, 12);
    expect(low).toBeCloseTo(-0.786, 12);
    expect(high).toBeCloseTo(-0.01, 12);
  });

  it('finds every Walsh average without making them', () => {
    for (const n of [1, 2, 3, 7, 24]) {
      const x = draw(n, n).sort();
      const all = walsh(x);
      expect(all.length).toBe(countWalshAverages(n));
      all.forEach((value, k) => {
        expect(kthWalshAverage(x, k + 1)).toBe(value === 0 ? 0 : value);
      });
    }
  });

  it('has the null distribution of all sign patterns', () => {
    const counts = new Array<number>(22).fill(0);
    for (let mask = 0; mask < 64; mask++) {
      let sum = 0;
      for (let rank = 1; rank <= 6; rank++) if (mask & (1 << (rank - 1))) sum += rank;
      counts[sum]++;
    }
    let total = 0;
    for (let v = 0; v < 22; v++) {
      total += counts[v];
      expect(signedRankCdf(6)[v]).toBeCloseTo(total / 64, 14);
    }
  });

  it('mirrors, and says nothing of too few', () => {
    const x = draw(81, 5);
    const one = signedRankShift(x);
    const other = signedRankShift(x.map((value) => -value));
    expect([other.estimate, other.low, other.high]).toEqual([-one.estimate, -one.high, -one.low].map((v) => v + 0));
    expect(signedRankTest(x).pValue).toBe(signedRankTest(x.map((v) => -v)).pValue);
    expect(signedRankShift(floats(1, 2, 3, 4, 5)).low).toBeNaN();
    expect(signedRankShift(floats(1, 2, 3, 4, 5, 6)).low).toBe(1);
    expect(signedRankShift(floats()).estimate).toBeNaN();
    expect(signedRankTest(floats(0, 0)).pValue).toBe(1);
    expect(() => signedRankShift(floats(Number.NaN))).toThrow(RangeError);
  });

  it('covers the centre of symmetric differences as often as it says', () => {
    const random = makeRandom(11);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    for (const n of [12, 80]) {
      let covered = 0;
      for (let trial = 0; trial < 600; trial++) {
        const { low, high } = signedRankShift(Float64Array.from({ length: n }, () => 1 + normal()));
        if (low <= 1 && 1 <= high) covered++;
      }
      // 95 % ± 4 standard errors
      expect(covered / 600).toBeGreaterThan(0.914);
      expect(covered / 600).toBeLessThan(0.986);
    }
  });

  it('adjusts as Benjamini & Hochberg do', () => {
    for (const p of adjustBenjaminiHochberg([0.01, 0.02, 0.03, 0.04, 0.05])) expect(p).toBeCloseTo(0.05, 14);
    expect([...adjustBenjaminiHochberg([0.5, Number.NaN, 0.001, 0.03, 0.01])]).toEqual([
      0.5,
      Number.NaN,
      0.004,
      0.04,
      0.02,
    ]);
    expect([...adjustBenjaminiHochberg([0.9, 0.8])]).toEqual([0.9, 0.9]);
  });

  it('measures spread past outliers', () => {
    const { centre, sigma } = robustSpread(floats(1, 2, 3, 4, 1000));
    expect([centre, sigma]).toEqual([3, 1.482602218505602]);
    expect(robustSpread(floats()).centre).toBeNaN();
  });
});
