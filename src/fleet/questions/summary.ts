import { FLEET_SCHEMA_VERSION, type FleetSummary, type FleetSummaryRow } from '../../model/fleet.ts';
import { canTellQuantile } from '../../stats/index.ts';
import { numberOf, type Row, textOf } from '../engines/engine.ts';
import { keyExpression, UNIT } from '../sql/dialect.ts';
import { readQuantile } from '../sql/quantile-value.ts';
import { quantileSql, sizeExpression, sumSql } from '../sql/values.ts';
import { type Ask, finite, relationOf } from './ask.ts';

const PS = [0.5, 0.99];

/** null where the rows of the group are too few for it. */
const quantileIn = (row: Row, i: number): number | null =>
  canTellQuantile(PS[i], numberOf(row.count_)) ? finite(readQuantile(row, i, PS[i])) : null;

/** Hosts, kernels, mechanisms, sizes: how many calls and bytes, how long they took, what the engine moved. */
export async function summarizeFleet(ask: Ask, by: readonly string[], metric: string): Promise<FleetSummary> {
  const { engine, source } = ask;
  const relation = relationOf(ask);
  const groups = by.map((key, i): [string, string] => [`g${i}`, groupExpression(ask, key)]);
  const quantiles = await engine.query(
    quantileSql({ dialect: engine.dialect, relation, source, metric, groups, where: '1 = 1', ps: PS }),
  );
  const names = groups.map(([name]) => name);
  const keyOf = (row: Row): string => JSON.stringify(names.map((name) => textOf(row[name])));
  const sums = source === 'hist' ? await sumBytes(ask, groups, keyOf) : await sumBytesOfCalls(ask, groups, keyOf);
  const hosts = await countHosts(ask, groups, keyOf);
  const rows = quantiles.map((row): FleetSummaryRow => {
    const key = keyOf(row);
    const bytes = sums.get(key)?.bytes ?? Number.NaN;
    const dma = sums.get(key)?.dma ?? Number.NaN;
    return {
      group: names.map((name, i) => nameGroup(by[i], textOf(row[name]))),
      captures: numberOf(row.captures_),
      hosts: hosts.get(key) ?? 0,
      n: numberOf(row.count_),
      bytes: finite(bytes),
      dmaBytes: finite(dma),
      offloadedPct: bytes > 0 ? finite((100 * dma) / bytes) : null,
      p50: quantileIn(row, 0),
      p99: quantileIn(row, 1),
      lostEvents: null,
    };
  });
  return {
    schemaVersion: FLEET_SCHEMA_VERSION,
    kind: 'fleet-summary',
    tool: ask.tool,
    by: [...by],
    metric,
    source,
    totals: await readTotals(ask),
    rows,
    notes: [],
  };
}

function groupExpression(ask: Ask, key: string): string {
  if (key === 'size') return sizeExpression(ask.engine.dialect, ask.source);
  if (key === 'mechanism') return "coalesce(mechanism, '')";
  if (key === 'receiver') return ask.source === 'hist' ? "coalesce(receiver, '')" : "coalesce(comm, '')";
  if (key === 'host') return UNIT;
  return keyExpression(ask.engine.dialect, key);
}

type Sums = Map<string, { bytes: number; dma: number }>;

async function sumBytes(ask: Ask, groups: [string, string][], keyOf: (row: Row) => string): Promise<Sums> {
  const relation = relationOf(ask);
  const rows = await ask.engine.query(sumSql({ relation, groups, where: '1 = 1' }, ['returned_bytes', 'dma_bytes']));
  const sums: Sums = new Map();
  for (const row of rows) {
    const entry = sums.get(keyOf(row)) ?? { bytes: Number.NaN, dma: Number.NaN };
    if (row.metric_ === 'returned_bytes') entry.bytes = numberOf(row.total_);
    else entry.dma = numberOf(row.total_);
    sums.set(keyOf(row), entry);
  }
  return sums;
}

async function sumBytesOfCalls(ask: Ask, groups: [string, string][], keyOf: (row: Row) => string): Promise<Sums> {
  const keys = groups.map(([name, expression]) => `${expression} as ${name}`).join(', ');
  const names = groups.map(([name]) => name).join(', ');
  const rows = await ask.engine.query(
    `select ${names}, sum(returned_bytes) as bytes_, sum(dma_bytes) as dma_ from (select ${keys}, returned_bytes, dma_bytes from ${relationOf(ask)} where returned_bytes > 0) as chosen_ group by ${names} order by ${names}`,
  );
  return new Map(rows.map((row) => [keyOf(row), { bytes: numberOf(row.bytes_), dma: numberOf(row.dma_) }]));
}

async function countHosts(
  ask: Ask,
  groups: [string, string][],
  keyOf: (row: Row) => string,
): Promise<Map<string, number>> {
  const keys = groups.map(([name, expression]) => `${expression} as ${name}`).join(', ');
  const names = groups.map(([name]) => name).join(', ');
  const where = ask.source === 'hist' ? "coalesce(metric, '') <> ''" : '1 = 1';
  const rows = await ask.engine.query(
    `select ${names}, count(distinct unit_) as hosts_ from (select ${UNIT} as unit_, ${keys} from ${relationOf(ask)} where ${where}) as chosen_ group by ${names} order by ${names}`,
  );
  return new Map(rows.map((row) => [keyOf(row), numberOf(row.hosts_)]));
}

async function readTotals(ask: Ask): Promise<FleetSummary['totals']> {
  const { engine } = ask;
  if (ask.source === 'calls') {
    const [row] = await engine.query(
      `select count(distinct capture_id) as captures_, count(distinct unit_) as hosts_, count(*) as calls_, sum(returned_bytes) as bytes_, count(distinct nameless_) as nameless_ from (select capture_id, returned_bytes, ${UNIT} as unit_, case when coalesce(host, '') = '' then capture_id else null end as nameless_ from ${engine.calls}) as all_`,
    );
    return toTotals(row);
  }
  const [row] = await engine.query(
    `select count(*) as captures_, count(distinct unit_) as hosts_, sum(calls) as calls_, sum(bytes) as bytes_, sum(lost_events) as lost_, sum(nameless_) as nameless_ from (select calls, bytes, lost_events, ${UNIT} as unit_, case when coalesce(host, '') = '' then 1 else 0 end as nameless_ from ${engine.summaries} where coalesce(metric, '') = '') as captures_`,
  );
  return toTotals(row);
}

function toTotals(row: Row): FleetSummary['totals'] {
  const count = (cell: Row[string]): number => numberOf(cell) || 0;
  return {
    captures: count(row.captures_),
    hosts: count(row.hosts_),
    calls: count(row.calls_),
    bytes: count(row.bytes_),
    lostEvents: count(row.lost_),
    withoutHost: count(row.nameless_),
  };
}

/** Lower end of a class as it is; −1 stands for bytes that no line tells. */
const nameGroup = (key: string, value: string): string => (key === 'size' && value === '-1' ? '' : value);
