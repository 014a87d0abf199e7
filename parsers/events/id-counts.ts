import type { StringTable } from '../../src/model/string-table.ts';
import type { StringId } from '../../src/model/units.ts';

/** Lines counted by an interned name. */
export class IdCounts {
  private counts = new Float64Array(1024);

  add(id: StringId, amount: number): void {
    if (id >= this.counts.length) this.grow(id);
    this.counts[id] += amount;
  }

  private grow(id: number): void {
    const larger = new Float64Array(Math.max(this.counts.length * 2, id + 1));
    larger.set(this.counts);
    this.counts = larger;
  }

  /** Adds the counts to those of `into`, in the order of the names. */
  fill(into: Map<string, number>, strings: StringTable): void {
    const found: [string, number][] = [];
    this.counts.forEach((count, id) => {
      if (count > 0) found.push([strings.textOf(id), count]);
    });
    found.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    for (const [name, count] of found) into.set(name, (into.get(name) ?? 0) + count);
  }
}
