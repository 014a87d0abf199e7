import { ArrivalTable } from '../../model/arrivals/table.ts';
import type { ArrivalTotals } from '../../model/arrivals/totals.ts';
import type { StringTable } from '../../model/string-table.ts';
import type { ArrivalCollector } from './collector.ts';

/**
 * Sums of files that recorded the same run: each kind of event from the file that shows most of it, of equal ones from the first.
 * `first` is the file whose arrivals stand in the table.
 */
export function chooseTotals(
  first: ArrivalTotals | null,
  others: readonly (ArrivalTotals | null)[],
): ArrivalTotals | null {
  const parts = [first, ...others].filter((part) => part !== null);
  if (parts.length <= 1) return parts[0] ?? null;
  const most = <T>(value: (part: ArrivalTotals) => T, weigh: (value: T) => number): T =>
    parts.map(value).reduce((best, other) => (weigh(other) > weigh(best) ? other : best));
  const list = <K extends ListName>(name: K): ArrivalTotals[K] =>
    most(
      (part) => part[name],
      (rows) => (rows as object[]).reduce((sum, row) => sum + weighRow(row as Record<string, unknown>), 0),
    );
  return {
    ...(Object.fromEntries(LISTS.map((name) => [name, list(name)])) as Pick<ArrivalTotals, ListName>),
    buffers: most(
      (part) => part.buffers ?? [],
      (rows) => rows.reduce((sum, { asked }) => sum + asked, 0),
    ),
    busyPollNs: most(
      (part) => part.busyPollNs,
      (ns) => ns,
    ),
    raiseDelay: most(
      (part) => part.raiseDelay,
      (delay) => delay?.count ?? 0,
    ),
    rows: parts[0].rows,
  };
}

const LISTS = [
  'segments',
  'queues',
  'flows',
  'shapes',
  'polls',
  'drops',
  'refused',
  'trouble',
  'softirqs',
  'deviceNs',
  'irqs',
  'ipis',
] as const satisfies readonly (keyof ArrivalTotals)[];
type ListName = (typeof LISTS)[number];
const COUNTS = ['count', 'runs', 'polls', 'segments', 'received', 'entered', 'ns'] as const;

/** Events behind a row: the first of these that it has. `received` and `entered` are two events. */
function weighRow(row: Record<string, unknown>): number {
  const name = COUNTS.find((key) => typeof row[key] === 'number');
  if (name === undefined) return 0;
  return (row[name] as number) + (name === 'received' ? Number(row.entered ?? 0) : 0);
}

/** Sums of files that recorded different runs, one behind the other: lists are joined, not added up. */
export function mergeTotals(parts: readonly { file: string; totals: ArrivalTotals | null }[]): ArrivalTotals | null {
  const known = parts.flatMap(({ file, totals }) =>
    totals === null ? [] : [{ ...totals, drops: totals.drops.map((drop) => ({ ...drop, file })) }],
  );
  if (known.length <= 1) return parts.find(({ totals }) => totals !== null)?.totals ?? null;
  const join = <K extends keyof ArrivalTotals>(name: K): ArrivalTotals[K] =>
    known.flatMap((part) => part[name] as unknown[]) as unknown as ArrivalTotals[K];
  // Quantiles of two recordings cannot be put together: those of the one with most runs stand.
  const delays = known.map((part) => part.raiseDelay).filter((delay) => delay !== null);
  return {
    segments: join('segments'),
    queues: join('queues'),
    flows: join('flows'),
    shapes: join('shapes'),
    polls: join('polls'),
    busyPollNs: known.reduce((sum, part) => sum + part.busyPollNs, 0),
    drops: join('drops'),
    buffers: known.flatMap((part) => part.buffers ?? []),
    refused: join('refused'),
    trouble: join('trouble'),
    softirqs: join('softirqs'),
    deviceNs: join('deviceNs'),
    irqs: join('irqs'),
    raiseDelay: delays.sort((a, b) => b.count - a.count)[0] ?? null,
    ipis: join('ipis'),
    rows: {
      seen: known.reduce((sum, part) => sum + part.rows.seen, 0),
      kept: known.reduce((sum, part) => sum + part.rows.kept, 0),
    },
  };
}

export function mergeTables(collectors: readonly ArrivalCollector[], strings: StringTable): ArrivalTable {
  if (collectors.length === 1) return collectors[0].store.table;
  const table = new ArrivalTable(strings);
  for (const { store } of collectors)
    for (let row = 0; row < store.table.length; row++) table.addRow(store.table.rowAt(row));
  return table;
}
