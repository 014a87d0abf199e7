import { ExitCode, RecvscopeError } from '../../model/diagnostics/errors.ts';
import { FLEET_SCHEMA_VERSION, type FleetComparison, type FleetMetric, type FleetStratum } from '../../model/fleet.ts';
import { adjustHolm, normalQuantile, signedRankShift } from '../../stats/index.ts';
import { deriveSeed } from '../../stats/random.ts';
import { FALSE_SHARE, findChangedHosts } from '../statistics/changed-hosts.ts';
import { countChanges } from '../statistics/distribution.ts';
import {
  centresOfStrata,
  changeOfHost,
  groupByHost,
  type HostLevels,
  type Level,
  levelOfHost,
} from '../statistics/levels.ts';
import { judgePairs, judgeSides, type Shift, type SideHost, toPercent } from '../statistics/shift.ts';
import { type Ask, finite } from './ask.ts';
import { readSideFacts, readWorstCaptures, type SideFacts } from './captures.ts';
import { type Mix, readFleetMedians, readLevels, readStratum, type Sides } from './sides.ts';
import { listRecordNext, listWarnings, writeHeadline } from './words.ts';

/** Judged beside the metric that was asked for; together they are one family (Holm). */
const FAMILY = ['service', 'cpu', 'duration'];
const ALPHA = 0.05;
/** An interval that lies within this much of no change is "no difference". */
const EQUIVALENCE_PCT = 5;
const MAX_WORST = 40;

export type Design = FleetComparison['design'];

/** Before and after over a fleet: the host is the unit, calls only make its medians. */
export async function compareFleet(ask: Ask, sides: Sides, metric: string): Promise<FleetComparison> {
  const names = [metric, ...FAMILY.filter((name) => name !== metric)];
  const facts = await readSideFacts(ask, sides);
  refuseEmpty(facts, sides);
  const byMetric = new Map<string, HostLevels[]>();
  const mix = chooseMix(facts);
  for (const name of names) byMetric.set(name, groupByHost(await readLevels(ask, sides, name, mix)));
  const hosts = byMetric.get(metric)!;
  const design = chooseDesign(hosts);
  const metrics = judgeMetrics(names, byMetric, { design, facts, seed: ask.seed });
  const pairs = hosts
    .map((host) => ({ unit: host.unit, change: changeOfHost(host), host }))
    .filter(({ change }) => !Number.isNaN(change));
  const found = findChangedHosts(design === 'paired' ? pairs : []);
  const changed = found.hosts.filter((host) => host.changed).sort((a, b) => Math.abs(b.z) - Math.abs(a.z));
  const shown = changed.slice(0, MAX_WORST).map(({ unit }) => unit);
  const worst = await readWorstCaptures(ask, sides, metric, shown);
  const callsOf = (strata: HostLevels['before']): number => [...strata.values()].reduce((sum, { n }) => sum + n, 0);
  const byUnit = new Map(hosts.map((host) => [host.unit, host]));
  const comparison: FleetComparison = {
    schemaVersion: FLEET_SCHEMA_VERSION,
    kind: 'fleet-compare',
    tool: ask.tool,
    ...sides,
    design,
    mix,
    metric,
    headline: '',
    metrics,
    strata: describeStrata(hosts, await readFleetMedians(ask, sides, metric, mix)),
    offloadedPct: facts.offloadedPct,
    hosts: {
      before: hosts.filter((host) => host.before.size > 0).length,
      after: hosts.filter((host) => host.after.size > 0).length,
      both: pairs.length,
      changed: changed.map(({ unit, change, z, adjustedP, changed: isChanged }) => ({
        host: unit,
        changePct: 100 * Math.expm1(change),
        z,
        adjustedP,
        changed: isChanged,
        callsBefore: callsOf(byUnit.get(unit)!.before),
        callsAfter: callsOf(byUnit.get(unit)!.after),
        worst: worst.get(unit) ?? [],
      })),
      sigmaPct: finite(100 * Math.expm1(found.sigma)),
      detectablePct: finite(
        100 * Math.expm1(-normalQuantile(FALSE_SHARE / (2 * Math.max(1, pairs.length))) * found.sigma),
      ),
    },
    captures: facts.captures,
    distribution: countChanges(pairs.map(({ change }) => change)),
    warnings: [],
    recordNext: [],
    seed: ask.seed,
  };
  comparison.warnings = listWarnings(comparison, facts, hosts);
  comparison.recordNext = listRecordNext(comparison);
  comparison.headline = writeHeadline(comparison);
  return comparison;
}

function refuseEmpty(facts: SideFacts, { key, before, after }: Sides): void {
  for (const [side, value] of [
    ['before', before],
    ['after', after],
  ] as const)
    if (facts.captures[side] === 0)
      throw new RecvscopeError(
        'no-captures',
        ExitCode.nothingRecognised,
        `no capture has ${key} = ${value}`,
        `recvscope fleet summary FOLDER --by ${key} lists the values there are`,
      );
}

/** A share by the engine that moves by more points than that is a change of the mechanism itself. */
const MIX_POINTS = 5;
function chooseMix({ offloadedPct: { before, after } }: SideFacts): Mix {
  return before !== null && after !== null && Math.abs(after - before) > MIX_POINTS ? 'size' : 'mechanism and size';
}

/** Paired where at least half of the hosts of the smaller side have both. */
function chooseDesign(hosts: readonly HostLevels[]): Design {
  const both = hosts.filter(({ before, after }) => before.size > 0 && after.size > 0).length;
  const before = hosts.filter((host) => host.before.size > 0).length;
  const after = hosts.filter((host) => host.after.size > 0).length;
  return both > 0 && 2 * both >= Math.min(before, after) ? 'paired' : 'different-machines';
}

interface Judging {
  design: Design;
  facts: SideFacts;
  seed: number;
}

function judgeMetrics(
  names: readonly string[],
  byMetric: ReadonlyMap<string, HostLevels[]>,
  judging: Judging,
): FleetMetric[] {
  const judged = names.flatMap((metric) => {
    const hosts = byMetric.get(metric)!;
    return hosts.length === 0 ? [] : [{ metric, ...judgeMetric(hosts, metric, judging) }];
  });
  const adjusted = adjustHolm(judged.map(({ pValue }) => pValue ?? Number.NaN));
  return judged.map((shift, i) => {
    const adjustedP = Number.isNaN(adjusted[i]) ? null : adjusted[i];
    return { ...shift, adjustedP, outcome: nameOutcome(shift, adjustedP) };
  });
}

function judgeMetric(hosts: readonly HostLevels[], metric: string, { design, facts, seed }: Judging): Shift {
  if (design === 'paired') {
    const changes = hosts.map(changeOfHost).filter((change) => !Number.isNaN(change));
    return judgePairs(Float64Array.from(changes));
  }
  const centres = centresOfStrata(hosts);
  const of = (side: 'before' | 'after'): SideHost[] =>
    hosts
      .map((host) => ({
        level: levelOfHost(host[side], centres),
        hardware: facts.hardware.get(host.unit) ?? '',
      }))
      .filter(({ level }) => !Number.isNaN(level));
  return judgeSides(of('before'), of('after'), { seed: deriveSeed(seed, `fleet ${metric}`) });
}

function nameOutcome({ effect }: Shift, adjustedP: number | null): FleetMetric['outcome'] {
  const { estimate, low, high } = effect;
  if (estimate === null || low === null || high === null || adjustedP === null) return 'cannotTell';
  if (adjustedP <= ALPHA && low > 0) return 'higher';
  if (adjustedP <= ALPHA && high < 0) return 'lower';
  return Math.max(Math.abs(low), Math.abs(high)) <= EQUIVALENCE_PCT ? 'noDifference' : 'cannotTell';
}

/** Each mechanism × size class over the hosts that have it on both sides. */
function describeStrata(hosts: readonly HostLevels[], medians: readonly Omit<Level, 'unit'>[]): FleetStratum[] {
  const strata = [...new Set(medians.map(({ stratum }) => stratum))];
  const described = strata.map((stratum): FleetStratum => {
    const logs: number[] = [];
    for (const { before, after } of hosts) {
      const ratio = (after.get(stratum)?.value ?? Number.NaN) / (before.get(stratum)?.value ?? Number.NaN);
      if (ratio > 0 && Number.isFinite(ratio)) logs.push(Math.log(ratio));
    }
    const of = (side: 'before' | 'after') => medians.find((m) => m.stratum === stratum && m.side === side);
    return {
      ...readStratum(stratum),
      hosts: logs.length,
      callsBefore: of('before')?.n ?? 0,
      callsAfter: of('after')?.n ?? 0,
      beforeNs: of('before')?.value ?? null,
      afterNs: of('after')?.value ?? null,
      effect: toPercent(signedRankShift(Float64Array.from(logs))),
    };
  });
  return described.sort((a, b) => b.callsAfter + b.callsBefore - (a.callsAfter + a.callsBefore));
}
