import { type Random, randomBelow } from '../../stats/random.ts';

export const DEFAULT_DRAWS = 4_999;

export interface Labelled {
  value: number;
  group: string;
  side: 0 | 1;
}

/**
 * Two-sided permutation test of "the sides are drawn from one population within each group": the statistic is the sum over groups of
 * the difference of side means, weighted by n₀n₁/(n₀ + n₁); labels are shuffled inside groups only. p = (b + 1)/(k + 1) over k seeded
 * draws (Phipson & Smyth 2010). Groups with one side alone say nothing; without any other: NaN.
 */
export function stratifiedPermutationP(
  items: readonly Labelled[],
  random: Random,
  draws: number = DEFAULT_DRAWS,
): number {
  const groups = new Map<string, { values: number[]; after: number }>();
  for (const { value, group, side } of items) {
    const entry = groups.get(group) ?? { values: [], after: 0 };
    // Those of the later side stand first.
    if (side === 1) entry.values.splice(entry.after++, 0, value);
    else entry.values.push(value);
    groups.set(group, entry);
  }
  const used = [...groups.values()]
    .filter(({ values, after }) => after > 0 && after < values.length)
    .map(({ values, after }) => ({ values: Float64Array.from(values), after }));
  if (used.length === 0) return Number.NaN;
  const observed = Math.abs(statisticOf(used)) * (1 - 1e-12);
  let far = 0;
  for (let draw = 0; draw < draws; draw++) {
    for (const { values, after } of used) shuffleHead(values, after, random);
    if (Math.abs(statisticOf(used)) >= observed) far++;
  }
  return (far + 1) / (draws + 1);
}

function statisticOf(groups: readonly { values: Float64Array; after: number }[]): number {
  let statistic = 0;
  for (const { values, after } of groups) {
    let head = 0;
    let all = 0;
    for (let i = 0; i < values.length; i++) {
      all += values[i];
      if (i < after) head += values[i];
    }
    const rest = values.length - after;
    statistic += ((head / after - (all - head) / rest) * after * rest) / values.length;
  }
  return statistic;
}

/** The first `count` become a random choice of all (partial Fisher–Yates). */
function shuffleHead(values: Float64Array, count: number, random: Random): void {
  for (let i = 0; i < count; i++) {
    const other = i + randomBelow(random, values.length - i);
    const kept = values[i];
    values[i] = values[other];
    values[other] = kept;
  }
}
