import type { Run } from '../../model/capture.ts';
import { type OwnArrivals, selectOwnArrivals } from './own.ts';

/** Where the receiver's segments arrived and where their bytes were copied. */
export interface CpuPairs {
  pairs: { arrival: number; copy: number; segments: number }[];
  segments: number;
  /** Copied on another CPU than the one that did protocol work. */
  remote: number;
  /** Copy time per byte, ns, of calls whose segments all came from this CPU, or all from another. */
  local: number[];
  other: number[];
}

export function measureCpus(run: Run, own: OwnArrivals | null = selectOwnArrivals(run)): CpuPairs | null {
  const { arrivals, calls } = run;
  if (own === null || arrivals === undefined) return null;
  const pairs = new Map<string, CpuPairs['pairs'][number]>();
  const byCall = new Map<number, { local: number; remote: number }>();
  const out: CpuPairs = {
    pairs: [],
    segments: 0,
    remote: 0,
    local: [],
    other: [],
  };
  for (const row of own.rows) {
    const copy = arrivals.get('copyCpu', row);
    const socket = arrivals.get('socketCpu', row);
    const arrival = socket >= 0 ? socket : arrivals.get('receiveCpu', row);
    if (copy < 0 || arrival < 0) continue;
    const key = `${arrival} ${copy}`;
    const pair = pairs.get(key) ?? { arrival, copy, segments: 0 };
    pair.segments++;
    pairs.set(key, pair);
    out.segments++;
    if (arrival !== copy) out.remote++;
    const call = arrivals.get('call', row);
    if (call < 0) continue;
    const counts = byCall.get(call) ?? { local: 0, remote: 0 };
    if (arrival === copy) counts.local++;
    else counts.remote++;
    byCall.set(call, counts);
  }
  out.pairs = [...pairs.values()].sort((a, b) => b.segments - a.segments || a.arrival - b.arrival || a.copy - b.copy);
  for (let row = 0; row < calls.length; row++) {
    const counts = byCall.get(calls.numberOf(row));
    const [ns, bytes] = [calls.get('copyNs', row), calls.get('cpuCopyBytes', row)];
    if (counts === undefined || !(ns > 0) || !(bytes > 0) || (counts.local > 0 && counts.remote > 0)) continue;
    (counts.remote > 0 ? out.other : out.local).push(ns / bytes);
  }
  return out.segments === 0 ? null : out;
}
