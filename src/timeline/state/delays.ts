const MAX_DELAYS = 1_000_000;

/** Delays for quantiles; beyond a million of them every n-th is kept. */
export class Delays {
  private values: number[] = [];
  private every = 1;
  count = 0;
  maxNs = 0;

  add(ns: number): void {
    if (!(ns >= 0)) return;
    if (ns > this.maxNs) this.maxNs = ns;
    if (this.count++ % this.every !== 0) return;
    this.values.push(ns);
    if (this.values.length < MAX_DELAYS) return;
    this.values = this.values.filter((_, i) => i % 2 === 0);
    this.every *= 2;
  }

  /** Nearest rank. */
  summarize(): { count: number; p50Ns: number; p99Ns: number; p999Ns: number; maxNs: number } | null {
    if (this.count === 0) return null;
    const sorted = Float64Array.from(this.values).sort();
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
    return { count: this.count, p50Ns: at(0.5), p99Ns: at(0.99), p999Ns: at(0.999), maxNs: this.maxNs };
  }
}
