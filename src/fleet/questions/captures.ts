import { numberOf, textOf } from '../engines/engine.ts';
import { quoteText, UNIT } from '../sql/dialect.ts';
import { readQuantile } from '../sql/quantile-value.ts';
import { quantileSql } from '../sql/values.ts';
import { type Ask, relationOf } from './ask.ts';
import { type Sides, sideCondition, sideExpression } from './sides.ts';

const WORST_PER_HOST = 3;

/** Captures, offloaded share and hardware of the two sides. */
export interface SideFacts {
  captures: { before: number; after: number };
  offloadedPct: { before: number | null; after: number | null };
  /** CPU model, device and driver by host. */
  hardware: Map<string, string>;
  withoutHost: number;
}

export async function readSideFacts(ask: Ask, sides: Sides): Promise<SideFacts> {
  const { engine, source } = ask;
  const isCalls = source === 'calls';
  const bytes = isCalls ? 'returned_bytes' : "case when metric = 'returned_bytes' then sum else 0 end";
  const dma = isCalls ? 'dma_bytes' : "case when metric = 'dma_bytes' then sum else 0 end";
  const rows = await engine.query(
    `select side_, unit_, hardware_, named_, count(distinct capture_id) as captures_, sum(bytes_) as moved_, sum(dma_) as engine_ from (select capture_id, ${sideExpression(ask, sides)} as side_, ${UNIT} as unit_, concat(coalesce(cpu_model, ''), ' ', coalesce(nic, ''), ' ', coalesce(driver, '')) as hardware_, case when coalesce(host, '') = '' then 0 else 1 end as named_, ${bytes} as bytes_, ${dma} as dma_ from ${relationOf(ask)} where ${sideCondition(ask, sides)}) as chosen_ group by side_, unit_, hardware_, named_ order by side_, unit_, hardware_`,
  );
  const facts: SideFacts = {
    captures: { before: 0, after: 0 },
    offloadedPct: { before: null, after: null },
    hardware: new Map(),
    withoutHost: 0,
  };
  const moved = { before: 0, after: 0 };
  const byEngine = { before: 0, after: 0 };
  for (const row of rows) {
    const side = textOf(row.side_) === sides.before ? 'before' : 'after';
    facts.captures[side] += numberOf(row.captures_);
    moved[side] += numberOf(row.moved_) || 0;
    byEngine[side] += numberOf(row.engine_) || 0;
    facts.hardware.set(textOf(row.unit_), textOf(row.hardware_).trim());
    if (numberOf(row.named_) === 0) facts.withoutHost += numberOf(row.captures_);
  }
  for (const side of ['before', 'after'] as const)
    if (moved[side] > 0) facts.offloadedPct[side] = (100 * byEngine[side]) / moved[side];
  return facts;
}

/** Captures of the later side of some hosts, slowest first, by the median of the metric. Summaries only: rows of calls name none. */
export async function readWorstCaptures(
  ask: Ask,
  sides: Sides,
  metric: string,
  hosts: readonly string[],
): Promise<Map<string, string[]>> {
  if (hosts.length === 0 || ask.source === 'calls') return new Map();
  const { dialect } = ask.engine;
  const list = hosts.map((host) => quoteText(dialect, host)).join(', ');
  const rows = await ask.engine.query(
    quantileSql({
      dialect,
      relation: relationOf(ask),
      source: ask.source,
      metric,
      groups: [
        ['unit_', UNIT],
        ['source_', "coalesce(source, '')"],
      ],
      where: `${sideExpression(ask, sides)} = ${quoteText(dialect, sides.after)} and ${UNIT} in (${list})`,
      ps: [0.5],
    }),
  );
  const slowest = rows
    .map((row) => ({ unit: textOf(row.unit_), source: textOf(row.source_), value: readQuantile(row, 0, 0.5) }))
    .sort((a, b) => b.value - a.value || (a.source < b.source ? -1 : 1));
  const worst = new Map<string, string[]>();
  for (const { unit, source } of slowest) {
    const names = worst.get(unit) ?? [];
    if (names.length < WORST_PER_HOST) names.push(source);
    worst.set(unit, names);
  }
  return worst;
}
