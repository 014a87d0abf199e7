/**
 * Counts by powers of two (bucket = [2^k, 2^(k+1)), as in BPF's and perf's histograms), each cut into `perOctave` equal
 * parts; values below 1 (and 0) share the first bucket. Exact n, sum, min and max. Constant memory for any number of values.
 */
export class Log2Histogram {
  readonly perOctave: number;
  private readonly counts = new Map<number, number>();
  n = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;

  constructor(perOctave = 1) {
    this.perOctave = perOctave;
  }

  add(value: number, times = 1): void {
    if (!(value >= 0)) throw new RangeError(`Log2Histogram: ${value} is negative or NaN`);
    const bucket = this.bucketOf(value);
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + times);
    this.n += times;
    this.sum += value * times;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
  }

  /** −1 for values below 1. Exponent from the exact comparison, not from a rounded logarithm. */
  bucketOf(value: number): number {
    if (value < 1) return -1;
    let exponent = Math.floor(Math.log2(value));
    if (2 ** exponent > value) exponent--;
    else if (2 ** (exponent + 1) <= value) exponent++;
    const part = Math.floor((value / 2 ** exponent - 1) * this.perOctave);
    return exponent * this.perOctave + Math.min(part, this.perOctave - 1);
  }

  boundsOf(bucket: number): { low: number; high: number } {
    if (bucket < 0) return { low: 0, high: 1 };
    const exponent = Math.floor(bucket / this.perOctave);
    const part = bucket % this.perOctave;
    const width = 2 ** exponent / this.perOctave;
    return { low: 2 ** exponent + part * width, high: 2 ** exponent + (part + 1) * width };
  }

  /** Buckets that hold something, ascending. */
  rows(): { low: number; high: number; count: number }[] {
    return [...this.counts.keys()]
      .sort((a, b) => a - b)
      .map((bucket) => ({ ...this.boundsOf(bucket), count: this.counts.get(bucket)! }));
  }

  /** The same as two lists, bucket numbers and counts: histograms of the same `perOctave` merge by adding counts. */
  bins(): { bins: number[]; counts: number[] } {
    const bins = [...this.counts.keys()].sort((a, b) => a - b);
    return { bins, counts: bins.map((bucket) => this.counts.get(bucket)!) };
  }

  /** Quantile by linear interpolation inside the bucket; off by less than the bucket's width. Empty: NaN. */
  quantile(p: number): number {
    if (this.n === 0) return Number.NaN;
    let rank = p * this.n;
    for (const { low, high, count } of this.rows()) {
      if (rank <= count) return Math.min(this.max, Math.max(this.min, low + (high - low) * (rank / count)));
      rank -= count;
    }
    return this.max;
  }
}

/** Label and bounds of the size class of a byte count: powers of two; 0 is its own class. */
export function sizeClassOf(bytes: number): { lowBytes: number; highBytes: number } {
  if (bytes < 1) return { lowBytes: 0, highBytes: 1 };
  let low = 2 ** Math.floor(Math.log2(bytes));
  if (low > bytes) low /= 2;
  else if (low * 2 <= bytes) low *= 2;
  return { lowBytes: low, highBytes: low * 2 };
}
