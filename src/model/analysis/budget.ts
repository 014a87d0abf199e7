import type { MechanismId } from '../calls.ts';
import type { Phase } from '../phases.ts';
import type { Effect, Outcome } from './effect.ts';

export interface PhaseBudget {
  phase: Phase;
  title: string;
  totalNs: number;
  sharePct: number;
  /** What is known to be in it, of all complete calls; the rest of the phase is what its title says first. */
  parts?: { title: string; totalNs: number; sharePct: number }[];
}

export interface SizeClassRow {
  side: 'before' | 'after' | '';
  label: string;
  lowBytes: number;
  highBytes: number;
  mechanism: MechanismId;
  calls: number;
  bytes: number;
  medianNs: number | null;
  p95Ns: number | null;
  medianCpuNs: number | null;
  budget: PhaseBudget[];
  /** pin + submit + wait + unpin. */
  costNs: number | null;
  /** CPU copy avoided. */
  savedNs: number | null;
  netNs: Effect | null;
  outcome: Outcome;
  reasons: string[];
}

export interface BalanceSheet {
  scope: string;
  calls: number;
  bytes: number;
  dmaBytes: number;
  lines: { label: string; kind: 'cost' | 'saving' | 'context'; ns: number | null; per: string; note: string }[];
  netNs: Effect | null;
  copyRate: {
    nsPerByte: Effect | null;
    source: 'paired capture' | 'same capture' | 'given by user' | 'unknown';
    n: number;
  };
}
