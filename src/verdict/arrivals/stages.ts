import type { Run } from '../../model/capture.ts';
import { quantileOfSorted } from '../../stats/index.ts';
import { findRowsOf, type OwnArrivals, selectOwnArrivals } from './own.ts';

export const STAGES = [
  'driver → protocol',
  'protocol → socket',
  'socket → copy',
  'driver → copy',
  'copy → return',
] as const;
export type Stage = (typeof STAGES)[number];

/** Sorted times of the receiver's segments by stage, ns. A stage has the segments of which both ends are in the text. */
export function measureStages(run: Run, own: OwnArrivals | null = selectOwnArrivals(run)): Map<Stage, Float64Array> {
  const { arrivals, calls } = run;
  if (own === null || arrivals === undefined) return new Map();
  const rowOfCall = findRowsOf(calls);
  const values = STAGES.map(() => ({ ns: new Float64Array(own.rows.length), count: 0 }));
  const add = (list: (typeof values)[number], ns: number): void => {
    if (ns >= 0) list.ns[list.count++] = ns;
  };
  const [toProtocol, toSocket, toCopy, toCopyInAll, toReturn] = values;
  const [entries, receives, sockets, copies, payloads, callNumbers] = (
    ['entryNs', 'receiveNs', 'socketNs', 'copyNs', 'payloadBytes', 'call'] as const
  ).map((name) => arrivals.column(name));
  const ends = calls.column('endNs');
  for (const row of own.rows) {
    const copy = copies.get(row);
    // ACKs and handshakes carry nothing that a reader waits for.
    if (!(payloads.get(row) > 0) && Number.isNaN(copy)) continue;
    const driver = entries.get(row);
    const protocol = receives.get(row);
    const socket = sockets.get(row);
    add(toProtocol, protocol - driver);
    add(toSocket, socket - protocol);
    add(toCopy, copy - socket);
    add(toCopyInAll, copy - driver);
    const call = rowOfCall(callNumbers.get(row));
    if (call >= 0) add(toReturn, ends.get(call) - copy);
  }
  return new Map(STAGES.map((stage, i) => [stage, values[i].ns.slice(0, values[i].count).sort()]));
}

export function stageQuantile(stages: ReadonlyMap<Stage, Float64Array>, stage: Stage, p: number): number {
  const sorted = stages.get(stage);
  return sorted === undefined || sorted.length === 0 ? Number.NaN : quantileOfSorted(sorted, p);
}
