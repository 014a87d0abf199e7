import type { CallRow } from '../model/calls.ts';
import { bytesOf, type CallView } from './call-view.ts';

/** Figures of one call that are made of several columns. NaN = the capture cannot tell. */

/**
 * CPU time of the reader in the call plus the engine submissions made for it in softirq:
 * duration − sleep − wake latency − CPU taken by others + early copies + busy polling (which burns CPU inside `sleep`).
 * NaN when sleep was not visible: then elapsed time would pass for CPU time.
 */
export function cpuNsOf(view: CallView, i: number): number {
  return view.figure(cpuNsOfAll)[i];
}

function cpuNsOfAll(view: CallView): Float64Array {
  const duration = view.column('durationNs');
  const sleep = view.column('sleepNs');
  const wake = view.column('wakeLatencyNs');
  const interrupt = view.column('interruptNs');
  const early = view.column('earlyCopyNs');
  const busy = view.column('busyPollNs');
  return duration.map((ns, i) => {
    const elapsed = ns - sleep[i] - orZero(wake[i]) - orZero(interrupt[i]);
    return elapsed + orZero(early[i]) + orZero(busy[i]);
  });
}

/** What offload cost the CPU: pin + submit + wait + unpin, submissions in softirq included. Unseen parts count as 0. */
export function offloadCostNsOf(view: CallView, i: number): number {
  const at = (name: keyof CallRow): number => orZero(view.column(name)[i]);
  return at('pinNs') + at('submitNs') + at('waitNs') + at('unpinNs') + at('earlyCopyNs');
}

/**
 * What offload added to the time until the call returned. Pinning before a sleep delays nothing: had the call not
 * pinned, it would have slept that much longer for the same data. Submissions in softirq run while the reader sleeps.
 */
export function offloadLatencyNsOf(view: CallView, i: number): number {
  const at = (name: keyof CallRow): number => orZero(view.column(name)[i]);
  const pin = Math.max(0, at('pinNs') - at('sleepNs'));
  return pin + at('submitNs') + at('waitNs') + at('unpinNs');
}

export function mapCalls(view: CallView, figure: (view: CallView, i: number) => number): Float64Array {
  const out = new Float64Array(view.size);
  for (let i = 0; i < view.size; i++) out[i] = figure(view, i);
  return out;
}

export function totalBytesOf(view: CallView): number {
  let total = 0;
  for (let i = 0; i < view.size; i++) total += orZero(bytesOf(view, i));
  return total;
}

export function dmaBytesOf(view: CallView, i: number): number {
  return orZero(view.column('dmaBytes')[i]);
}

export function orZero(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

export function sumOf(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) total += values[i];
  return total;
}

export function medianOf(values: ArrayLike<number>): number {
  const known = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) known[count++] = values[i];
  const sorted = known.subarray(0, count).sort();
  if (sorted.length === 0) return Number.NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
