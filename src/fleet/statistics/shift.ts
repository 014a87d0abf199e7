import type { Effect } from '../../model/analysis/index.ts';
import { type Estimate, signedRankShift, signedRankTest } from '../../stats/index.ts';
import { makeRandom } from '../../stats/random.ts';
import { hodgesLehmannShift } from '../../stats/ranks/hodges-lehmann.ts';
import { DEFAULT_DRAWS, stratifiedPermutationP } from './stratified-permutation.ts';

/** A shift of hosts: what is said about it, with the host as the unit. */
export interface Shift {
  effect: Effect;
  pValue: number | null;
  hosts: number;
}

/** Log ratios of hosts that have both sides. */
export function judgePairs(changes: Float64Array): Shift {
  const { pValue } = signedRankTest(changes);
  return { effect: toPercent(signedRankShift(changes)), pValue: finiteOrNull(pValue), hosts: changes.length };
}

export interface SideHost {
  level: number;
  /** CPU model and device: hosts are only compared with their like. */
  hardware: string;
}

/** Log levels of different hosts on the two sides. p: labels of sides permuted within hosts of one kind of hardware. */
export function judgeSides(
  before: readonly SideHost[],
  after: readonly SideHost[],
  { seed, draws = DEFAULT_DRAWS }: { seed: number; draws?: number },
): Shift {
  const [b, a] = centreByHardware(before, after);
  const pValue = stratifiedPermutationP([...label(before, b, 0), ...label(after, a, 1)], makeRandom(seed), draws);
  return {
    effect: toPercent(hodgesLehmannShift(b, a)),
    pValue: finiteOrNull(pValue),
    hosts: before.length + after.length,
  };
}

const label = (hosts: readonly SideHost[], values: Float64Array, side: 0 | 1) =>
  hosts.map(({ hardware }, i) => ({ value: values[i], group: hardware, side }));

/** Levels less the mean of the two side means of their hardware: what hardware does to both sides alike is gone. */
function centreByHardware(before: readonly SideHost[], after: readonly SideHost[]): [Float64Array, Float64Array] {
  const sums = new Map<string, { sum: [number, number]; n: [number, number] }>();
  const add = (hosts: readonly SideHost[], side: 0 | 1): void => {
    for (const { level, hardware } of hosts) {
      const entry = sums.get(hardware) ?? { sum: [0, 0], n: [0, 0] };
      entry.sum[side] += level;
      entry.n[side]++;
      sums.set(hardware, entry);
    }
  };
  add(before, 0);
  add(after, 1);
  const centreOf = (hardware: string): number => {
    const { sum, n } = sums.get(hardware)!;
    const means = ([0, 1] as const).filter((side) => n[side] > 0).map((side) => sum[side] / n[side]);
    return means.reduce((x, y) => x + y, 0) / means.length;
  };
  const centres = new Map([...sums.keys()].map((hardware) => [hardware, centreOf(hardware)]));
  const centred = (hosts: readonly SideHost[]): Float64Array =>
    Float64Array.from(hosts, ({ level, hardware }) => level - centres.get(hardware)!);
  return [centred(before), centred(after)];
}

/** exp(shift) − 1 in %; the ends of the interval likewise. */
export function toPercent(shift: Estimate): Effect {
  const percent = (value: number): number | null => (Number.isNaN(value) ? null : 100 * Math.expm1(value));
  return {
    estimate: percent(shift.estimate),
    low: percent(shift.low),
    high: percent(shift.high),
    unit: '%',
    method: `${shift.method}, host = unit, log ratio`,
    level: shift.level,
  };
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
