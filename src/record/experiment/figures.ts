import { UNFIT_FOR_STATISTICS } from '../../model/calls.ts';
import type { Run } from '../../model/capture.ts';
import type { SideMark } from '../../model/timeline-notes.ts';
import { listReceivers } from '../check/receivers.ts';
import type { Metric } from './options.ts';

/** What one stretch or one run says; NaN = nothing. */
export interface Figures {
  calls: number;
  bytes: number;
  cpuNs: number;
  durationNs: number;
  seconds: number;
  /** NET_RX softirqs of all CPUs, ns; NaN = not in the text. */
  softirqNs: number;
}

/** The program that received most: the one the experiment is about. '' = nobody received. */
export function findSubject(runs: readonly Run[], comm: string | null): string {
  if (comm !== null) return comm;
  const bytes = new Map<string, number>();
  for (const run of runs)
    for (const receiver of listReceivers(run))
      bytes.set(receiver.comm, (bytes.get(receiver.comm) ?? 0) + (receiver.bytes ?? 0));
  return [...bytes].sort((x, y) => y[1] - x[1])[0]?.[0] ?? '';
}

/** Rows of whole calls of that program which lie between two moments of CLOCK_MONOTONIC. */
export function rowsBetween(run: Run, subject: string, startNs: bigint, endNs: bigint): number[] {
  const { calls } = run;
  const rows: number[] = [];
  for (let row = 0; row < calls.length; row++) {
    if ((calls.get('state', row) & UNFIT_FOR_STATISTICS) !== 0) continue;
    if (calls.strings.textOf(calls.get('comm', row)) !== subject) continue;
    const base = calls.files[calls.get('file', row)]?.baseNs ?? 0n;
    const start = base + BigInt(Math.round(calls.get('startNs', row)));
    const end = base + BigInt(Math.round(calls.get('endNs', row)));
    if (start >= startNs && end <= endNs) rows.push(row);
  }
  return rows;
}

/** CPU time = duration − sleep − waiting for a CPU − CPU in other hands, as the verdict has it. */
export function sumFigures(run: Run, rows: readonly number[], seconds: number, softirqNs: number): Figures {
  const { calls } = run;
  const out: Figures = { calls: 0, bytes: 0, cpuNs: 0, durationNs: 0, seconds, softirqNs };
  const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);
  for (const row of rows) {
    const bytes = calls.get('returnedBytes', row);
    const duration = calls.get('durationNs', row);
    if (!(bytes >= 0) || Number.isNaN(duration)) continue;
    out.calls++;
    out.bytes += bytes;
    out.durationNs += duration;
    const away =
      calls.get('sleepNs', row) + orZero(calls.get('wakeLatencyNs', row)) + orZero(calls.get('interruptNs', row));
    out.cpuNs += duration - away + orZero(calls.get('busyPollNs', row));
  }
  return out;
}

/** NET_RX softirq time between two moments of CLOCK_MONOTONIC that lie behind a mark each; NaN = not in the text. */
export function softirqNsBetween(run: Run, startNs: bigint, endNs: bigint): number {
  const at = ({ file, atNs }: SideMark): bigint => (run.calls.files[file]?.baseNs ?? 0n) + BigInt(Math.round(atNs));
  const marks = (run.timeline.marks ?? []).map((mark) => ({ at: at(mark), netRxNs: mark.netRxNs }));
  const first = marks.filter((mark) => mark.at <= startNs).pop();
  const next = marks.find((mark) => mark.at >= endNs);
  if (!run.timeline.evidence.hasSoftirq || first === undefined || next === undefined) return Number.NaN;
  return next.netRxNs - first.netRxNs;
}

/** The softirqs count where every stretch tells them. */
export function countsSoftirqs(pairs: readonly { a: Figures; b: Figures }[]): boolean {
  return pairs.every(({ a, b }) => !Number.isNaN(a.softirqNs + b.softirqNs));
}

/** CPU time of the reader and, where they count, of the NET_RX softirqs, as the verdict has it. */
export function metricOf(figures: Figures, metric: Metric, withSoftirqs: boolean): number {
  if (metric === 'cpu') return (figures.cpuNs + (withSoftirqs ? figures.softirqNs : 0)) / figures.bytes;
  if (metric === 'latency') return figures.durationNs / figures.calls;
  return figures.bytes / figures.seconds;
}

/** log(b : a) of each pair that has both. */
export function logRatiosOf(pairs: readonly { a: Figures; b: Figures }[], metric: Metric): number[] {
  const softirqs = countsSoftirqs(pairs);
  return pairs
    .map(({ a, b }) => Math.log(metricOf(b, metric, softirqs) / metricOf(a, metric, softirqs)))
    .filter((value) => Number.isFinite(value));
}
