/** More bins than a strip over time has steps, and still a small piece of JSON. */
const MAX_BINS = 1024;

/** Counts over time in bins that get wider as the events go on: nobody knows before how long that will be. */
export class TimeBins {
  binNs = 100_000;
  private bins = new Map<number, number>();

  add(atNs: number): void {
    const bin = Math.floor(atNs / this.binNs);
    this.bins.set(bin, (this.bins.get(bin) ?? 0) + 1);
    while (this.bins.size > MAX_BINS) this.widen();
  }

  /** By time: a bin begins at bin × binNs. */
  list(): { bin: number; count: number }[] {
    return [...this.bins].sort((a, b) => a[0] - b[0]).map(([bin, count]) => ({ bin, count }));
  }

  private widen(): void {
    this.binNs *= 2;
    const wider = new Map<number, number>();
    for (const [bin, count] of this.bins) {
      const at = Math.floor(bin / 2);
      wider.set(at, (wider.get(at) ?? 0) + count);
    }
    this.bins = wider;
  }
}
