import { describe, expect, it } from 'vitest';
import { makeRandom } from '../../../src/stats/index.ts';
import { type CostSeries, findCrossing } from '../../../src/verdict/break-even/crossing.ts';
import { fitRobustLine } from '../../../src/verdict/cost/robust-line.ts';

/** Both ways in one recording. */
const alone = (seed: number) => ({ seed, isPaired: true, driftSd: 0 });

/** Costs a + b·size with multiplicative noise of ±20 % and one call in 30 ten times too slow. */
function simulate(seed: number, n: number, interceptNs: number, nsPerByte: number): CostSeries {
  const random = makeRandom(seed);
  const bytes = new Float64Array(n);
  const ns = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    bytes[i] = Math.round(1000 * 2 ** (7 * random()));
    ns[i] = (interceptNs + nsPerByte * bytes[i]) * (0.8 + 0.4 * random()) * (random() < 1 / 30 ? 10 : 1);
  }
  return { bytes, ns };
}

describe('break-even', () => {
  it('finds the crossing of known lines: (12000 − 500) / (1 − 0.3) = 16429 bytes', () => {
    const crossing = findCrossing(simulate(1, 300, 500, 1), simulate(2, 300, 12_000, 0.3), alone(9));
    expect(crossing.status).toBe('crossing');
    expect(crossing.offloadWinsAbove).toBe(true);
    expect(crossing.low).toBeLessThan(16_429);
    expect(crossing.high).toBeGreaterThan(16_429);
    expect(Math.abs(crossing.bytes / 16_429 - 1)).toBeLessThan(0.2);
  });

  it('covers the truth in most simulated captures', () => {
    let covered = 0;
    const trials = 25;
    for (let t = 0; t < trials; t++) {
      const crossing = findCrossing(simulate(100 + t, 150, 500, 1), simulate(900 + t, 150, 12_000, 0.3), alone(t));
      if (crossing.low <= 16_429 && crossing.high >= 16_429) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(21);
  });

  it('says "no crossing in the range seen" and which path is cheaper', () => {
    const dearer = findCrossing(simulate(3, 200, 500, 0.2), simulate(4, 200, 30_000, 0.4), alone(9));
    expect(dearer.status).toBe('no crossing in the range seen');
    expect(dearer.cheaper).toBe('copy');
    const cheaper = findCrossing(simulate(3, 200, 9000, 3), simulate(4, 200, 2000, 0.4), alone(9));
    expect(cheaper.cheaper).toBe('offload');
  });

  it('does not extrapolate: a crossing beyond the sizes seen is none', () => {
    // By means, rare slow calls of 4 ms leave the slope of few calls open: 800 settle it.
    const crossing = findCrossing(simulate(5, 800, 2000, 0.4), simulate(6, 800, 4_000_000, 0.1), alone(9));
    expect(crossing.status).toBe('no crossing in the range seen');
    const few = findCrossing(simulate(5, 200, 2000, 0.4), simulate(6, 200, 4_000_000, 0.1), alone(9));
    expect(few.status).not.toBe('crossing');
    expect(few.bytes).toBeNaN();
  });

  it('cannot tell from a handful of points or a single size', () => {
    expect(findCrossing(simulate(1, 5, 500, 1), simulate(2, 300, 12_000, 0.3), alone(9)).status).toBe('cannot tell');
    const flat = { bytes: new Float64Array(40).fill(1448), ns: new Float64Array(40).fill(900) };
    expect(findCrossing(flat, simulate(2, 300, 12_000, 0.3), alone(9)).status).toBe('cannot tell');
  });

  it('is the same for the same seed', () => {
    const again = (): string =>
      JSON.stringify(findCrossing(simulate(1, 60, 500, 1), simulate(2, 60, 12_000, 0.3), alone(9)));
    expect(again()).toBe(again());
  });
});

describe('the robust line', () => {
  it('goes through exact points whatever their number', () => {
    for (const n of [5, 31, 32, 33, 500]) {
      const sizes = Float64Array.from({ length: n }, (_, i) => 1000 + 10 * i);
      const line = fitRobustLine(
        sizes,
        sizes.map((s) => 700 + 2 * s),
      );
      expect(line.nsPerByte).toBeCloseTo(2, 9);
      expect(line.interceptNs).toBeCloseTo(700, 5);
    }
  });

  it('is not moved by a tenth of wild values', () => {
    const sizes = Float64Array.from({ length: 300 }, (_, i) => 1000 + 100 * i);
    const costs = sizes.map((s, i) => (i % 10 === 0 ? 1e9 : 700 + 2 * s));
    expect(fitRobustLine(sizes, costs).nsPerByte).toBeCloseTo(2, 2);
  });
});
