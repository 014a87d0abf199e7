import { LANES } from '../src/model/calls.ts';
import type { LaneCall, Stretch } from './lanes/call.ts';
import type { Strip, StripCell, StripTrack } from './overview/strip.ts';

/**
 * The compact form of what the script draws: columns of small integers. Starts are differences to the stretch before, so
 * that a stretch takes about twenty bytes.
 */
export interface PackedCall {
  id: string;
  /** Duration, ns. */
  d: number;
  labels: string[];
  /** lane, fill, start − last start, length, cpu, line − last line, label */
  s: number[];
}

const FIELDS = 7;

export function packCall(call: LaneCall): PackedCall {
  const labels = [...new Set(call.stretches.map((s) => s.label))];
  const s: number[] = [];
  let start = 0;
  let line = 0;
  for (const x of call.stretches) {
    const begin = Math.round(x.startNs);
    s.push(
      LANES.indexOf(x.lane),
      x.fill,
      begin - start,
      Math.round(x.endNs) - begin,
      x.cpu,
      x.line - line,
      labels.indexOf(x.label),
    );
    start = begin;
    line = x.line;
  }
  return { id: call.id, d: Math.round(call.durationNs), labels, s };
}

export function unpackCall({ id, d, labels, s }: PackedCall): LaneCall {
  const stretches: Stretch[] = [];
  let start = 0;
  let line = 0;
  for (let i = 0; i < s.length; i += FIELDS) {
    start += s[i + 2];
    line += s[i + 5];
    stretches.push({
      lane: LANES[s[i]],
      fill: s[i + 1],
      startNs: start,
      endNs: start + s[i + 3],
      cpu: s[i + 4],
      line,
      label: labels[s[i + 6]],
    });
  }
  return { id, durationNs: d, stretches };
}

export interface PackedStrip {
  side: string;
  tracks: StripTrack[];
  borders: Strip['borders'];
  names: string[];
  /** name, duration, line, target: one row a bucket, names and targets as indexes. */
  cells: number[][];
}

export function packStrip(strip: Strip): PackedStrip {
  const names = [...new Set(strip.cells.flatMap((cell) => [cell.name, cell.target]))];
  const cells = strip.cells.map((c) => [
    names.indexOf(c.name),
    Math.round(c.durationNs),
    c.line,
    names.indexOf(c.target),
  ]);
  return { side: strip.side, tracks: strip.tracks, borders: strip.borders, names, cells };
}

export function unpackStrip({ side, tracks, borders, names, cells }: PackedStrip): Strip {
  const unpacked = cells.map(
    ([name, durationNs, line, target]): StripCell => ({ name: names[name], durationNs, line, target: names[target] }),
  );
  return { side, tracks, borders, cells: unpacked };
}
