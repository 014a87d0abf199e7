import type { MechanismId } from '../calls.ts';
import type { Phase } from '../phases.ts';

/** Where the time of the whole calls of one side went, all together or of one mechanism. */
export interface SideBudget {
  side: 'before' | 'after' | '';
  mechanism: MechanismId | 'all';
  calls: number;
  /** null: no line tells the bytes of all these calls; then nothing can be said per byte. */
  bytes: number | null;
  phases: { phase: Phase; title: string; totalNs: number; sharePct: number }[];
}
