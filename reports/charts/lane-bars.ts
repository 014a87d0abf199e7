import type { Exemplar } from '../../src/model/analysis/index.ts';
import { LANES } from '../../src/model/calls.ts';
import { formatNs } from '../format.ts';
import { PHASE_SHORT } from '../theme.ts';
import { CHART_WIDTH } from './chart.ts';
import { DISPLAY_WIDTH, type TimeScale } from './time-cuts.ts';

/** Bars of the swim lanes: few enough for a mail attachment, whatever the call did. */
export const MAX_BARS = 600;
/** Shorter than this on the display axis would be thinner than a pixel. */
const MIN_BAR = DISPLAY_WIDTH * 0.0018;
/** Nearer than this is touching. */
const TOUCHING = DISPLAY_WIDTH * 0.0004;
/** Columns of a lane when there are too many segments: four lanes of them stay below MAX_BARS with their long bars. */
const COLUMNS = 110;
const PIXELS_PER_LETTER = 7.2;

type Segment = Exemplar['segments'][number];

export interface LaneBar {
  lane: string;
  fill: string;
  from: number;
  to: number;
  label: string;
  tip: string;
}

export const fillOf = (segment: Segment): string => segment.phase ?? `lane-${segment.lane}`;
const nameOf = (segment: Segment): string =>
  segment.label !== '' && segment.phase === null
    ? segment.label
    : segment.phase === null
      ? segment.lane
      : PHASE_SHORT[segment.phase];

interface Stretch {
  first: Segment;
  startNs: number;
  endNs: number;
  /** Segments drawn as this bar. */
  count: number;
  /** Some of them are of another colour: too short to be drawn. */
  isMixed: boolean;
}

/** All segments as bars; if they are too many, those shorter than a column are drawn a column at a time. */
export function rows(exemplar: Exemplar, scale: TimeScale): LaneBar[] {
  const byLane = LANES.map((lane) => exemplar.segments.filter((s) => s.lane === lane).sort(byTime));
  const merged = byLane.map((segments) => mergeNeighbours(segments, scale));
  const count = merged.reduce((sum, lane) => sum + lane.length, 0);
  const stretches = count <= MAX_BARS ? merged : byLane.map((segments) => mergeColumns(segments, scale));
  return stretches.flat().map((stretch) => toBar(stretch, scale));
}

const byTime = (a: Segment, b: Segment): number => a.startNs - b.startNs || a.endNs - b.endNs;

/** Neighbours of one colour that touch on the display become one bar. */
function mergeNeighbours(segments: readonly Segment[], scale: TimeScale): Stretch[] {
  const out: Stretch[] = [];
  for (const segment of segments) {
    const last = out[out.length - 1];
    const joins =
      last !== undefined &&
      fillOf(last.first) === fillOf(segment) &&
      last.first.label === segment.label &&
      scale.place(segment.startNs) - scale.place(last.endNs) <= TOUCHING;
    if (joins) {
      last.endNs = Math.max(last.endNs, segment.endNs);
      last.count++;
    } else out.push({ first: segment, startNs: segment.startNs, endNs: segment.endNs, count: 1, isMixed: false });
  }
  return out;
}

/** In each column the colour that took most of its time, as wide as all the time spent there. */
function mergeColumns(segments: readonly Segment[], scale: TimeScale): Stretch[] {
  const width = DISPLAY_WIDTH / COLUMNS;
  const out: Stretch[] = [];
  const columns = new Map<number, Segment[]>();
  for (const segment of segments) {
    const from = scale.place(segment.startNs);
    if (scale.place(segment.endNs) - from >= width) {
      out.push({ first: segment, startNs: segment.startNs, endNs: segment.endNs, count: 1, isMixed: false });
      continue;
    }
    const column = Math.min(COLUMNS - 1, Math.floor(from / width));
    columns.set(column, [...(columns.get(column) ?? []), segment]);
  }
  for (const inside of columns.values()) {
    const spent = new Map<string, number>();
    let total = 0;
    for (const s of inside) {
      spent.set(fillOf(s), (spent.get(fillOf(s)) ?? 0) + s.endNs - s.startNs);
      total += s.endNs - s.startNs;
    }
    const most = [...spent].sort((a, b) => b[1] - a[1])[0][0];
    const first = inside.find((s) => fillOf(s) === most)!;
    const startNs = inside[0].startNs;
    out.push({ first, startNs, endNs: startNs + total, count: inside.length, isMixed: spent.size > 1 });
  }
  return out.sort((a, b) => a.startNs - b.startNs);
}

function toBar({ first, startNs, endNs, count, isMixed }: Stretch, scale: TimeScale): LaneBar {
  const from = scale.place(startNs);
  const to = Math.max(scale.place(endNs), from + MIN_BAR);
  const name = nameOf(first);
  const pixels = ((to - from) / DISPLAY_WIDTH) * (CHART_WIDTH - 100);
  const many = count > 1 ? `, ${count} stretches` : '';
  const cpu = first.cpu >= 0 ? `, cpu ${first.cpu}` : '';
  const line = first.line > 0 ? `, line ${first.line}` : '';
  return {
    lane: first.lane,
    fill: fillOf(first),
    from,
    to,
    label: name.length * PIXELS_PER_LETTER + 8 <= pixels ? name : '',
    tip: `${isMixed ? 'mostly ' : ''}${name}: ${formatNs(endNs - startNs).text} from ${formatNs(startNs).text}${many}${cpu}${line}`,
  };
}
