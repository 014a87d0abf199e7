export interface Distribution {
  /** 'latency', 'pin', … */
  metric: string;
  unit: string;
  side: 'before' | 'after' | '';
  stratum: string;
  n: number;
  quantiles: { p: number; value: number; low: number | null; high: number | null }[];
  histogram: { low: number; high: number; count: number }[];
}
