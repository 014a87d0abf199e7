import { LANES } from '../../src/model/calls.ts';
import type { LaneCall, Stretch } from './call.ts';
import { DISPLAY_WIDTH, type TimeScale } from './time-cuts.ts';

/** Bars of the swim lanes: few enough for a mail attachment, whatever the call did. */
export const MAX_BARS = 400;
/** Shorter than this on the display axis would be thinner than a pixel. */
const MIN_BAR = DISPLAY_WIDTH * 0.0012;
/** Nearer than this is touching. */
const TOUCHING = DISPLAY_WIDTH * 0.0004;
/** Columns of a lane when there are too many stretches: four lanes of them stay below MAX_BARS with their long bars. */
const COLUMNS = 90;

export interface LaneBar {
  first: Stretch;
  startNs: number;
  endNs: number;
  from: number;
  to: number;
  /** Stretches drawn as this bar. */
  count: number;
  /** Some of them are of another colour: too short to be drawn. */
  isMixed: boolean;
}

type Group = Pick<LaneBar, 'first' | 'startNs' | 'endNs' | 'count' | 'isMixed'>;

/** All stretches as bars; if they are too many, those shorter than a column are drawn a column at a time. */
export function mergeBars(call: LaneCall, scale: TimeScale): LaneBar[] {
  const visible = call.stretches.filter((s) => s.endNs >= scale.startNs && s.startNs <= scale.endNs);
  const byLane = LANES.map((lane) => visible.filter((s) => s.lane === lane).sort(byTime));
  const merged = byLane.map((stretches) => mergeNeighbours(stretches, scale));
  const count = merged.reduce((sum, lane) => sum + lane.length, 0);
  const groups = count <= MAX_BARS ? merged : byLane.map((stretches) => mergeColumns(stretches, scale));
  return groups.flat().map((group) => {
    const from = scale.place(group.startNs);
    return { ...group, from, to: Math.max(scale.place(group.endNs), from + MIN_BAR) };
  });
}

const byTime = (a: Stretch, b: Stretch): number => a.startNs - b.startNs || a.endNs - b.endNs;

/** Neighbours of one colour that touch on the display become one bar. */
function mergeNeighbours(stretches: readonly Stretch[], scale: TimeScale): Group[] {
  const out: Group[] = [];
  for (const stretch of stretches) {
    const last = out[out.length - 1];
    const joins =
      last !== undefined &&
      last.first.fill === stretch.fill &&
      last.first.label === stretch.label &&
      scale.place(stretch.startNs) - scale.place(last.endNs) <= TOUCHING;
    if (joins) {
      last.endNs = Math.max(last.endNs, stretch.endNs);
      last.count++;
    } else out.push({ first: stretch, startNs: stretch.startNs, endNs: stretch.endNs, count: 1, isMixed: false });
  }
  return out;
}

/** In each column the colour that took most of its time, as wide as all the time spent there. */
function mergeColumns(stretches: readonly Stretch[], scale: TimeScale): Group[] {
  const width = DISPLAY_WIDTH / COLUMNS;
  const out: Group[] = [];
  const columns = new Map<number, Stretch[]>();
  for (const stretch of stretches) {
    const from = scale.place(stretch.startNs);
    if (scale.place(stretch.endNs) - from >= width) {
      out.push({ first: stretch, startNs: stretch.startNs, endNs: stretch.endNs, count: 1, isMixed: false });
      continue;
    }
    const column = Math.min(COLUMNS - 1, Math.floor(from / width));
    columns.set(column, [...(columns.get(column) ?? []), stretch]);
  }
  for (const inside of columns.values()) {
    const spent = new Map<number, number>();
    let total = 0;
    for (const s of inside) {
      spent.set(s.fill, (spent.get(s.fill) ?? 0) + s.endNs - s.startNs);
      total += s.endNs - s.startNs;
    }
    const most = [...spent].sort((a, b) => b[1] - a[1])[0][0];
    const first = inside.find((s) => s.fill === most)!;
    const startNs = inside[0].startNs;
    out.push({ first, startNs, endNs: startNs + total, count: inside.length, isMixed: spent.size > 1 });
  }
  return out.sort((a, b) => a.startNs - b.startNs);
}
