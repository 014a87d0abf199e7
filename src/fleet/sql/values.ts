import { PHASES } from '../../model/phases.ts';
import type { Dialect } from './dialect.ts';

const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** How rows of calls give the metrics of the histograms (src/fleet/summary/hist-rows.ts). */
const CALL_METRICS: Readonly<Record<string, string>> = {
  duration: 'duration_ns',
  service: 'duration_ns - coalesce(sleep_ns, 0)',
  cpu: 'duration_ns - sleep_ns - coalesce(wake_latency_ns, 0) - coalesce(interrupt_ns, 0) + coalesce(early_copy_ns, 0) + coalesce(busy_poll_ns, 0)',
  ...Object.fromEntries(PHASES.map((phase) => [phase, `${snake(phase)}_ns`])),
};

export const METRIC_NAMES: readonly string[] = Object.keys(CALL_METRICS);

/**
 * Quantiles of a metric by group. `ps` in order become columns q0, q1 … beside count_, captures_ and total_: the sorted element at ceil(p·n), the same on every
 * engine (of quantile functions each has its own). From histograms q is the number of the bin that holds this element, b the
 * count up to the end of the bin and c that of the bin; bins of several captures merge by adding counts.
 */
export interface QuantileQuery {
  dialect: Dialect;
  relation: string;
  source: 'hist' | 'calls';
  metric: string;
  /** Column name → expression. */
  groups: readonly (readonly [name: string, expression: string])[];
  where: string;
  ps: readonly number[];
}

export function quantileSql(query: QuantileQuery): string {
  if (query.source === 'calls') return ofCalls(query);
  return query.dialect === 'duckdb' ? ofBinsDuckDb(query) : ofBinsClickHouse(query);
}

const SIZE_OF_HIST = 'coalesce(size_low_bytes, -1)';
const SIZE_OF_CALLS: Readonly<Record<Dialect, string>> = {
  duckdb:
    'case when coalesce(returned_bytes, 0) > 0 then cast(pow(2, floor(log2(returned_bytes))) as bigint) else -1 end',
  clickhouse:
    'if(coalesce(returned_bytes, 0) > 0, toInt64(exp2(floor(log2(toFloat64(coalesce(returned_bytes, 1)))))), toInt64(-1))',
};
export const sizeExpression = (dialect: Dialect, source: 'hist' | 'calls'): string =>
  source === 'hist' ? SIZE_OF_HIST : SIZE_OF_CALLS[dialect];
/** Calls that count in statistics, as far as rows tell it. */
export const COUNTED_CALLS = `returned_bytes > 0 and coalesce(protocol, '') <> 'udp' and ${['cut-at', 'loss-inside', 'interrupted', 'failed'].map((name) => `state not like '%${name}%'`).join(' and ')}`;

function ofCalls({ dialect, relation, metric, groups, where, ps }: QuantileQuery): string {
  const { names, keys } = listGroups(groups);
  const quantile = (p: number): string =>
    dialect === 'duckdb'
      ? // The sorted element at index ceil(p·n) − 1, by definition of quantile_disc.
        `quantile_disc(x_, ${p})`
      : `arrayElement(arraySort(groupArray(x_)), toUInt32(ceil(${p} * count())))`;
  const columns = ps.map((p, i) => `${quantile(p)} as q${i}`).join(', ');
  const value = CALL_METRICS[metric];
  // Nulls are gone by the condition; ClickHouse has to be told, or it makes lists of nullable numbers.
  const x = dialect === 'clickhouse' ? `assumeNotNull(${value})` : value;
  return `select ${names}, count(*) as count_, count(distinct capture_id) as captures_, sum(x_) as total_, ${columns}
from (select capture_id, ${keys}, ${x} as x_ from ${relation} where ${COUNTED_CALLS} and (${value}) >= 0 and ${where}) as chosen_
group by ${names} order by ${names}`;
}

function ofBinsDuckDb({ relation, metric, groups, where, ps }: QuantileQuery): string {
  const { names, keys } = listGroups(groups);
  const columns = ps
    .map((p, i) => {
      const reached = `filter (where below_ >= ceil(${p} * whole_))`;
      return `min(bin_) ${reached} as q${i}, min(below_) ${reached} as b${i}, arg_min(c_, bin_) ${reached} as c${i}`;
    })
    .join(', ');
  return `with chosen as (select capture_id, ${keys}, n, sum, bins, counts from ${relation} where metric = '${metric}' and ${where}),
merged as (select ${names}, bin_, sum(c_) as c_ from (select ${names}, unnest(bins) as bin_, unnest(counts) as c_ from chosen) group by ${names}, bin_),
cumulated as (select *, sum(c_) over (partition by ${names} order by bin_) as below_, sum(c_) over (partition by ${names}) as whole_ from merged),
quantiles as (select ${names}, ${columns} from cumulated group by ${names}),
totals as (select ${names}, sum(n) as count_, count(distinct capture_id) as captures_, sum(sum) as total_ from chosen group by ${names})
select * from totals left join quantiles using (${names}) order by ${names}`;
}

function ofBinsClickHouse({ relation, metric, groups, where, ps }: QuantileQuery): string {
  const { names, keys } = listGroups(groups);
  const columns = ps
    .map((p, i) => {
      const place = `arrayFirstIndex(b -> b >= ceil(${p} * count_), below_)`;
      return `arrayElement(bins_, ${place}) as q${i}, arrayElement(below_, ${place}) as b${i}, arrayElement(counts_, ${place}) as c${i}`;
    })
    .join(', ');
  return `select ${names}, count_, captures_, total_, ${columns}
from (select ${names}, count_, captures_, total_, merged_.1 as bins_, merged_.2 as counts_, arrayCumSum(merged_.2) as below_
from (select ${keys}, sum(n) as count_, count(distinct capture_id) as captures_, sum(sum) as total_, sumMap(bins, counts) as merged_
from ${relation} where metric = '${metric}' and ${where} group by ${names})) order by ${names}`;
}

/** Sums of metrics that need no quantile: one row per group and metric. */
export function sumSql(
  query: Omit<QuantileQuery, 'ps' | 'metric' | 'source' | 'dialect'>,
  metrics: readonly string[],
): string {
  const { names, keys } = listGroups(query.groups);
  const list = metrics.map((metric) => `'${metric}'`).join(', ');
  return `select ${names}, metric_, sum(n) as count_, sum(sum) as total_
from (select ${keys}, metric as metric_, n, sum from ${query.relation} where metric in (${list}) and ${query.where}) as chosen_
group by ${names}, metric_ order by ${names}, metric_`;
}

function listGroups(groups: QuantileQuery['groups']): { names: string; keys: string } {
  return {
    names: groups.map(([name]) => name).join(', '),
    keys: groups.map(([name, expression]) => `${expression} as ${name}`).join(', '),
  };
}
