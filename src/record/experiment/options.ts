import type { RecordRequest } from '../options.ts';

export type Side = 'a' | 'b';
export const METRICS = ['cpu', 'latency', 'throughput'] as const;
export type Metric = (typeof METRICS)[number];

/** `cpu:5%`: go on until the interval of that figure is no wider than ± 5 %. */
export interface Until {
  metric: Metric;
  halfWidthPct: number;
}

export interface ExperimentRequest {
  /** Folder that will hold the captures, experiment.json and compare.html. */
  folder: string;
  /** Shell commands that make the settings. */
  settings: Readonly<Record<Side, string>>;
  /** Shell command that puts the old setting back; null: found out for sysctl -w and ethtool -K. */
  restore: string | null;
  /** Pairs of stretches in one recording, or pairs of runs. */
  rounds: number;
  until: Until | null;
  maxRounds: number;
  perRun: boolean;
  stretchSeconds: number;
  seed: number;
  record: Omit<RecordRequest, 'folder' | 'seconds'>;
}

/** One side in force: from when the setting was made until the next was begun. CLOCK_MONOTONIC, ns. */
export interface Stretch {
  side: Side;
  pair: number;
  startNs: bigint;
  endNs: bigint;
}

/** Without a tracer: what the machine does by itself. */
export interface Untraced {
  bytesPerSecond: number;
  /** CPU time of all CPUs that was not idle, per byte received. */
  busyNsPerByte: number;
}
