import type { LaneCall } from '../lanes/call.ts';
import { barAt, describeBar, drawLanes, rangeOf, scaleOf, toPixel, valueAtPixel } from '../lanes/draw.ts';
import { mergeBars } from '../lanes/merge.ts';
import type { ZoomView } from './zoom.ts';

/** Parts of a call below this share of its duration are not worth drawing. */
const LEAST_SHARE = 1e-4;

export function makeLanesView(call: LaneCall): ZoomView {
  const { startNs, endNs } = rangeOf(call);
  const scale = (from: number, to: number) => scaleOf(call, { startNs: from, endNs: to });
  return {
    from: startNs,
    to: endNs,
    least: Math.max(10, (endNs - startNs) * LEAST_SHARE),
    draw: (from, to) => drawLanes(call, { startNs: from, endNs: to }),
    valueAt: (x, from, to) => valueAtPixel(scale(from, to), x),
    pixelOf: (value, from, to) => toPixel(scale(from, to).place(value)),
    describe(x, y, from, to) {
      const bar = barAt(call, scale(from, to), x, y);
      return bar === null ? '' : describeBar(bar);
    },
    marks: (from, to) =>
      mergeBars(call, scale(from, to))
        .sort((a, b) => a.startNs - b.startNs)
        .map((bar) => ({ from: bar.startNs, to: bar.endNs, text: `${bar.first.lane}: ${describeBar(bar)}`, href: '' })),
  };
}
