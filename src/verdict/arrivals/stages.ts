import type { Run } from '../../model/capture.ts';
import { quantileOfSorted } from '../../stats/index.ts';
import { type OwnArrivals, selectOwnArrivals } from './own.ts';

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
  const values = new Map<Stage, number[]>(STAGES.map((stage) => [stage, []]));
  const { arrivals, calls } = run;
  if (own === null || arrivals === undefined) return new Map();
  const rowOfCall = new Map<number, number>();
  for (let row = 0; row < calls.length; row++) rowOfCall.set(calls.numberOf(row), row);
  const add = (stage: Stage, ns: number): void => {
    if (ns >= 0) values.get(stage)!.push(ns);
  };
  for (const row of own.rows) {
    const at = (name: 'entryNs' | 'receiveNs' | 'socketNs' | 'copyNs'): number => arrivals.get(name, row);
    // ACKs and handshakes carry nothing that a reader waits for.
    if (!(arrivals.get('payloadBytes', row) > 0) && Number.isNaN(at('copyNs'))) continue;
    const driver = at('entryNs');
    add('driver → protocol', at('receiveNs') - driver);
    add('protocol → socket', at('socketNs') - at('receiveNs'));
    add('socket → copy', at('copyNs') - at('socketNs'));
    add('driver → copy', at('copyNs') - (Number.isNaN(driver) ? Number.NaN : driver));
    const call = rowOfCall.get(arrivals.get('call', row));
    if (call !== undefined) add('copy → return', calls.get('endNs', call) - at('copyNs'));
  }
  return new Map([...values].map(([stage, list]) => [stage, Float64Array.from(list).sort()]));
}

export function stageQuantile(stages: ReadonlyMap<Stage, Float64Array>, stage: Stage, p: number): number {
  const sorted = stages.get(stage);
  return sorted === undefined || sorted.length === 0 ? Number.NaN : quantileOfSorted(sorted, p);
}
