import type { Effect } from './effect.ts';

export const COMPARE_REASONS = [
  'bytes-unknown',
  'no-switches',
  'softirq-one-side',
  'other-sizes',
  'other-receiver',
  'unlike-recordings',
  'trend',
  'emulated',
  'too-short',
  'few-runs',
  'not-in-turns',
  'order-unknown',
  'probe-cost-unknown',
  'probe-cost',
  'rare-calls-disagree',
] as const;

/** Why a verdict of a comparison cannot be given, whatever p says: a code for scripts, words for people. */
export interface CompareReason {
  code: (typeof COMPARE_REASONS)[number];
  words: string;
}

export interface CompareRow {
  /** One of the three headline metrics, declared in advance: the verdict of that name is this row. */
  primary?: 'cpu' | 'latency' | 'throughput';
  /** Of a headline metric: preconditions that fail. Not empty: nothing is claimed, and no interval is given. */
  reasons?: CompareReason[];
  /** Beyond chance, but from too few runs for a claim: the most that may be said is "suggests". */
  suggests?: 'better' | 'worse' | 'higher' | 'lower';
  /** What the figure is the sum of, in its unit. */
  parts?: { title: string; unit: string; before: number | null; after: number | null }[];
  stratum: string;
  metric: string;
  unit: string;
  before: number | null;
  after: number | null;
  difference: Effect | null;
  differencePct: Effect | null;
  pValue: number | null;
  adjustedP: number | null;
  significant: boolean;
  /** changed · noDifference (equivalent within bound) · cannotTell */
  outcome: 'higher' | 'lower' | 'noDifference' | 'cannotTell';
  /** Is the change good for the user? '' for neutral metrics. */
  direction: 'better' | 'worse' | '';
  nBefore: number;
  nAfter: number;
  unitOfN: string;
  detectablePct: number | null;
}

export interface Comparison {
  /** What one observation is; 'pairs': stretches between marks inside one capture, in neighbouring pairs. */
  unit: 'runs' | 'calls' | 'pairs';
  rows: CompareRow[];
  profile: {
    symbol: string;
    category: string;
    /** Functions renamed between the releases of the two sides, in one row: what they have in common. */
    family?: string;
    beforePct: number | null;
    afterPct: number | null;
    /** Samples per MiB received, mean of the runs: absent where counts or bytes are not known. */
    perMiB?: { before: number; after: number };
    difference: Effect | null;
    significant: boolean;
    /** Absent in analyses saved before it was written. */
    outcome?: CompareRow['outcome'];
    /** From too few runs for a claim. */
    suggests?: 'higher' | 'lower';
  }[];
  refusals: string[];
  warnings: string[];
  /** Indexes into `rows`: changes of the exploratory table that hold in its own family, largest first (the why line). */
  why: number[];
  /**
   * Where an endpoint is decided and `why` is empty: the row that moved most among those whose p alone is below 0.05. Not proven
   * in its family: it leads to the cause.
   */
  lead?: number;
  /** Both sides are one and the same capture. */
  isSame?: boolean;
}
