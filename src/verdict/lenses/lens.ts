import type { Answer, Finding, LensReport } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { canTellQuantile } from '../../stats/index.ts';
import { type OwnArrivals, selectOwnArrivals } from '../arrivals/own.ts';

/** One run and the arrivals of its judged receiver; null where no line tells of any. */
export interface Sight {
  run: Run;
  own: OwnArrivals | null;
}

/** What of a lens stands among the findings: one sentence with its number, and what to set. */
export type Card = Pick<Finding, 'role' | 'title' | 'sentence' | 'n' | 'unitOfN' | 'nextStep'>;

/** What of a lens stands on the first screen: one figure and what it is of. */
export type ScreenFact = Answer['facts'][number];

export interface LensAnswer extends Omit<LensReport, 'id' | 'title'> {
  card?: Card | null;
  fact?: ScreenFact | null;
}

/** One question. null: nothing in the runs tells. */
export interface Lens {
  id: string;
  title: string;
  look(sights: readonly Sight[], categoryOf: (symbol: string) => string): LensAnswer | null;
}

/** 'Results (the first 60 of 71)': a table says what it leaves out. */
export function captionOf(caption: string, shown: number, all: number): string {
  return all > shown ? `${caption} (the first ${shown} of ${all})` : caption;
}

/** A count or a figure that was measured as it stands: no interval. */
export function makeFact(label: string, estimate: number, unit: string, note: string): ScreenFact {
  return { label, effect: { estimate, low: null, high: null, unit, method: '', level: 0.95 }, note };
}

export function makeSights(runs: readonly Run[]): Sight[] {
  return runs.map((run) => ({ run, own: selectOwnArrivals(run) }));
}

/** `1.2 µs (median), 30 µs (p99)`; without the tail where the delays are too few for it. */
export function writeDelay(
  delay: { count: number; p50Ns: number; p99Ns: number },
  write: (ns: number) => string,
): string {
  return `${write(delay.p50Ns)} (median)${canTellQuantile(0.99, delay.count) ? `, ${write(delay.p99Ns)} (p99)` : ''}`;
}

/** Only runs with arrivals. */
export function withArrivals(sights: readonly Sight[]): { run: Run; own: OwnArrivals }[] {
  return sights.flatMap(({ run, own }) => (own === null ? [] : [{ run, own }]));
}

/** Adds up what several runs say of the same thing: `keyOf` names it. */
export function groupSum<T>(list: readonly T[], keyOf: (item: T) => string, add: (to: T, item: T) => void): T[] {
  const groups = new Map<string, T>();
  for (const item of list) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { ...item });
    else add(known, item);
  }
  return [...groups.values()];
}

/** `CPU 1`, `CPUs 0, 1, 2`. */
export function writeCpus(cpus: readonly number[]): string {
  const sorted = [...new Set(cpus)].sort((a, b) => a - b);
  return `${sorted.length === 1 ? 'CPU' : 'CPUs'} ${sorted.join(', ')}`;
}

/** Threads that made the receive calls of the runs. */
export function listReceiverTids(runs: readonly Run[]): ReadonlySet<number> {
  const tids = new Set<number>();
  for (const { calls } of runs) for (let row = 0; row < calls.length; row++) tids.add(calls.get('tid', row));
  return tids;
}
