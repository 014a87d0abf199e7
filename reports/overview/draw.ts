import { nameTable } from '../../src/model/name-table.ts';
import { formatNs, formatQuantity } from '../format.ts';
import { niceStep } from '../lanes/time-cuts.ts';
import { TRACK_COLORS } from '../theme.ts';
import type { Strip, StripTrack } from './strip.ts';

/** The overview strip as SVG text; the script of the page draws it again for every zoom. */
const WIDTH = 1000;
const LABELS = 132;
const VALUES = 92;
const PLOT = WIDTH - LABELS - VALUES;
const TRACK = 17;
const GAP = 5;
const BAND = 19;
const AXIS = 18;
const HEAT = '#c61d1a';
const LETTER = 6.4;

/** Buckets from..to of the strip, `to` excluded. */
export interface StripWindow {
  from: number;
  to: number;
}

export const wholeStrip = (strip: Strip): StripWindow => ({ from: 0, to: strip.cells.length });

/** Which bucket is under this horizontal place of the picture; −1 beside the plot. */
export function bucketAtPixel(x: number, { from, to }: StripWindow): number {
  const at = Math.floor(from + ((x - LABELS) / PLOT) * (to - from));
  return x < LABELS || x > LABELS + PLOT ? -1 : Math.max(from, Math.min(to - 1, at));
}

export const pixelOfBucket = (at: number, { from, to }: StripWindow): number =>
  LABELS + ((at - from) / (to - from)) * PLOT;

const px = (value: number): string => String(Number(value.toFixed(1)));
const escapeXml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

export const SHORT_TITLES: Record<string, string> = nameTable({
  throughput: 'throughput',
  sleep: 'asleep in a call',
  wake: 'woken, no CPU',
  softirq: 'softirq, interrupt',
  drops: 'drops',
  engine: 'engine busy',
});

export function drawStrip(strip: Strip, window: StripWindow = wholeStrip(strip)): string {
  const height = BAND + 14 + strip.tracks.length * (TRACK + GAP) + AXIS;
  const top = (index: number): number => BAND + 14 + index * (TRACK + GAP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" focusable="false" font-family="system-ui,sans-serif" font-size="12">`,
    drawHeat(strip, window),
    ...strip.tracks.map((track, i) => drawTrack(track, window, top(i))),
    drawBorders(strip, window, height),
    '</svg>',
  ].join('');
}

/** Slowest call of each bucket by its duration on a logarithmic scale; a call that is drawn below is a link. */
function drawHeat(strip: Strip, window: StripWindow): string {
  const known = strip.cells.filter((cell) => cell.name !== '');
  const least = Math.log(Math.max(1, Math.min(...known.map((c) => c.durationNs))));
  const most = Math.log(Math.max(2, ...known.map((c) => c.durationNs)));
  const levels = new Map<number, string>();
  const marks: string[] = [];
  let lastTarget = '';
  for (let at = window.from; at < window.to; at++) {
    const cell = strip.cells[at];
    if (cell.name === '') continue;
    const heat = most > least ? (Math.log(Math.max(1, cell.durationNs)) - least) / (most - least) : 0;
    const level = Math.min(9, Math.max(1, Math.ceil(heat * 9)));
    const x = pixelOfBucket(at, window);
    const width = pixelOfBucket(at + 1, window) - x;
    levels.set(level, `${levels.get(level) ?? ''}M${px(x)} 14h${px(width)}v${BAND}h-${px(width)}z`);
    if (cell.target !== '' && cell.target !== lastTarget)
      marks.push(
        `<a href="#${escapeXml(cell.target)}"><path d="M${px(x + width / 2)} 13l-5-9h10z" fill="currentColor"><title>${escapeXml(cell.name)}, ${formatNs(cell.durationNs).text}: its swim lane is below</title></path></a>`,
      );
    lastTarget = cell.target;
  }
  const cells = [...levels].map(([level, d]) => `<path d="${d}" fill-opacity="${px(level / 9)}"/>`).join('');
  const slowest = known.reduce((a, b) => (b.durationNs > a.durationNs ? b : a), known[0]);
  return `<g fill="${HEAT}">${cells}</g><g fill="currentColor"><text x="0" y="${14 + 14}">slowest call</text><text x="${WIDTH - VALUES + 8}" y="${14 + 14}">${slowest === undefined ? '' : `to ${formatNs(slowest.durationNs).text}`}</text></g>${marks.join('')}`;
}

/** Steps from zero to the largest value, which is printed at the right. */
function drawTrack(track: StripTrack, window: StripWindow, top: number): string {
  const values = track.values.slice(window.from, window.to);
  const peakValue = Math.max(0, ...values.map((v) => v ?? 0));
  // A share has a natural end: little of it must look little.
  const most = track.unit === '%' && peakValue > 0 ? Math.max(100, peakValue) : peakValue;
  const base = top + TRACK;
  let d = '';
  let y = -1;
  values.forEach((value, i) => {
    const x = px(pixelOfBucket(window.from + i, window));
    const next = value === null || most === 0 ? base : base - (value / most) * TRACK;
    if (d === '') d = `M${x} ${base}V${px(next)}`;
    else if (Math.abs(next - y) >= 0.05) d += `H${x}V${px(next)}`;
    y = next;
  });
  d += `H${px(LABELS + PLOT)}V${base}z`;
  const color = TRACK_COLORS[track.id] ?? TRACK_COLORS.other;
  const peak = peakValue === 0 ? '0' : formatQuantity(Number(peakValue.toPrecision(3)), track.unit).text;
  return `<g fill="currentColor"><text x="0" y="${top + 13}">${escapeXml(SHORT_TITLES[track.id] ?? track.title)}<title>${escapeXml(track.title)}</title></text><text x="${WIDTH - VALUES + 8}" y="${top + 13}">to ${peak}</text></g><path d="${d}" fill="${color}"/><path d="M${LABELS} ${base}h${PLOT}" stroke="currentColor" stroke-opacity=".3"/>`;
}

/** Where files begin, and how long what is shown took. */
function drawBorders({ borders, cells }: Strip, window: StripWindow, height: number): string {
  const bottom = height - AXIS;
  if (borders.length === 1) {
    const { bucketNs } = borders[0];
    const span = (window.to - window.from) * bucketNs;
    const step = niceStep(span / 6);
    const [divisor, unit] = span >= 1e9 ? [1e9, 's'] : span >= 1e6 ? [1e6, 'ms'] : [1e3, 'µs'];
    const ticks: string[] = [];
    const lines: string[] = [];
    for (let at = Math.ceil((window.from * bucketNs) / step) * step; at <= window.to * bucketNs; at += step) {
      const x = px(pixelOfBucket(at / bucketNs, window));
      lines.push(`M${x} 14V${bottom}`);
      ticks.push(`<text x="${x}" y="${height - 4}">${Number((at / divisor).toPrecision(4))} ${unit}</text>`);
    }
    return `<path d="${lines.join('')}" stroke="currentColor" stroke-opacity=".15"/><g fill="currentColor" text-anchor="middle">${ticks.join('')}</g>`;
  }
  const shown = borders
    .map((border, i) => ({ ...border, end: borders[i + 1]?.at ?? cells.length }))
    .filter((b) => b.end > window.from && b.at < window.to);
  const lines = shown
    .map(({ at }) => (at <= window.from ? '' : `M${px(pixelOfBucket(at, window))} 14V${bottom}`))
    .join('');
  const names = shown.map(({ at, end, name, bucketNs }) => {
    const x = pixelOfBucket(Math.max(at, window.from), window);
    const room = pixelOfBucket(Math.min(end, window.to), window) - x;
    const text = `${name} · ${formatNs((end - at) * bucketNs).text}`;
    const fits = [text, name, ''].find((t) => t.length * LETTER <= room)!;
    return fits === '' ? '' : `<text x="${px(x + room / 2)}" y="${height - 4}">${escapeXml(fits)}</text>`;
  });
  return `<path d="${lines}" stroke="currentColor" stroke-opacity=".6"/><g fill="currentColor" text-anchor="middle">${names.join('')}</g>`;
}
