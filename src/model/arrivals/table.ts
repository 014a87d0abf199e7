import { float64Column, int32Column, type PackedColumn, type PagedColumn } from '../columns.ts';
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
/** Place of a column in the numbers of a row: rows are filled for every segment, names are looked up once. */
export const ArrivalAt = Object.fromEntries([...FLOATS, ...INTS].map((name, index) => [name, index])) as Record<
  ArrivalColumn,
  number
>;
const STRINGS: ReadonlySet<ArrivalColumn> = new Set(['device', 'sock', 'flow', 'dropReason', 'dropPlace']);

/** What an arrival is known by as plain JSON: column by name, absent = null, text as text. */
export type SavedArrivals = Record<string, (number | string | null)[]>;

/** One row per segment (skb) as far as lines tell. Times as in the calls' columns; absent NaN, -1 in whole-number columns. */
export class ArrivalTable {
  readonly strings: StringTable;
  private readonly columns = new Map<ArrivalColumn, PagedColumn<Float64Array | Int32Array>>();
  private readonly floats: PagedColumn<Float64Array>[] = FLOATS.map(() => float64Column());
  private readonly ints: PagedColumn<Int32Array>[] = INTS.map(() => int32Column());
  private rows = 0;

  constructor(strings: StringTable) {
    this.strings = strings;
    for (const name of FLOATS) this.columns.set(name, this.floats[ArrivalAt[name]]);
    for (const name of INTS) this.columns.set(name, this.ints[ArrivalAt[name] - FLOATS.length]);
  }

  get length(): number {
    return this.rows;
  }

  get columnNames(): ArrivalColumn[] {
    return [...this.columns.keys()];
  }

  column(name: ArrivalColumn): PagedColumn<Float64Array | Int32Array> {
    return this.columns.get(name)!;
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

  /** Appends a row given as numbers in the order of `ArrivalAt`. */
  addNumbers(values: Float64Array): number {
    const { floats, ints } = this;
    let k = 0;
    // One loop a type: writing pages of several types in one place costs five times as much.
    for (let i = 0; i < floats.length; i++) floats[i].push(values[k++]);
    for (let i = 0; i < ints.length; i++) ints[i].push(values[k++]);
    return this.rows++;
  }

  setNumbers(row: number, values: Float64Array): void {
    const { floats, ints } = this;
    let k = 0;
    for (let i = 0; i < floats.length; i++) floats[i].set(row, values[k++]);
    for (let i = 0; i < ints.length; i++) ints[i].set(row, values[k++]);
  }

  rowAt(row: number): ArrivalRow {
    const out: Partial<ArrivalRow> = {};
    for (const [name, column] of this.columns) out[name] = column.get(row);
    return out as ArrivalRow;
  }

  /** The columns on their way to another thread, in the order of `columnNames`. */
  packColumns(): PackedColumn[] {
    return [...this.columns.values()].map((column) => column.pack());
  }

  unpackColumns(packed: readonly PackedColumn[]): void {
    [...this.columns.values()].forEach((column, i) => {
      column.unpack(packed[i]);
    });
    this.rows = packed[0].rows;
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

/** The same as numbers in the order of `ArrivalAt`. */
export function blankArrivalNumbers(): Float64Array {
  return new Float64Array(FLOATS.length + INTS.length).fill(Number.NaN, 0, FLOATS.length).fill(-1, FLOATS.length);
}
