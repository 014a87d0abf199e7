import { describe, expect, it } from 'vitest';
import { parseSvg } from '../../../reports/charts/squeeze/parse.ts';
import { packStrip, unpackStrip } from '../../../reports/island.ts';
import { bucketAtPixel, drawStrip, pixelOfBucket, wholeStrip } from '../../../reports/overview/draw.ts';
import { toStrip } from '../../../reports/overview/strip.ts';
import type { OverviewSide } from '../../../src/model/analysis/index.ts';
import { HOSTILE } from '../../support/sample-analysis.ts';

const stretch = (run: string, values: (number | null)[]): OverviewSide['stretches'][number] => ({
  run,
  file: 'trace.txt',
  startNs: '1',
  bucketNs: 1000,
  calls: values.length,
  tracks: [{ id: 'throughput', title: 'bytes', unit: 'bytes/s', values }],
  slowest: values.map((value, i) => (value === null ? null : { call: i, durationNs: 10 ** (i % 7), line: i })),
});
const side: OverviewSide = { side: '', stretches: [stretch('run1', [1, null, 3, 4]), stretch(HOSTILE, [5, 6, 7, 8])] };
const strip = toStrip(side, (run, call) => (run === 'run1' && call === 2 ? 'call-run1-2' : ''));

describe('overview strip', () => {
  it('lays files one after the other and keeps what is not known', () => {
    expect(strip.borders.map((b) => b.at)).toEqual([0, 4]);
    expect(strip.tracks[0].values).toEqual([1, null, 3, 4, 5, 6, 7, 8]);
    expect(strip.cells[1].name).toBe('');
  });

  it('leads to a call that is drawn, and lets no name become markup', () => {
    const svg = drawStrip(strip);
    expect(svg).toContain('<a href="#call-run1-2">');
    expect(svg).not.toMatch(/<script|NaN|undefined/);
    expect(parseSvg(svg).tag).toBe('svg');
  });

  it('finds the bucket under the pointer, in the whole and in a part', () => {
    for (const window of [wholeStrip(strip), { from: 2, to: 6 }])
      for (let at = window.from; at < window.to; at++)
        expect(bucketAtPixel((pixelOfBucket(at, window) + pixelOfBucket(at + 1, window)) / 2, window)).toBe(at);
    expect(bucketAtPixel(1, wholeStrip(strip))).toBe(-1);
  });

  it('comes back from the data island as it was', () => {
    expect(unpackStrip(JSON.parse(JSON.stringify(packStrip(strip))))).toEqual(strip);
  });
});
