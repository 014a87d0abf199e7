/** Counters by a few small numbers, without making a string per event. */
export class Tally<T> {
  private readonly byFirst = new Map<number, Map<number, T>>();
  private readonly make: () => T;
  private first = Number.NaN;
  private second = Number.NaN;
  private last: T | null = null;

  constructor(make: () => T) {
    this.make = make;
  }

  at(first: number, second: number): T {
    // Mostly the one before: a stream comes in on one device and one CPU.
    if (this.last !== null && first === this.first && second === this.second) return this.last;
    const entry = this.find(first, second);
    this.first = first;
    this.second = second;
    this.last = entry;
    return entry;
  }

  private find(first: number, second: number): T {
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
