import { CallTable } from '../../model/calls.ts';
import { float64Column, invertRows } from '../../model/columns.ts';
import type { StringTable } from '../../model/string-table.ts';
import { RowFlags } from './flags.ts';
import { At, makeRowValues, zeroIfAbsent } from './values.ts';

const MSG_PEEK = 0x2;

export interface StoreTotals {
  calls: number;
  kept: number;
  returnedBytes: number;
  dmaBytes: number;
  cpuCopyBytes: number;
  durationNs: number;
}

/**
 * The rows on their way into the table. Up to `maxCalls` all of them; beyond it totals stay exact and every call has the
 * same chance to be kept (reservoir sampling, seeded).
 */
export class CallStore {
  readonly table: CallTable;
  readonly flags = new RowFlags();
  readonly totals = blankTotals();
  private readonly byFile: StoreTotals[] = [];
  private readonly maxCalls: number;
  private readonly random: () => number;
  private readonly order = float64Column();
  /** The row that is being made (values.ts): filled by the caller of `add`. */
  readonly values = makeRowValues();

  constructor(strings: StringTable, maxCalls: number, random: () => number) {
    this.maxCalls = maxCalls;
    this.random = random;
    this.table = new CallTable(strings);
  }

  get isSampled(): boolean {
    return this.totals.calls > this.table.length;
  }

  /** Adds `values`. Returns the row number, or -1 when the sample did not take the call. */
  add(flags: number): number {
    const { values } = this;
    const sequence = this.totals.calls++;
    this.addTotals(values);
    if (this.table.length < this.maxCalls) {
      this.flags.push(flags);
      this.order.push(sequence);
      return this.table.addNumbers(values);
    }
    const row = Math.floor(this.random() * this.totals.calls);
    if (row >= this.maxCalls) return -1;
    this.table.setNumbers(row, values);
    this.flags.set(row, flags);
    this.order.set(row, sequence);
    return row;
  }

  private addTotals(values: Float64Array): void {
    const file = values[At.file];
    this.byFile[file] ??= blankTotals();
    this.byFile[file].calls++;
    addTo(this.totals, values, 1);
    addTo(this.byFile[file], values, 1);
  }

  /** The row tells of a call that another row tells of; it is left out by the caller's rebuild. */
  forgetRow(row: number): void {
    this.totals.calls--;
    addTo(this.totals, this.table.numbersAt(row), -1);
  }

  /** All calls of a file, also those that the sample did not keep. */
  forgetFile(file: number): void {
    const gone = this.byFile[file];
    if (gone === undefined) return;
    for (const name of Object.keys(gone) as (keyof StoreTotals)[]) this.totals[name] -= gone[name];
    delete this.byFile[file];
  }

  /** The rows that stay, in the order in which the calls ended. Returns where a row went, -1 gone. */
  rebuild(isKept: (row: number) => boolean): (row: number) => number {
    const { table, order } = this;
    const count = table.length;
    const rows = Int32Array.from({ length: count }, (_, row) => row).filter(isKept);
    rows.sort((a, b) => order.get(a) - order.get(b));
    table.pickRows(rows);
    this.flags.pickRows(rows);
    order.pickRows(rows);
    const newRowOf = invertRows(rows, count);
    return (row) => newRowOf[row] ?? -1;
  }
}

function blankTotals(): StoreTotals {
  return { calls: 0, kept: 0, returnedBytes: 0, dmaBytes: 0, cpuCopyBytes: 0, durationNs: 0 };
}

function addTo(totals: StoreTotals, values: Float64Array, sign: 1 | -1): void {
  // MSG_PEEK returns bytes that a later call returns again.
  const isPeek = (zeroIfAbsent(values[At.flags]) & MSG_PEEK) !== 0;
  if (!isPeek) totals.returnedBytes += sign * Math.max(0, zeroIfAbsent(values[At.returnedBytes]));
  totals.dmaBytes += sign * zeroIfAbsent(values[At.dmaBytes]);
  totals.cpuCopyBytes += sign * zeroIfAbsent(values[At.cpuCopyBytes]);
  totals.durationNs += sign * zeroIfAbsent(values[At.durationNs]);
}
