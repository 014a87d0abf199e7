import type { FleetComparison, FleetMetric } from '../../model/fleet.ts';
import { MIN_HOSTS } from '../statistics/changed-hosts.ts';
import { changeOfHost, type HostLevels } from '../statistics/levels.ts';
import type { SideFacts } from './captures.ts';

const METRIC_WORDS: Readonly<Record<string, string>> = {
  service: 'time per call without sleep',
  cpu: 'CPU time per call',
  duration: 'time per call',
};
export const nameMetric = (metric: string): string => METRIC_WORDS[metric] ?? `${metric} per call`;

const count = (n: number, word: string): string => `${n.toLocaleString('en')} ${word}${n === 1 ? '' : 's'}`;
const pct = (value: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(Math.abs(value) < 10 ? 1 : 0)} %`;

export function writeHeadline(comparison: FleetComparison): string {
  const { design, metrics, hosts, key, before, after } = comparison;
  const first = metrics.find(({ metric }) => metric === comparison.metric);
  const what = nameMetric(comparison.metric);
  if (first === undefined) return `Cannot tell: no call shows its ${what}.`;
  const sentence = `${writeOutcome(first, what)}, ${key} ${before} → ${after}`;
  if (design === 'different-machines')
    return `${sentence}: ${count(hosts.before, 'host')} against ${count(hosts.after, 'other')}, different machines, so nothing is said about any one of them.`;
  const changed = hosts.changed.length;
  const also =
    changed === 0 ? 'no host stands out' : `${count(changed, 'host')} changed by something else than the rest`;
  return `${sentence}: ${count(hosts.both, 'host')}, each against itself at equal ${comparison.mix}; ${also}.`;
}

function writeOutcome({ effect, outcome }: FleetMetric, what: string): string {
  const { estimate, low, high } = effect;
  const range = low === null || high === null ? '' : ` [${pct(low)}, ${pct(high)}]`;
  const capital = what[0].toUpperCase() + what.slice(1);
  switch (outcome) {
    case 'higher':
      return `${capital} is ${pct(estimate!)} higher${range}`.replace('+', '');
    case 'lower':
      return `${capital} is ${pct(-estimate!)} lower${range}`.replace('+', '');
    case 'noDifference':
      return `${capital} does not differ${range}`;
    case 'cannotTell':
      return `Cannot tell whether ${what} differs${range}`;
  }
}

export function listWarnings(comparison: FleetComparison, facts: SideFacts, levels: readonly HostLevels[]): string[] {
  const { design, hosts, offloadedPct } = comparison;
  const warnings: string[] = [];
  const mixed = levels.filter(
    (host) => host.before.size > 0 && host.after.size > 0 && Number.isNaN(changeOfHost(host)),
  ).length;
  const single = hosts.before + hosts.after - 2 * (hosts.both + mixed);
  if (design === 'paired' && single > 0) warnings.push(`${count(single, 'host')} with one side alone left out.`);
  if (mixed > 0) warnings.push(`${count(mixed, 'host')} left out: no mechanism and size class is on both sides.`);
  if (facts.withoutHost > 0)
    warnings.push(
      `${count(facts.withoutHost, 'capture')} without a host name: each stands for a host of its own. Put uname -a beside the trace.`,
    );
  if (design === 'different-machines') {
    warnings.push('Different machines on the two sides: what differs between them differs here too.');
    const { before, after } = offHardware(levels, facts);
    if (before + after > 0)
      warnings.push(
        `${count(before + after, 'host')} of hardware that one side alone has: they enter the interval, not the test.`,
      );
  }
  if (comparison.mix === 'size')
    warnings.push(
      `The mechanism itself changed (${offloadedPct.before?.toFixed(0)} % of the bytes by the engine before, ${offloadedPct.after?.toFixed(0)} % after): hosts are compared at equal sizes of calls, whatever the mechanism.`,
    );
  return warnings;
}

function offHardware(levels: readonly HostLevels[], facts: SideFacts): { before: number; after: number } {
  const sides = new Map<string, { before: number; after: number }>();
  for (const host of levels) {
    const hardware = facts.hardware.get(host.unit) ?? '';
    const entry = sides.get(hardware) ?? { before: 0, after: 0 };
    if (host.before.size > 0) entry.before++;
    if (host.after.size > 0) entry.after++;
    sides.set(hardware, entry);
  }
  const alone = { before: 0, after: 0 };
  for (const { before, after } of sides.values()) {
    if (after === 0) alone.before += before;
    if (before === 0) alone.after += after;
  }
  return alone;
}

export function listRecordNext(comparison: FleetComparison): string[] {
  const { design, hosts, captures } = comparison;
  const next: string[] = [];
  if (design === 'different-machines')
    next.push('captures of the same hosts before and after: then each is compared with itself');
  if (design === 'paired' && hosts.both < MIN_HOSTS)
    next.push(`at least ${MIN_HOSTS} hosts with both sides: below that no host can be told from the rest`);
  const perHost = (captures.before + captures.after) / Math.max(1, hosts.before + hosts.after);
  if (perHost < 2) next.push('two or more captures per host and side: the spread of one host is what hides its change');
  return next;
}
