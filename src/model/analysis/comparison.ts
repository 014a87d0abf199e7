import type { Effect } from './effect.ts';

export interface CompareRow {
  /** One of the three headline metrics, declared in advance: the verdict of that name is this row. */
  primary?: 'cpu' | 'latency' | 'throughput';
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
  unit: 'runs' | 'calls';
  rows: CompareRow[];
  profile: {
    symbol: string;
    category: string;
    beforePct: number | null;
    afterPct: number | null;
    difference: Effect | null;
    significant: boolean;
  }[];
  refusals: string[];
  warnings: string[];
}
