/** Counters by a few small numbers, without making a string per event. */
export class Tally<T> {
  private readonly byFirst = new Map<number, Map<number, T>>();
  private readonly make: () => T;

  constructor(make: () => T) {
    this.make = make;
  }

  at(first: number, second: number): T {
    let row = this.byFirst.get(first);
    if (row === undefined) {
      row = new Map();
      this.byFirst.set(first, row);
    }
    let entry = row.get(second);
    if (entry === undefined) {
      entry = this.make();
      row.set(second, entry);
    }
    return entry;
  }

  *entries(): Generator<[number, number, T]> {
    for (const [first, row] of this.byFirst) for (const [second, entry] of row) yield [first, second, entry];
  }
}
