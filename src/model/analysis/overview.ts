/** The whole capture over time, cut into equal buckets: where the slow part is. */
export interface OverviewSide {
  side: 'before' | 'after' | '';
  /** One stretch a trace file: files have clocks of their own, so they stand one after the other. */
  stretches: OverviewStretch[];
}

export interface OverviewStretch {
  run: string;
  file: string;
  /** Start on the capture's clock, ns as decimal text (may exceed 2^53). */
  startNs: string;
  bucketNs: number;
  calls: number;
  /** Each has one value a bucket; null = not known there. */
  tracks: OverviewTrack[];
  /** The slowest call that is open in each bucket; null = none. */
  slowest: ({ call: number; durationNs: number; line: number } | null)[];
}

export interface OverviewTrack {
  /** 'throughput', 'sleep', 'softirq', 'engine', 'drops' … */
  id: string;
  title: string;
  unit: string;
  values: (number | null)[];
}
