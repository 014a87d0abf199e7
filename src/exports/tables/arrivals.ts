import { cleanText, foldSpaces } from '../../../reports/clean.ts';
import { type ArrivalColumn, ArrivalTable } from '../../model/arrivals/table.ts';
import type { Run } from '../../model/capture.ts';
import { type ColumnTable, constantColumn, type TableColumn } from '../../model/column-table.ts';
import { identifyCapture, listAttributes } from '../../model/identity.ts';
import { StringTable } from '../../model/string-table.ts';

type TimeColumn = Extract<ArrivalColumn, `${string}Ns`>;
type TextColumn = Parameters<ArrivalTable['textOf']>[0];

const TIMES: readonly [name: string, from: TimeColumn][] = [
  // Not copy_ns: among calls that is a duration.
  ['entered_at_ns', 'entryNs'],
  ['received_at_ns', 'receiveNs'],
  ['socket_at_ns', 'socketNs'],
  ['copied_at_ns', 'copyNs'],
  ['dropped_at_ns', 'dropNs'],
];
const TEXTS: readonly [name: string, from: TextColumn][] = [
  ['device', 'device'],
  ['sock', 'sock'],
  ['flow', 'flow'],
  ['drop_reason', 'dropReason'],
  ['drop_place', 'dropPlace'],
];
const NUMBERS: readonly [name: string, from: ArrivalColumn][] = [
  ['len_bytes', 'lenBytes'],
  ['data_len_bytes', 'dataLenBytes'],
  ['fragments', 'fragments'],
  ['payload_bytes', 'payloadBytes'],
  ['window_bytes', 'windowBytes'],
  ['napi', 'napi'],
  ['queue', 'queue'],
  ['entry_cpu', 'entryCpu'],
  ['receive_cpu', 'receiveCpu'],
  ['socket_cpu', 'socketCpu'],
  ['copy_cpu', 'copyCpu'],
  ['call', 'call'],
  ['line', 'line'],
];
/** Absent is NaN or -1 (src/model/arrivals/table.ts); nothing here is negative. */
const isKnown = (value: number): boolean => Number.isFinite(value) && value >= 0;

/**
 * One row per segment as far as its lines tell; times absolute in ns of the capture's clock, like those of calls. `call` is the
 * call that copied its first byte. Of very many segments these are a sample: the notes count `rows.seen` and `rows.kept`.
 */
export function arrivalsTable(run: Run): ColumnTable {
  const table = run.arrivals ?? new ArrivalTable(new StringTable());
  const attributes = listAttributes(identifyCapture(run)).map(([name, value]) => constantColumn(name, value));
  const { files } = run.calls;
  const fileOf = (row: number) => files[table.get('file', row)];
  const columns: TableColumn[] = [
    { name: 'file', type: 'text', read: (row) => fileOf(row)?.name ?? null },
    ...TIMES.map(
      ([name, from]): TableColumn => ({
        name,
        type: 'integer',
        read: (row) => {
          const relative = table.get(from, row);
          return Number.isFinite(relative) ? (fileOf(row)?.baseNs ?? 0n) + BigInt(Math.round(relative)) : null;
        },
      }),
    ),
    ...NUMBERS.map(
      ([name, from]): TableColumn => ({
        name,
        type: 'integer',
        read: (row) => (isKnown(table.get(from, row)) ? table.get(from, row) : null),
      }),
    ),
    ...TEXTS.map(
      ([name, from]): TableColumn => ({
        name,
        type: 'text',
        read: (row) => (table.get(from, row) < 0 ? null : foldSpaces(cleanText(table.textOf(from, row)))),
      }),
    ),
  ];
  return { rows: table.length, columns: [...attributes, ...columns] };
}
