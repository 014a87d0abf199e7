import { ArrivalTable } from '../../model/arrivals/table.ts';
import type { ArrivalTotals } from '../../model/arrivals/totals.ts';
import type { StringTable } from '../../model/string-table.ts';
import type { ArrivalCollector } from './collector.ts';

/** Sums of files that recorded different runs, one behind the other: lists are joined, not added up. */
export function mergeTotals(parts: readonly (ArrivalTotals | null)[]): ArrivalTotals | null {
  const known = parts.filter((part) => part !== null);
  if (known.length <= 1) return known[0] ?? null;
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
