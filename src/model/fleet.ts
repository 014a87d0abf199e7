import type { Effect } from './analysis/index.ts';

/** Answers about many captures: plain JSON, null = unknown. Raise the version with every incompatible change. */
export const FLEET_SCHEMA_VERSION = 1;

export interface FleetSummaryRow {
  /** Values of the columns asked for, in their order. */
  group: string[];
  captures: number;
  hosts: number;
  n: number;
  bytes: number | null;
  dmaBytes: number | null;
  offloadedPct: number | null;
  p50: number | null;
  p99: number | null;
  lostEvents: number | null;
}

export interface FleetSummary {
  schemaVersion: number;
  kind: 'fleet-summary';
  tool: string;
  by: string[];
  metric: string;
  source: 'hist' | 'calls';
  totals: { captures: number; hosts: number; calls: number; bytes: number; lostEvents: number; withoutHost: number };
  rows: FleetSummaryRow[];
  notes: string[];
}

export interface FleetHost {
  host: string;
  /** After ÷ before − 1 at equal mix of calls, %. */
  changePct: number;
  /** Distance from the shift of the whole fleet, in robust standard deviations of hosts. */
  z: number;
  adjustedP: number;
  changed: boolean;
  callsBefore: number;
  callsAfter: number;
  /** Slowest captures of the later side, by the median of the metric. */
  worst: string[];
}

export interface FleetMetric {
  metric: string;
  effect: Effect;
  pValue: number | null;
  adjustedP: number | null;
  hosts: number;
  outcome: 'higher' | 'lower' | 'noDifference' | 'cannotTell';
}

export interface FleetStratum {
  /** '' = any: see FleetComparison.mix. */
  mechanism: string;
  sizeLowBytes: number | null;
  hosts: number;
  callsBefore: number;
  callsAfter: number;
  beforeNs: number | null;
  afterNs: number | null;
  effect: Effect;
}

export interface FleetComparison {
  schemaVersion: number;
  kind: 'fleet-compare';
  tool: string;
  key: string;
  before: string;
  after: string;
  /** paired: hosts that have both sides · different-machines: each host has one. */
  design: 'paired' | 'different-machines';
  /** What calls are told apart by before a host is compared with itself. */
  mix: 'mechanism and size' | 'size';
  metric: string;
  headline: string;
  metrics: FleetMetric[];
  strata: FleetStratum[];
  offloadedPct: { before: number | null; after: number | null };
  hosts: {
    before: number;
    after: number;
    both: number;
    changed: FleetHost[];
    sigmaPct: number | null;
    detectablePct: number | null;
  };
  captures: { before: number; after: number };
  /** Change of each host in %, counted in bins of equal width on the log scale. */
  distribution: { lowPct: number; highPct: number; hosts: number }[];
  warnings: string[];
  recordNext: string[];
  seed: number;
}
