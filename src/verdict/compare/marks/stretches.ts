import type { Run } from '../../../model/capture.ts';
import { type DeviceArrivals, NO_SIDE } from '../../../model/timeline-notes.ts';

/** Calls between two changes of the setting, by call numbers in time order. */
export interface Stretch {
  side: string;
  rows: number[];
  /** NET_RX softirq time of all CPUs from its first mark to the next one (or the end of the capture), ns; NaN not known. */
  netRxNs: number;
  /** Segments from its first mark to the next one; empty where none is recorded or it is not known. */
  arrived: DeviceArrivals[];
}

/**
 * The stretches of one marked run. A mark holds from its time until the next one in the same file; a call belongs to the side
 * in which it began and ended. Left out: calls before the first mark and after the end of a stretch (side `-`), calls across
 * a change. Two marks of one side that follow each other are one stretch.
 */
export function listStretches(run: Run): { stretches: Stretch[]; outside: number; across: number } {
  const marks = run.timeline.marks ?? [];
  const stretches: Stretch[] = [];
  let outside = 0;
  let across = 0;
  const { totals, evidence } = run.timeline;
  // Softirq totals are those of all files of the run.
  const isOneFile = run.calls.files.length === 1;
  const netRxAtEnd = isOneFile && evidence.hasSoftirq ? totals.softirqNetRxNs : Number.NaN;
  const arrivedAtEnd = isOneFile ? (run.timeline.arrivals?.segments ?? []) : [];
  const files = [...new Set(marks.map((mark) => mark.file))].sort((a, b) => a - b);
  for (const file of files) {
    const own = marks.filter((mark) => mark.file === file);
    const changes = own.filter((mark, i) => i === 0 || mark.side !== own[i - 1].side);
    const of = changes.map(({ side, netRxNs, arrived = [] }, k): Stretch => {
      const next = changes[k + 1];
      return {
        side,
        rows: [],
        netRxNs: Math.max(0, (next?.netRxNs ?? netRxAtEnd) - netRxNs),
        arrived: subtract(next === undefined ? arrivedAtEnd : (next.arrived ?? []), arrived),
      };
    });
    const times = changes.map(({ atNs }) => atNs);
    for (const row of rowsOf(run, file)) {
      const at = findLast(times, run.calls.get('startNs', row));
      if (at < 0 || changes[at].side === NO_SIDE) outside++;
      else if (run.calls.get('endNs', row) > (times[at + 1] ?? Number.POSITIVE_INFINITY)) across++;
      else of[at].rows.push(row);
    }
    stretches.push(...of.filter(({ rows }) => rows.length > 0));
  }
  return { stretches, outside, across };
}

/** What came between two sums; a device may stand in several entries of the later one, by CPU. */
function subtract(later: readonly DeviceArrivals[], earlier: readonly DeviceArrivals[]): DeviceArrivals[] {
  const sums = new Map<string, DeviceArrivals>();
  const add = ({ device, entered, received, bytes }: DeviceArrivals, sign: 1 | -1): void => {
    const sum = sums.get(device) ?? { device, entered: 0, received: 0, bytes: 0 };
    sums.set(device, {
      device,
      entered: sum.entered + sign * entered,
      received: sum.received + sign * received,
      bytes: sum.bytes + sign * bytes,
    });
  };
  for (const each of later) add(each, 1);
  for (const each of earlier) add(each, -1);
  return [...sums.values()];
}

function rowsOf({ calls }: Run, file: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < calls.length; row++)
    if (calls.get('file', row) === file && !Number.isNaN(calls.get('startNs', row))) rows.push(row);
  return rows.sort((a, b) => calls.get('startNs', a) - calls.get('startNs', b) || a - b);
}

/** Index of the last time not after `at`; -1 none. */
function findLast(times: readonly number[], at: number): number {
  let low = -1;
  let high = times.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}
