import type { OverviewSide, OverviewStretch, OverviewTrack } from '../../../model/analysis/index.ts';
import type { CallView } from '../../call-view.ts';
import type { Context } from '../../context/context.ts';
import { countDrops } from './drop-track.ts';

/** Buckets of one side, all its files together: about the pixels that a strip has. */
const BUCKETS = 240;
const LEAST_BUCKETS = 6;
/** More trace files than this are not drawn side by side. */
const MAX_STRETCHES = 40;

/** Time in the calls that a track shows, spread evenly over each call. */
const SPREAD = [
  { id: 'sleep', title: 'readers asleep in a call', column: 'sleepNs' },
  { id: 'wake', title: 'readers woken, not yet on a CPU', column: 'wakeLatencyNs' },
  { id: 'softirq', title: 'CPU taken from the reader (softirq, interrupt, preemption)', column: 'interruptNs' },
  { id: 'engine', title: 'copy engine busy', column: 'engineBusyNs' },
] as const;

/** A strip over time for every trace file of the side that holds timed calls. */
export function makeOverview(context: Context, side: OverviewSide['side']): OverviewSide[] {
  const { all } = context.selection;
  const groups = groupByFile(all);
  if (groups.length === 0 || groups.length > MAX_STRETCHES) return [];
  const buckets = Math.max(LEAST_BUCKETS, Math.floor(BUCKETS / groups.length));
  const stretches = groups.map((indexes) => describeStretch(all, indexes, buckets)).filter((s) => s !== null);
  return stretches.length === 0 ? [] : [{ side, stretches }];
}

/** Calls with a start and an end, by run and file, in the order of the view (time). */
function groupByFile(all: CallView): number[][] {
  const groups = new Map<string, number[]>();
  const start = all.column('startNs');
  const duration = all.column('durationNs');
  const file = all.column('file');
  for (let i = 0; i < all.size; i++) {
    if (!Number.isFinite(start[i]) || !Number.isFinite(duration[i])) continue;
    const key = `${all.run[i]} ${file[i]}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [i]);
    else known.push(i);
  }
  return [...groups.values()];
}

function describeStretch(all: CallView, indexes: readonly number[], buckets: number): OverviewStretch | null {
  const start = all.column('startNs');
  const duration = all.column('durationNs');
  const [first] = indexes;
  let startNs = start[first];
  let endNs = startNs;
  for (const i of indexes) {
    startNs = Math.min(startNs, start[i]);
    endNs = Math.max(endNs, start[i] + duration[i]);
  }
  const bucketNs = (endNs - startNs) / buckets;
  if (!(bucketNs > 0)) return null;
  const grid: Grid = { startNs, bucketNs, buckets };
  const run = all.runs[all.run[first]];
  const source = run.calls.files[all.column('file')[first]];
  return {
    run: run.name,
    file: source?.name ?? '',
    startNs: ((source?.baseNs ?? 0n) + BigInt(Math.round(startNs))).toString(),
    bucketNs: Math.round(bucketNs),
    calls: indexes.length,
    tracks: [
      measureThroughput(all, indexes, grid),
      ...SPREAD.map((what) => spreadTime(all, indexes, grid, what)),
      countDrops(run, all.column('file')[first], grid),
    ].filter((track) => track !== null),
    slowest: findSlowest(all, indexes, grid),
  };
}

interface Grid {
  startNs: number;
  bucketNs: number;
  buckets: number;
}

const bucketAt = (grid: Grid, ns: number): number =>
  Math.max(0, Math.min(grid.buckets - 1, Math.floor((ns - grid.startNs) / grid.bucketNs)));

/** Bytes count when the call hands them over, at its return. */
function measureThroughput(all: CallView, indexes: readonly number[], grid: Grid): OverviewTrack | null {
  const returned = all.column('returnedBytes');
  const bytes = new Float64Array(grid.buckets);
  const start = all.column('startNs');
  const duration = all.column('durationNs');
  let known = false;
  for (const i of indexes) {
    if (!(returned[i] > 0)) continue;
    known = true;
    bytes[bucketAt(grid, start[i] + duration[i])] += returned[i];
  }
  if (!known) return null;
  const perSecond = [...bytes].map((value) => shorten((value / grid.bucketNs) * 1e9));
  return { id: 'throughput', title: 'bytes handed to the reader', unit: 'bytes/s', values: perSecond };
}

function spreadTime(
  all: CallView,
  indexes: readonly number[],
  grid: Grid,
  { id, title, column }: (typeof SPREAD)[number],
): OverviewTrack | null {
  const time = all.column(column);
  const busy = new Float64Array(grid.buckets);
  const starts = all.column('startNs');
  const durations = all.column('durationNs');
  let any = false;
  for (const i of indexes) {
    const duration = durations[i];
    if (!(time[i] > 0) || !(duration > 0)) continue;
    any = true;
    const from = starts[i];
    const share = Math.min(1, time[i] / duration);
    for (let b = bucketAt(grid, from); b <= bucketAt(grid, from + duration); b++) {
      const low = Math.max(from, grid.startNs + b * grid.bucketNs);
      const high = Math.min(from + duration, grid.startNs + (b + 1) * grid.bucketNs);
      if (high > low) busy[b] += (high - low) * share;
    }
  }
  if (!any) return null;
  return { id, title, unit: '%', values: [...busy].map((value) => shorten((100 * value) / grid.bucketNs)) };
}

function findSlowest(all: CallView, indexes: readonly number[], grid: Grid): OverviewStretch['slowest'] {
  const slowest = new Int32Array(grid.buckets).fill(-1);
  const duration = all.column('durationNs');
  const start = all.column('startNs');
  for (const i of indexes)
    for (let b = bucketAt(grid, start[i]); b <= bucketAt(grid, start[i] + duration[i]); b++)
      if (slowest[b] < 0 || duration[i] > duration[slowest[b]]) slowest[b] = i;
  return [...slowest].map((i) =>
    i < 0 ? null : { call: all.row[i], durationNs: duration[i], line: Math.max(0, all.column('firstLine')[i] || 0) },
  );
}

/** Three digits: a strip shows no more, and the saved file stays small. */
function shorten(value: number): number {
  return Number(value.toPrecision(3));
}
