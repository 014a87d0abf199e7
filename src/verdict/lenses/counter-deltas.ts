import type { Run } from '../../model/capture.ts';
import type { FactDomain } from '../../model/environment.ts';
import { type CounterRange, listCounterRanges } from '../../model/kernel/counters.ts';

export type CounterDelta = CounterRange;

/** Domains of what only grows. */
export const COUNTER_DOMAINS: readonly FactDomain[] = ['netstat', 'softirqs', 'interrupts', 'ethtool', 'dma', 'other'];

/** Counters that both snapshots of a run have, summed over runs, in the order of the files. */
export function counterDeltas(runs: readonly Run[]): CounterDelta[] {
  const found = new Map<string, CounterDelta>();
  for (const { facts } of runs)
    for (const range of listCounterRanges(facts, (domain) => COUNTER_DOMAINS.includes(domain))) {
      const known = found.get(range.key);
      if (known === undefined) found.set(range.key, range);
      else {
        known.before += range.before;
        known.after += range.after;
        known.delta += range.delta;
      }
    }
  return [...found.values()];
}
