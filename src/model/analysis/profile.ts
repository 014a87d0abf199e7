export interface ProfileSummary {
  side: 'before' | 'after' | '';
  run: string;
  file: string;
  event: string;
  totalSamples: number;
  idlePct: number | null;
  enginePct: number | null;
  /** Shares of busy samples (idle and engine set apart). */
  categories: { category: string; samples: number; busyPct: number }[];
  symbols: {
    symbol: string;
    image: string;
    category: string;
    samples: number;
    totalPct: number;
    busyPct: number | null;
  }[];
  notes: string[];
}
