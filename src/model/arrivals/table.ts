import { float64Column, int32Column, type PagedColumn } from '../columns.ts';
import type { StringTable } from '../string-table.ts';

const FLOATS = [
  /** Driver or netif_rx handed it over (…_entry events). */
  'entryNs',
  /** netif_receive_skb: protocol work begins. */
  'receiveNs',
  /** TCP input of its socket (tcp_probe). */
  'socketNs',
  /** First CPU copy of its bytes. */
  'copyNs',
  'dropNs',
  'lenBytes',
  /** Outside of the linear part. */
  'dataLenBytes',
  'fragments',
  /** Without headers (tcp_probe). */
  'payloadBytes',
  'windowBytes',
  'napi',
  'line',
] as const;
const INTS = [
  'file',
  'device',
  'queue',
  'entryCpu',
  'receiveCpu',
  'socketCpu',
  'copyCpu',
  'sock',
  'flow',
  /** Number of the call that copied its first byte (`recvscope calls`). */
  'call',
  'dropReason',
  'dropPlace',
] as const;

export type ArrivalColumn = (typeof FLOATS)[number] | (typeof INTS)[number];
export type ArrivalRow = Record<ArrivalColumn, number>;
const STRINGS: ReadonlySet<ArrivalColumn> = new Set(['device', 'sock', 'flow', 'dropReason', 'dropPlace']);

/** What an arrival is known by as plain JSON: column by name, absent = null, text as text. */
export type SavedArrivals = Record<string, (number | string | null)[]>;

/** One row per segment (skb) as far as lines tell. Times as in the calls' columns; absent NaN, -1 in whole-number columns. */
export class ArrivalTable {
  readonly strings: StringTable;
  private readonly columns = new Map<ArrivalColumn, PagedColumn<Float64Array | Int32Array>>();
  private rows = 0;

  constructor(strings: StringTable) {
    this.strings = strings;
    for (const name of FLOATS) this.columns.set(name, float64Column());
    for (const name of INTS) this.columns.set(name, int32Column());
  }

  get length(): number {
    return this.rows;
  }

  get columnNames(): ArrivalColumn[] {
    return [...this.columns.keys()];
  }

  get(name: ArrivalColumn, row: number): number {
    return this.columns.get(name)!.get(row);
  }

  set(name: ArrivalColumn, row: number, value: number): void {
    this.columns.get(name)!.set(row, value);
  }

  textOf(name: 'device' | 'sock' | 'flow' | 'dropReason' | 'dropPlace', row: number): string {
    return this.strings.textOf(this.get(name, row));
  }

  addRow(values: Readonly<ArrivalRow>): number {
    for (const [name, column] of this.columns) column.push(values[name]);
    return this.rows++;
  }

  setRow(row: number, values: Readonly<ArrivalRow>): void {
    for (const [name, column] of this.columns) column.set(row, values[name]);
  }

  rowAt(row: number): ArrivalRow {
    const out: Partial<ArrivalRow> = {};
    for (const [name, column] of this.columns) out[name] = column.get(row);
    return out as ArrivalRow;
  }

  save(): SavedArrivals {
    const out: SavedArrivals = {};
    for (const [name, column] of this.columns)
      out[name] = Array.from({ length: this.rows }, (_, row) => {
        const value = column.get(row);
        if (STRINGS.has(name)) return value < 0 ? null : this.strings.textOf(value);
        return Number.isNaN(value) ? null : value;
      });
    return out;
  }

  static restore(saved: SavedArrivals, strings: StringTable): ArrivalTable {
    const table = new ArrivalTable(strings);
    const rows = saved.lenBytes?.length ?? 0;
    for (let row = 0; row < rows; row++) {
      const values = blankArrival();
      for (const name of table.columnNames) {
        const value = saved[name]?.[row] ?? null;
        if (value !== null) values[name] = typeof value === 'string' ? strings.intern(value) : value;
      }
      table.addRow(values);
    }
    return table;
  }
}

/** An arrival of which nothing is known. */
export function blankArrival(): ArrivalRow {
  const row: Partial<ArrivalRow> = {};
  for (const name of FLOATS) row[name] = Number.NaN;
  for (const name of INTS) row[name] = -1;
  return row as ArrivalRow;
}
