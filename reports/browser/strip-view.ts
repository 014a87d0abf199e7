import { formatNs, formatQuantity, groupDigits } from '../format.ts';
import { bucketAtPixel, drawStrip, pixelOfBucket, SHORT_TITLES } from '../overview/draw.ts';
import type { Strip } from '../overview/strip.ts';
import type { ZoomView } from './zoom.ts';

const LEAST_BUCKETS = 8;

export function makeStripView(strip: Strip): ZoomView {
  const window = (from: number, to: number) => ({ from: Math.floor(from), to: Math.ceil(to) });
  return {
    from: 0,
    to: strip.cells.length,
    least: Math.min(LEAST_BUCKETS, strip.cells.length),
    draw: (from, to) => drawStrip(strip, window(from, to)),
    valueAt(x, from, to) {
      const at = bucketAtPixel(x, window(from, to));
      return at < 0 ? Number.NaN : at;
    },
    pixelOf: (value, from, to) => pixelOfBucket(value, window(from, to)),
    describe(x, _, from, to) {
      const at = bucketAtPixel(x, window(from, to));
      return at < 0 ? '' : describeBucket(strip, at);
    },
    marks: (from, to) => {
      const { from: low, to: high } = window(from, to);
      return strip.cells.slice(low, high).map((cell, i) => ({
        from: low + i,
        to: low + i + 1,
        text: describeBucket(strip, low + i),
        href: cell.target,
      }));
    },
  };
}

/** 'run3, 12.4 ms: slowest call #65 19.5 ms, line 16,101; throughput 80 MiB/s; …' */
function describeBucket(strip: Strip, at: number): string {
  const border = strip.borders.findLast((b) => b.at <= at) ?? strip.borders[0];
  const cell = strip.cells[at];
  const call =
    cell.name === ''
      ? 'no call'
      : `slowest call ${cell.name} ${formatNs(cell.durationNs).text}${cell.line > 0 ? `, line ${groupDigits(cell.line)}` : ''}`;
  const tracks = strip.tracks.map((track) => {
    const value = track.values[at];
    return `${SHORT_TITLES[track.id] ?? track.title} ${formatQuantity(value === null ? null : value, track.unit).text}`;
  });
  return `${border.name}, ${formatNs((at - border.at) * border.bucketNs).text}: ${[call, ...tracks].join('; ')}`;
}
