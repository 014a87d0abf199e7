import { type CallRow, MECHANISM_IDS } from '../../model/calls.ts';
import type { Run } from '../../model/capture.ts';
import { PHASES } from '../../model/phases.ts';
import { Log2Histogram } from '../../stats/log2-histogram.ts';
import { bytesOf, type CallView, selectCalls } from '../../verdict/call-view.ts';
import { cpuNsOf, orZero } from '../../verdict/derived.ts';
import { classOfBytes } from '../../verdict/size-class.ts';

/** 32 bins an octave: the middle of a bin is within 1.6 % of every value in it. */
export const BINS_PER_OCTAVE = 32;
/** Receivers kept apart, those with most bytes; the rest of a machine with a name per thread is one row. */
const MAX_RECEIVERS = 8;
const OTHERS = '(others)';

/** One metric of one receiver × mechanism × size class. `bins` is empty where only the sum is of use. */
export interface HistRow {
  receiver: string;
  mechanism: string;
  /** Lower end of the power of two that holds the bytes of a call; null = not known. */
  sizeLowBytes: number | null;
  metric: string;
  n: number;
  sum: number;
  min: number;
  max: number;
  bins: number[];
  counts: number[];
}

interface Metric {
  name: string;
  hasBins: boolean;
  read(view: CallView, i: number): number;
}

const ofColumn = (name: string, column: keyof CallRow, hasBins: boolean): Metric => ({
  name,
  hasBins,
  read: (view, i) => view.column(column)[i],
});

/**
 * duration, service (without sleep), cpu, the phases: ns; returned, engine, copied and mapped bytes; sleeps and wakeups.
 * A value that the capture cannot tell is not counted: n is smaller then.
 */
export const METRICS: readonly Metric[] = [
  ofColumn('duration', 'durationNs', true),
  {
    name: 'service',
    hasBins: true,
    read: (view, i) => view.column('durationNs')[i] - orZero(view.column('sleepNs')[i]),
  },
  { name: 'cpu', hasBins: true, read: cpuNsOf },
  ...PHASES.map((phase) => ofColumn(phase, `${phase}Ns`, true)),
  { name: 'returned_bytes', hasBins: true, read: bytesOf },
  ofColumn('dma_bytes', 'dmaBytes', false),
  ofColumn('cpu_copy_bytes', 'cpuCopyBytes', false),
  ofColumn('mapped_bytes', 'mappedBytes', false),
  ofColumn('sleeps', 'sleeps', false),
  ofColumn('wakeups', 'wakeups', false),
];

/** Of the calls that count in statistics (selectCalls): the rest is counted in the capture row. */
export function makeHistRows(run: Run): HistRow[] {
  const { fit } = selectCalls([run]);
  const nameOf = nameReceivers(fit);
  const groups = new Map<string, number[]>();
  for (let i = 0; i < fit.size; i++) {
    const key = JSON.stringify([nameOf(i), fit.column('mechanism')[i], lowBytesOf(fit, i)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  }
  const keys = [...groups.keys()].sort();
  return keys.flatMap((key) => {
    const [receiver, mechanism, sizeLowBytes] = JSON.parse(key) as [string, number, number | null];
    const stratum = { receiver, mechanism: MECHANISM_IDS[mechanism], sizeLowBytes };
    return METRICS.flatMap((metric) => {
      const counted = countMetric(fit, groups.get(key)!, metric);
      return counted.n === 0 ? [] : [{ ...stratum, metric: metric.name, ...counted }];
    });
  });
}

function countMetric(view: CallView, indexes: readonly number[], metric: Metric) {
  const histogram = new Log2Histogram(BINS_PER_OCTAVE);
  for (const i of indexes) {
    const value = metric.read(view, i);
    // Engine work that outlasts a call can make a difference of times negative: such a value is no duration.
    if (value >= 0) histogram.add(value);
  }
  const { bins, counts } = metric.hasBins ? histogram.bins() : { bins: [], counts: [] };
  const { n, sum, min, max } = histogram;
  return { n, sum, min, max, bins, counts };
}

function lowBytesOf(view: CallView, i: number): number | null {
  const bytes = bytesOf(view, i);
  return Number.isNaN(bytes) ? null : bytes === 0 ? 0 : classOfBytes(bytes).lowBytes;
}

function nameReceivers(view: CallView): (i: number) => string {
  const bytes = new Map<string, number>();
  for (let i = 0; i < view.size; i++) {
    const name = view.text('comm', i);
    const moved = bytesOf(view, i);
    bytes.set(name, (bytes.get(name) ?? 0) + (Number.isNaN(moved) ? 0 : moved));
  }
  const ranked = [...bytes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  const kept = new Set(ranked.length <= MAX_RECEIVERS ? ranked : ranked.slice(0, MAX_RECEIVERS));
  return (i) => {
    const name = view.text('comm', i);
    return kept.has(name) ? name : OTHERS;
  };
}
