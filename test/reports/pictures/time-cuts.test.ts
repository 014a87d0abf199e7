import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutIdleTime, DISPLAY_WIDTH, niceStep, pickTicks } from '../../../reports/lanes/time-cuts.ts';

describe('cutting idle time out of the axis', () => {
  it('keeps a busy call as it is', () => {
    const scale = cutIdleTime({ startNs: 0, endNs: 1000 }, [{ startNs: 0, endNs: 900 }]);
    expect(scale.cuts).toEqual([]);
    expect(scale.place(500)).toBe(DISPLAY_WIDTH / 2);
  });

  it('cuts the long sleep and gives the room to the work', () => {
    const scale = cutIdleTime({ startNs: 0, endNs: 1_000_000 }, [
      { startNs: 0, endNs: 1000 },
      { startNs: 990_000, endNs: 1_000_000 },
    ]);
    expect(scale.cuts).toHaveLength(1);
    expect(scale.place(1_000_000) - scale.place(990_000)).toBeGreaterThan(DISPLAY_WIDTH * 0.7);
  });

  it('never reorders time, whatever the activity', () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 50_000 }));
    fc.assert(
      fc.property(
        fc.array(span, { maxLength: 40 }),
        fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 2 }),
        (spans, times) => {
          const active = spans.map(([startNs, length]) => ({ startNs, endNs: Math.min(1_000_000, startNs + length) }));
          const scale = cutIdleTime({ startNs: 0, endNs: 1_000_000 }, active);
          const placed = times.sort((a, b) => a - b).map((t) => scale.place(t));
          expect(placed).toEqual([...placed].sort((a, b) => a - b));
          for (const at of placed) expect(at >= 0 && at <= DISPLAY_WIDTH).toBe(true);
          for (const tick of pickTicks(scale, 8)) expect(tick.place >= 0 && tick.place <= DISPLAY_WIDTH).toBe(true);
        },
      ),
    );
  });

  it('steps in 1, 2, 5', () => {
    expect([3, 17, 0.4, 60].map(niceStep)).toEqual([5, 20, 0.5, 100]);
  });
});
