import { describe, expect, it } from 'vitest';
import { TimeBins } from '../../../src/timeline/arrivals/time-bins.ts';

describe('counts over time', () => {
  it('are exact while bins get wider', () => {
    const bins = new TimeBins();
    for (let i = 0; i < 5000; i++) bins.add(i * 1e6);
    const list = bins.list();
    expect(list.length).toBeLessThanOrEqual(1024);
    expect(list.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
    const half = list.filter(({ bin }) => (bin + 1) * bins.binNs <= 2500e6).reduce((sum, { count }) => sum + count, 0);
    expect(Math.abs(half - 2500)).toBeLessThanOrEqual(bins.binNs / 1e6);
  });

  it('few events keep their narrow bins', () => {
    const bins = new TimeBins();
    for (const at of [50_000, 60_000, 9e9]) bins.add(at);
    expect([bins.binNs, bins.list()]).toEqual([
      100_000,
      [
        { bin: 0, count: 2 },
        { bin: 90_000, count: 1 },
      ],
    ]);
  });
});
