import { describe, expect, it } from 'vitest';
import { parseSvg } from '../../../reports/charts/squeeze/parse.ts';
import { packCall, unpackCall } from '../../../reports/island.ts';
import { type LaneCall, toLaneCall } from '../../../reports/lanes/call.ts';
import { barAt, drawLanes, rangeOf, scaleOf, toPixel, valueAtPixel } from '../../../reports/lanes/draw.ts';
import { MAX_BARS, mergeBars } from '../../../reports/lanes/merge.ts';
import { listStretches } from '../../../reports/lanes/stretch-table.ts';
import { HOSTILE, sampleReport } from '../../support/sample-analysis.ts';

const [exemplar] = sampleReport().exemplars;
const busy: LaneCall = {
  id: 'busy',
  durationNs: 9000 * 300,
  stretches: Array.from({ length: 9000 }, (_, i) => ({
    lane: i % 2 === 0 ? ('process' as const) : ('softirq' as const),
    fill: i % 2 === 0 ? i % 5 : 12,
    startNs: i * 300,
    endNs: i * 300 + 250,
    cpu: 0,
    line: i + 1,
    label: '',
  })),
};

describe('swim lanes', () => {
  it('merges neighbours until there are few enough bars, and hides no lane', () => {
    const bars = mergeBars(busy, scaleOf(busy));
    expect(bars.length).toBeLessThanOrEqual(MAX_BARS);
    expect(new Set(bars.map((bar) => bar.first.lane))).toEqual(new Set(['process', 'softirq']));
    expect(Math.max(...bars.map((bar) => bar.to))).toBeGreaterThan(95_000);
  });

  it('draws a part of the axis with more detail than the whole', () => {
    const part = mergeBars(busy, scaleOf(busy, { startNs: 0, endNs: 30_000 }));
    expect(part.length).toBeGreaterThan(90);
    expect(part.every((bar) => bar.count === 1)).toBe(true);
  });

  it('is well-formed and lets no name become markup', () => {
    const call = toLaneCall({ ...exemplar, segments: exemplar.segments.map((s) => ({ ...s, label: HOSTILE })) });
    const svg = drawLanes(call);
    expect(svg).not.toMatch(/<script|NaN|undefined|Infinity/);
    expect(parseSvg(svg).tag).toBe('svg');
  });

  it('finds the bar under the pointer, and the time under it', () => {
    const call = toLaneCall(exemplar);
    const scale = scaleOf(call);
    const wait = mergeBars(call, scale).find((bar) => bar.first.fill === 3)!;
    const x = (toPixel(wait.from) + toPixel(wait.to)) / 2;
    expect(barAt(call, scale, x, 10)?.first.fill).toBe(3);
    expect(valueAtPixel(scale, toPixel(scale.place(wait.startNs)))).toBeCloseTo(wait.startNs, -3);
    expect(valueAtPixel(scale, 1)).toBeNaN();
  });

  it('comes back from the data island as it was', () => {
    const call = toLaneCall(exemplar);
    expect(unpackCall(JSON.parse(JSON.stringify(packCall(call))))).toEqual(call);
    expect(rangeOf(unpackCall(packCall(busy)))).toEqual(rangeOf(busy));
  });

  it('lists at most 40 rows and loses no time', () => {
    const rows = listStretches(busy);
    expect(rows.length).toBeLessThanOrEqual(40);
    expect(rows.reduce((sum, row) => sum + row.spentNs, 0)).toBe(9000 * 250);
    const nothing = { ...busy, durationNs: 0, stretches: busy.stretches.map((s) => ({ ...s, startNs: 0, endNs: 0 })) };
    expect(listStretches(nothing)).toEqual([]);
  });
});
