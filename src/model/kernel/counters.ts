import type { Fact, FactDomain } from '../environment.ts';

/** A counter that both snapshots have. */
export interface CounterRange {
  key: string;
  before: number;
  after: number;
  /** What it rose by; negative where it was reset. */
  delta: number;
}

/**
 * Counters of both snapshots, in the order of the facts. One that several files of a snapshot print (nstat beside /proc/net/snmp) rose
 * once: where their ranges overlap it is one stretch, where they do not the stretches lie one after the other and add up.
 */
export function listCounterRanges(
  facts: readonly Fact[],
  isAsked: (domain: FactDomain, key: string) => boolean,
): CounterRange[] {
  const found = new Map<string, { key: string; before: number[]; after: number[] }>();
  for (const { domain, key, moment, value } of facts) {
    if (moment === '' || Number.isNaN(value) || !isAsked(domain, key)) continue;
    const id = `${domain} ${key}`;
    const known = found.get(id) ?? { key, before: [], after: [] };
    known[moment].push(value);
    found.set(id, known);
  }
  return [...found.values()].flatMap(({ key, before, after }) =>
    before.length === 0 || after.length === 0 ? [] : [{ key, ...joinRanges(before, after) }],
  );
}

function joinRanges(before: readonly number[], after: readonly number[]): Omit<CounterRange, 'key'> {
  const [from, to] = [Math.min(...before), Math.max(...after)];
  const pairs = before.map((value, i) => [value, after[i] ?? Number.NaN] as const);
  if (before.length !== after.length) return { before: from, after: to, delta: to - from };
  if (pairs.some(([low, high]) => high < low))
    return { before: from, after: to, delta: pairs.reduce((sum, [low, high]) => sum + high - low, 0) };
  let delta = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const [low, high] of [...pairs].sort((a, b) => a[0] - b[0])) {
    delta += Math.max(0, high - Math.max(low, reached));
    reached = Math.max(reached, high);
  }
  return { before: from, after: to, delta };
}

/** after − before of a counter summed over all keys ending in `keySuffix`; NaN unless both snapshots exist. */
export function sumCounterDelta(facts: readonly Fact[], domain: FactDomain, keySuffix: string): number {
  const ranges = listCounterRanges(facts, (of, key) => of === domain && key.endsWith(keySuffix));
  return ranges.length === 0 ? Number.NaN : ranges.reduce((sum, { delta }) => sum + delta, 0);
}
