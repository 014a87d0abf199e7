import type { Run } from '../../model/capture.ts';
import type { FactDomain } from '../../model/environment.ts';

export interface CounterDelta {
  key: string;
  before: number;
  after: number;
  delta: number;
}

/** Domains of what only grows. */
export const COUNTER_DOMAINS: readonly FactDomain[] = ['netstat', 'softirqs', 'interrupts', 'ethtool', 'dma', 'other'];

/** Counters that both snapshots of a run have, summed over runs, in the order of the files. */
export function counterDeltas(runs: readonly Run[]): CounterDelta[] {
  const found = new Map<string, CounterDelta>();
  for (const { facts } of runs) {
    const before = new Map<string, number>();
    for (const fact of facts) {
      if (!COUNTER_DOMAINS.includes(fact.domain) || Number.isNaN(fact.value)) continue;
      if (fact.moment === 'before') before.set(`${fact.domain} ${fact.key}`, fact.value);
    }
    for (const fact of facts) {
      const from = before.get(`${fact.domain} ${fact.key}`);
      if (fact.moment !== 'after' || from === undefined || Number.isNaN(fact.value)) continue;
      const known = found.get(fact.key);
      const delta = { key: fact.key, before: from, after: fact.value, delta: fact.value - from };
      if (known === undefined) found.set(fact.key, delta);
      else {
        known.before += delta.before;
        known.after += delta.after;
        known.delta += delta.delta;
      }
    }
  }
  return [...found.values()];
}
