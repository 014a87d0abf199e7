/** Median of a metric in one stratum of one host's calls of one side. */
export interface Level {
  unit: string;
  side: 'before' | 'after';
  /** mechanism × size class */
  stratum: string;
  n: number;
  value: number;
}

/** One host: what its calls of each stratum took on each side. */
export interface HostLevels {
  unit: string;
  before: Map<string, { n: number; value: number }>;
  after: Map<string, { n: number; value: number }>;
}

export function groupByHost(levels: readonly Level[]): HostLevels[] {
  const hosts = new Map<string, HostLevels>();
  for (const { unit, side, stratum, n, value } of levels) {
    let host = hosts.get(unit);
    if (host === undefined) {
      host = { unit, before: new Map(), after: new Map() };
      hosts.set(unit, host);
    }
    host[side].set(stratum, { n, value });
  }
  return [...hosts.values()].sort((a, b) => (a.unit < b.unit ? -1 : 1));
}

/**
 * Change of one host at equal mix: mean of the log ratios of medians over the strata that both sides have, weighted by the smaller
 * number of calls. NaN when no stratum is on both sides. A stratum with median 0 has no ratio.
 */
export function changeOfHost({ before, after }: HostLevels): number {
  let sum = 0;
  let weights = 0;
  for (const [stratum, { n, value }] of after) {
    const other = before.get(stratum);
    if (other === undefined || !(value > 0) || !(other.value > 0)) continue;
    const weight = Math.min(n, other.n);
    sum += weight * Math.log(value / other.value);
    weights += weight;
  }
  return weights > 0 ? sum / weights : Number.NaN;
}

/**
 * Log level of one host on one side against all hosts at equal mix: mean over its strata of the log of its median less that of
 * the stratum over all hosts and sides, weighted by calls.
 */
export function levelOfHost(strata: HostLevels['before'], centres: ReadonlyMap<string, number>): number {
  let sum = 0;
  let weights = 0;
  for (const [stratum, { n, value }] of strata) {
    const centre = centres.get(stratum);
    if (centre === undefined || !(value > 0)) continue;
    sum += n * (Math.log(value) - centre);
    weights += n;
  }
  return weights > 0 ? sum / weights : Number.NaN;
}

/** Median over hosts of the log medians of each stratum. */
export function centresOfStrata(hosts: readonly HostLevels[]): Map<string, number> {
  const logs = new Map<string, number[]>();
  for (const { before, after } of hosts)
    for (const strata of [before, after])
      for (const [stratum, { value }] of strata) {
        if (!(value > 0)) continue;
        const list = logs.get(stratum);
        if (list === undefined) logs.set(stratum, [Math.log(value)]);
        else list.push(Math.log(value));
      }
  return new Map([...logs].map(([stratum, list]) => [stratum, middleOf(list)]));
}

function middleOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
