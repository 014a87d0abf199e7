import { LANES, type Lane } from '../../src/model/calls.ts';
import { PHASES } from '../../src/model/phases.ts';
import { formatNs, groupDigits } from '../format.ts';
import { LANE_COLORS, PHASE_COLORS, PHASE_INKS, PHASE_SHORT } from '../theme.ts';
import { FILLS, type LaneCall, type Stretch } from './call.ts';
import { type LaneBar, mergeBars } from './merge.ts';
import { cutIdleTime, DISPLAY_WIDTH, pickTicks, type Span, type TimeScale } from './time-cuts.ts';

/**
 * The swim lanes of one call as SVG text. Drawn by hand, not by vega-lite: the script of the page draws the same picture
 * again for every zoom, and one function for both cannot disagree with itself.
 */
export const PICTURE_WIDTH = 1000;
const LABELS = 64;
const PLOT = PICTURE_WIDTH - LABELS - 12;
const ROW = 20;
const GAP = 5;
const AXIS = 32;
const LETTER = 6.6;
/** A thinner bar has no tooltip of its own without script; the table of stretches has it. */
const OWN_TITLE = 5;

export function rangeOf(call: LaneCall): Span {
  let startNs = 0;
  let endNs = call.durationNs;
  for (const s of call.stretches) {
    startNs = Math.min(startNs, s.startNs);
    endNs = Math.max(endNs, s.endNs);
  }
  return { startNs, endNs: Math.max(endNs, startNs + 1) };
}

export function scaleOf(call: LaneCall, range: Span = rangeOf(call)): TimeScale {
  const active = call.stretches
    .filter((s) => FILLS[s.fill] !== 'sleep' && s.endNs >= range.startNs && s.startNs <= range.endNs)
    .map((s) => ({ startNs: Math.max(s.startNs, range.startNs), endNs: Math.min(s.endNs, range.endNs) }));
  return cutIdleTime(range, active);
}

export const lanesOf = (call: LaneCall): Lane[] =>
  LANES.filter((lane) => lane === 'process' || call.stretches.some((s) => s.lane === lane));

/** Time under a horizontal place of the picture; NaN beside the plot. */
export function valueAtPixel(scale: TimeScale, x: number): number {
  const place = ((x - LABELS) / PLOT) * DISPLAY_WIDTH;
  const part = [...scale.pieces, ...scale.cuts].find((p) => place >= p.from && place <= p.to);
  if (part === undefined) return Number.NaN;
  return part.startNs + ((place - part.from) / Math.max(1e-9, part.to - part.from)) * (part.endNs - part.startNs);
}

/** The bar under a place of the picture. */
export function barAt(call: LaneCall, scale: TimeScale, x: number, y: number): LaneBar | null {
  const lane = lanesOf(call)[Math.floor(y / (ROW + GAP))];
  const bars = mergeBars(call, scale).filter((bar) => bar.first.lane === lane);
  const near = bars.filter((bar) => x >= toPixel(bar.from) - 1.5 && x <= toPixel(bar.to) + 1.5);
  return near.sort((a, b) => Math.abs(toPixel(a.from) - x) - Math.abs(toPixel(b.from) - x))[0] ?? null;
}

export const toPixel = (place: number): number => LABELS + (place / DISPLAY_WIDTH) * PLOT;

export function nameStretch(stretch: Stretch): string {
  const fill = FILLS[stretch.fill];
  const phase = PHASES.find((p) => p === fill);
  if (phase !== undefined) return PHASE_SHORT[phase];
  return stretch.label === '' ? stretch.lane : stretch.label;
}

const colorOf = (fill: number): string => {
  const name = FILLS[fill];
  return name.startsWith('lane-') ? LANE_COLORS[name.slice(5)] : PHASE_COLORS[name as keyof typeof PHASE_COLORS];
};
const inkOf = (fill: number): string => {
  const name = FILLS[fill];
  return name.startsWith('lane-') ? '#fff' : PHASE_INKS[name as keyof typeof PHASE_INKS];
};

/** 'DMA wait 241 µs, from 2.98 ms, cpu 1, line 16,101': what hover and focus read out. */
export function describeBar(bar: LaneBar): string {
  const { first, count, isMixed } = bar;
  const many = count > 1 ? `, ${count} stretches` : '';
  const cpu = first.cpu >= 0 ? `, cpu ${first.cpu}` : '';
  const line = first.line > 0 ? `, line ${groupDigits(first.line)}` : '';
  return `${isMixed ? 'mostly ' : ''}${nameStretch(first)} ${formatNs(bar.endNs - bar.startNs).text}, from ${formatNs(bar.startNs).text}${many}${cpu}${line}`;
}

const escapeXml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const px = (value: number): string => String(Number(value.toFixed(1)));

export function drawLanes(call: LaneCall, range: Span = rangeOf(call)): string {
  const scale = scaleOf(call, range);
  const lanes = lanesOf(call);
  const height = lanes.length * (ROW + GAP) + AXIS;
  const bars = mergeBars(call, scale);
  const rowOf = (lane: Lane): number => lanes.indexOf(lane) * (ROW + GAP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${PICTURE_WIDTH} ${height}" aria-hidden="true" focusable="false" font-family="system-ui,sans-serif" font-size="12">`,
    drawAxis(scale, height),
    `<g fill="currentColor">${lanes.map((lane) => `<text x="0" y="${rowOf(lane) + 14}">${lane}</text>`).join('')}</g>`,
    ...lanes
      .filter((lane) => lane !== 'waker')
      .map((lane) =>
        drawLane(
          bars.filter((bar) => bar.first.lane === lane),
          rowOf(lane),
        ),
      ),
    drawWakers(
      bars.filter((bar) => bar.first.lane === 'waker'),
      rowOf('waker'),
    ),
    drawCuts(scale, lanes.length * (ROW + GAP) - GAP),
    '</svg>',
  ].join('');
}

/** Ticks on the kept pieces of time, in the unit that fits the range. */
function drawAxis(scale: TimeScale, height: number): string {
  const ticks = pickTicks(scale, 8);
  const span = scale.endNs - scale.startNs;
  const [divisor, unit] = span >= 10e6 ? [1e6, 'ms'] : span >= 10e3 ? [1e3, 'µs'] : [1, 'ns'];
  const bottom = height - AXIS + 4;
  let free = Number.NEGATIVE_INFINITY;
  const labels = ticks.map(({ place, atNs }) => {
    const label = groupDigits(Number((atNs / divisor).toPrecision(6)));
    const half = (label.length * LETTER) / 2;
    const x = toPixel(place);
    if (x - half < free || x + half > PICTURE_WIDTH) return '';
    free = x + half + 8;
    return `<text x="${px(x)}" y="${bottom + 13}">${label}</text>`;
  });
  const grid = ticks.map(({ place }) => `M${px(toPixel(place))} 0v${bottom}`).join('');
  return `<path d="${grid}" stroke="currentColor" stroke-opacity=".15"/><g fill="currentColor" text-anchor="middle">${labels.join('')}<text x="${px(LABELS + PLOT / 2)}" y="${height - 3}">time since entry (${unit})</text></g>`;
}

/** Bars wide enough for a tooltip are marks of their own; all thinner ones of a colour are one path. */
function drawLane(bars: readonly LaneBar[], top: number): string {
  const thin = new Map<number, string>();
  const wide: string[] = [];
  for (const bar of bars) {
    const x = toPixel(Math.max(0, bar.from));
    const width = toPixel(Math.min(DISPLAY_WIDTH, bar.to)) - x;
    const { fill } = bar.first;
    if (width < OWN_TITLE) {
      thin.set(fill, `${thin.get(fill) ?? ''}M${px(x)} ${top}h${px(width)}v${ROW}h-${px(width)}z`);
      continue;
    }
    // A separating pixel, so that neighbours are told apart without colour.
    wide.push(
      `<rect x="${px(x)}" y="${top}" width="${px(width - 0.7)}" height="${ROW}" fill="${colorOf(fill)}"><title>${escapeXml(describeBar(bar))}</title></rect>`,
    );
    const name = nameStretch(bar.first);
    if (name.length * LETTER + 8 <= width)
      wide.push(
        `<text x="${px(x + 4)}" y="${top + 14}" fill="${inkOf(fill)}" pointer-events="none">${escapeXml(name)}</text>`,
      );
  }
  return [...thin].map(([fill, d]) => `<path d="${d}" fill="${colorOf(fill)}"/>`).join('') + wide.join('');
}

/** An arrow from the waker to the reader it woke. */
function drawWakers(bars: readonly LaneBar[], top: number): string {
  if (bars.length === 0) return '';
  let last = Number.NEGATIVE_INFINITY;
  const shafts: string[] = [];
  const heads: string[] = [];
  for (const bar of bars) {
    const x = toPixel(bar.from);
    if (x - last < 3) continue;
    last = x;
    shafts.push(`M${px(x)} ${top + ROW}V${ROW + 6}`);
    heads.push(`M${px(x)} ${ROW + 1}l-3.5 7h7z`);
  }
  const color = LANE_COLORS.waker;
  return `<path d="${shafts.join('')}" stroke="${color}" stroke-width="1.5"/><path d="${heads.join('')}" fill="${color}"/>`;
}

function drawCuts(scale: TimeScale, height: number): string {
  if (scale.cuts.length === 0) return '';
  const boxes = scale.cuts.map((cut) => {
    const x = toPixel(cut.from);
    const width = toPixel(cut.to) - x;
    const length = formatNs(cut.endNs - cut.startNs).text;
    return `<rect x="${px(x)}" width="${px(width)}" height="${height}" fill="#8694ac" fill-opacity=".35"><title>${length} cut out: no lane did anything</title></rect>`;
  });
  const middle = (cut: TimeScale['cuts'][number]): number => toPixel((cut.from + cut.to) / 2) + 4;
  const labels =
    scale.cuts.length > 6
      ? ''
      : scale.cuts
          .map(
            (cut) =>
              `<text transform="translate(${px(middle(cut))},${px(height / 2)})rotate(-90)">${formatNs(cut.endNs - cut.startNs).text}</text>`,
          )
          .join('');
  return `<g>${boxes.join('')}</g><g fill="currentColor" text-anchor="middle" font-size="11" font-style="italic" pointer-events="none">${labels}</g>`;
}
