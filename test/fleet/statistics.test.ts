import { describe, expect, it } from 'vitest';
import { findChangedHosts } from '../../src/fleet/statistics/changed-hosts.ts';
import { countChanges } from '../../src/fleet/statistics/distribution.ts';
import {
  centresOfStrata,
  changeOfHost,
  groupByHost,
  type Level,
  levelOfHost,
} from '../../src/fleet/statistics/levels.ts';
import { judgePairs, judgeSides, type SideHost } from '../../src/fleet/statistics/shift.ts';
import { stratifiedPermutationP } from '../../src/fleet/statistics/stratified-permutation.ts';
import { makeRandom, mannWhitney } from '../../src/stats/index.ts';
import { HOST_SIGMA, makeHosts, normalOf, RUN_SIGMA } from './make-fleet.ts';

const SPLITS = 1000;
/** Binomial: 5 % ± 2.6 standard errors of 1,000 trials would be 6.8 %; what is promised is 6 %. */
const PROMISED = 0.06;

/** Splits the hosts of one kernel at random, again and again: every alarm is false. */
function countFalseAlarms(hosts: readonly SideHost[], seed: number): { share: number; higher: number; lower: number } {
  const random = makeRandom(seed);
  let higher = 0;
  let lower = 0;
  for (let split = 0; split < SPLITS; split++) {
    const order = [...hosts].map((host) => ({ host, key: random() })).sort((a, b) => a.key - b.key);
    const half = order.length >> 1;
    const before = order.slice(0, half).map(({ host }) => host);
    const after = order.slice(half).map(({ host }) => host);
    const { effect, pValue } = judgeSides(before, after, { seed: split, draws: 399 });
    if (pValue! > 0.05) continue;
    if (effect.estimate! > 0) higher++;
    else lower++;
  }
  return { share: (higher + lower) / SPLITS, higher, lower };
}

/** Both signs alike: a two-sided binomial test at 1 %, normal approximation. */
function signsAreAlike(higher: number, lower: number): boolean {
  const n = higher + lower;
  return Math.abs(higher - lower) <= 2.58 * Math.sqrt(n) + 1;
}

describe('the host is the unit', () => {
  it('A/A of different machines: at most 6 % of 1,000 splits alarm, up as often as down', () => {
    const normal = normalOf(makeRandom(3));
    const models = ['a', 'b', 'c'];
    const hosts = Array.from({ length: 60 }, (_, i): SideHost => {
      const model = i % 3;
      return { level: 0.5 * model + HOST_SIGMA * normal(), hardware: models[model] };
    });
    const { share, higher, lower } = countFalseAlarms(hosts, 5);
    expect(share).toBeLessThanOrEqual(PROMISED);
    expect(share).toBeGreaterThan(0.02);
    expect(signsAreAlike(higher, lower), `${higher} up, ${lower} down`).toBe(true);
  }, 120_000);

  it('calls as units would alarm in most splits of the same fleet', () => {
    const normal = normalOf(makeRandom(8));
    const random = makeRandom(9);
    let alarms = 0;
    for (let split = 0; split < 100; split++) {
      const side = (): Float64Array =>
        Float64Array.from({ length: 20 }, () => HOST_SIGMA * normal()).reduce((all, level, host) => {
          for (let call = 0; call < 100; call++) all[host * 100 + call] = level + 0.3 * normal();
          return all;
        }, new Float64Array(2000));
      if (mannWhitney(side(), side()).pValue <= 0.05) alarms++;
    }
    expect(random()).toBeLessThan(1);
    expect(alarms).toBeGreaterThan(50);
  }, 60_000);

  it('A/A of the same machines: at most 6 % of 1,000 fleets alarm, up as often as down, and no host is named in most', () => {
    const normal = normalOf(makeRandom(21));
    let higher = 0;
    let lower = 0;
    let named = 0;
    for (let fleet = 0; fleet < SPLITS; fleet++) {
      const changes = Float64Array.from({ length: 100 }, () => Math.SQRT2 * RUN_SIGMA * normal());
      const { effect, pValue } = judgePairs(changes);
      if (pValue! <= 0.05) effect.estimate! > 0 ? higher++ : lower++;
      const { hosts } = findChangedHosts([...changes].map((change, i) => ({ unit: `${i}`, change })));
      if (hosts.some((host) => host.changed)) named++;
    }
    expect((higher + lower) / SPLITS).toBeLessThanOrEqual(PROMISED);
    expect(signsAreAlike(higher, lower), `${higher} up, ${lower} down`).toBe(true);
    expect(named / SPLITS).toBeLessThan(0.05);
  }, 120_000);

  it('finds +2 % on all of 2,000 hosts, and nearly all that have +30 % on top, with hardly a false one', () => {
    const hosts = makeHosts(2000, 13, { all: 0.02, extra: 0.3, share: 0.05 });
    const normal = normalOf(makeRandom(14));
    const changes = hosts.map(({ name, effect }) => ({
      unit: name,
      change: effect + Math.SQRT2 * RUN_SIGMA * normal(),
    }));
    const { effect, pValue } = judgePairs(Float64Array.from(changes, ({ change }) => change));
    expect(pValue).toBeLessThan(1e-6);
    // The centre of pairs lies between the median (+2 %) and the mean of all (+3.3 %).
    expect(effect.low!).toBeLessThan(2.9);
    expect(effect.low!).toBeGreaterThan(1.5);
    expect(effect.high!).toBeLessThan(3.4);
    const found = findChangedHosts(changes).hosts.filter((host) => host.changed);
    const planted = new Set(hosts.filter((host) => host.isPlanted).map((host) => host.name));
    const right = found.filter((host) => planted.has(host.unit)).length;
    // 4.6 standard deviations of a host with one capture a side, against a limit of about 3.7.
    expect(right / planted.size).toBeGreaterThan(0.7);
    expect(found.length - right).toBeLessThanOrEqual(3);
  });

  it('weighs a host at equal mix: more large calls are no slower host', () => {
    const level = (side: Level['side'], stratum: string, n: number, value: number): Level => ({
      unit: 'h',
      side,
      stratum,
      n,
      value,
    });
    const [host] = groupByHost([
      level('before', 'small', 900, 100),
      level('before', 'large', 100, 1000),
      level('after', 'small', 100, 100),
      level('after', 'large', 900, 1000),
      level('after', 'huge', 5, 9999),
    ]);
    expect(changeOfHost(host)).toBe(0);
    const [twice] = groupByHost([
      level('before', 'small', 10, 100),
      level('before', 'large', 30, 1000),
      level('after', 'small', 10, 200),
      level('after', 'large', 40, 1000),
    ]);
    expect(changeOfHost(twice)).toBeCloseTo((10 * Math.log(2)) / 40, 12);
    expect(changeOfHost(groupByHost([level('before', 'x', 1, 1), level('after', 'y', 1, 1)])[0])).toBeNaN();
    expect(changeOfHost(groupByHost([level('before', 'x', 1, 0), level('after', 'x', 1, 0)])[0])).toBeNaN();
    const centres = centresOfStrata([host]);
    expect(levelOfHost(host.before, centres)).toBeCloseTo(0, 12);
  });

  it('compares hosts with their like: hardware that only one side has says nothing', () => {
    const random = makeRandom(4);
    const side = (hardware: string, level: number, n: number): SideHost[] =>
      Array.from({ length: n }, () => ({ hardware, level: level + 0.01 * random() }));
    // New hosts are of the faster kind: confounded, no test.
    expect(judgeSides(side('slow', 1, 12), side('fast', 0, 12), { seed: 1 }).pValue).toBeNull();
    // Mixed unevenly, no change within a kind.
    const confounded = judgeSides(
      [...side('slow', 1, 18), ...side('fast', 0, 6)],
      [...side('slow', 1, 6), ...side('fast', 0, 18)],
      { seed: 1 },
    );
    expect(confounded.pValue).toBeGreaterThan(0.05);
    expect(Math.abs(confounded.effect.estimate!)).toBeLessThan(1);
    const changed = judgeSides(side('slow', 1, 12), side('slow', 1.1, 12), { seed: 1 });
    expect(changed.pValue).toBeLessThan(0.01);
    expect(changed.effect.estimate!).toBeCloseTo(10.5, 0);
  });

  it('permutes labels inside groups only, exactly on a small case', () => {
    const items = [1, 2, 3, 10, 11, 12].map((value, i) => ({ value, group: 'g', side: (i < 3 ? 0 : 1) as 0 | 1 }));
    // Of 20 splits 2 are as far apart.
    expect(stratifiedPermutationP(items, makeRandom(1))).toBeCloseTo(0.1, 1);
    expect(
      stratifiedPermutationP(
        items.map((item) => ({ ...item, side: 1 as const })),
        makeRandom(1),
      ),
    ).toBeNaN();
  });

  it('counts changes in bins with no change on an edge', () => {
    const bins = countChanges([-0.031, -0.001, 0.001, 0.002, 0.25]);
    expect(bins.reduce((sum, bin) => sum + bin.hosts, 0)).toBe(5);
    expect(bins.length).toBeLessThanOrEqual(40);
    expect(bins.some((bin) => Math.abs(bin.lowPct) < 1e-9)).toBe(true);
    for (let i = 1; i < bins.length; i++) expect(bins[i].lowPct).toBe(bins[i - 1].highPct);
    expect(countChanges([])).toEqual([]);
  });
});
