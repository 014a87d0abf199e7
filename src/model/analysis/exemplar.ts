import type { MechanismId, Segment } from '../calls.ts';
import type { Phase } from '../phases.ts';

export interface Exemplar {
  id: string;
  role: 'worst' | 'median' | 'typical' | 'fastest' | 'dominant';
  side: 'before' | 'after' | '';
  run: string;
  file: string;
  call: number;
  tid: number;
  comm: string;
  mechanism: MechanismId;
  startNs: string | null;
  durationNs: number | null;
  requestedBytes: number | null;
  returnedBytes: number | null;
  firstLine: number;
  lastLine: number;
  phases: { phase: Phase; ns: number | null }[];
  /** Times relative to the call's start, ns. */
  segments: Segment[];
  why: string;
  /** This call makes so much of all the time of a phase that it decides the sum. */
  dominates?: { phase: Phase; sharePct: number; calls: number };
}
