import { ArrivalAt, ArrivalTable } from '../../model/arrivals/table.ts';
import type { StringTable } from '../../model/string-table.ts';
import type { OpenCall } from '../state/open-call.ts';

/** Arrivals on their way into the table: all of them up to `max`, beyond it each with the same chance (reservoir, seeded). */
export class ArrivalStore {
  readonly table: ArrivalTable;
  seen = 0;
  private readonly max: number;
  private readonly random: () => number;
  /** Which arrival stands in a row: a row may be given to another one while its call still runs. */
  private readonly sequence: number[] = [];

  constructor(strings: StringTable, max: number, random: () => number) {
    this.table = new ArrivalTable(strings);
    this.max = max;
    this.random = random;
  }

  add(values: Float64Array, call: OpenCall | null): void {
    const sequence = this.seen++;
    if (call !== null && call.row >= -1) values[ArrivalAt.call] = call.row;
    let row = this.table.length;
    if (row < this.max) this.table.addNumbers(values);
    else {
      row = Math.floor(this.random() * this.seen);
      if (row >= this.max) return;
      this.table.setNumbers(row, values);
    }
    this.sequence[row] = sequence;
    if (call === null || call.row >= -1) return;
    call.arrivals ??= [];
    call.arrivals.push(row, sequence);
  }

  /** The call has its row now (-1: the sample did not take it). */
  settleCall(call: OpenCall): void {
    const { arrivals } = call;
    if (arrivals === null) return;
    for (let i = 0; i < arrivals.length; i += 2)
      if (this.sequence[arrivals[i]] === arrivals[i + 1]) this.table.set('call', arrivals[i], call.row);
  }

  /** Rows of the call table have moved: `newRowOf` -1 is gone. */
  renumber(newRowOf: (row: number) => number): void {
    for (let row = 0; row < this.table.length; row++) {
      const call = this.table.get('call', row);
      if (call >= 0) this.table.set('call', row, newRowOf(call));
    }
  }
}
