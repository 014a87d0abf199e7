import { uint32Column } from '../../model/columns.ts';

/** Flags of the calls of the table (CallFlag), row by row: what the mechanisms need to know beside the columns. */
export class RowFlags {
  private readonly flags = uint32Column();

  push(flags: number): void {
    this.flags.push(flags);
  }

  get(row: number): number {
    return this.flags.get(row);
  }

  set(row: number, flags: number): void {
    this.flags.set(row, flags);
  }

  pickRows(rows: Int32Array): void {
    this.flags.pickRows(rows);
  }
}
