import type { Run } from '../../model/capture.ts';
import { findRowsOf, type OwnArrivals, selectOwnArrivals } from './own.ts';

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

const LOCAL = 1;
const REMOTE = 2;
/** More CPUs than a kernel can have. */
const CPUS = 65_536;

export function measureCpus(run: Run, own: OwnArrivals | null = selectOwnArrivals(run)): CpuPairs | null {
  const { arrivals, calls } = run;
  if (own === null || arrivals === undefined) return null;
  const pairs = new Map<number, CpuPairs['pairs'][number]>();
  const rowOfCall = findRowsOf(calls);
  /** By row of the call: bit 1 some segment came from its CPU, bit 2 some from another. */
  const sources = new Uint8Array(calls.length);
  const [copyCpus, socketCpus, receiveCpus, callNumbers] = (
    ['copyCpu', 'socketCpu', 'receiveCpu', 'call'] as const
  ).map((name) => arrivals.column(name));
  const out: CpuPairs = {
    pairs: [],
    segments: 0,
    remote: 0,
    local: [],
    other: [],
  };
  for (const row of own.rows) {
    const copy = copyCpus.get(row);
    const socket = socketCpus.get(row);
    const arrival = socket >= 0 ? socket : receiveCpus.get(row);
    if (copy < 0 || arrival < 0) continue;
    const key = arrival * CPUS + copy;
    const pair = pairs.get(key);
    if (pair === undefined) pairs.set(key, { arrival, copy, segments: 1 });
    else pair.segments++;
    out.segments++;
    if (arrival !== copy) out.remote++;
    const call = rowOfCall(callNumbers.get(row));
    if (call >= 0) sources[call] |= arrival === copy ? LOCAL : REMOTE;
  }
  out.pairs = [...pairs.values()].sort((a, b) => b.segments - a.segments || a.arrival - b.arrival || a.copy - b.copy);
  const copyNs = calls.column('copyNs');
  const copyBytes = calls.column('cpuCopyBytes');
  for (let row = 0; row < calls.length; row++) {
    const ns = copyNs.get(row);
    const bytes = copyBytes.get(row);
    if ((sources[row] !== LOCAL && sources[row] !== REMOTE) || !(ns > 0) || !(bytes > 0)) continue;
    (sources[row] === REMOTE ? out.other : out.local).push(ns / bytes);
  }
  return out.segments === 0 ? null : out;
}
