import type { Effect, Outcome } from './effect.ts';

/** A place in a capture: the reader can open the file at that line. */
export interface Evidence {
  run: string;
  file: string;
  line: number;
  /** Call number as printed by `recvscope calls` for the same capture, -1 none. */
  call: number;
  text: string;
}

export interface Finding {
  /** Stable id: 'verdict-cpu', 'offload-hardly-taken', … */
  id: string;
  /** 'all calls', '64 KiB – 128 KiB', … */
  stratum: string;
  outcome: Outcome;
  /** verdict: one of the three big ones · answer: answers a question · problem: a cause · note: context */
  role: 'verdict' | 'answer' | 'problem' | 'note';
  title: string;
  /** The sentence to quote on a mailing list, with its numbers. */
  sentence: string;
  effect: Effect | null;
  n: number;
  /** calls, runs, transfers, samples */
  unitOfN: string;
  reasons: string[];
  numbers: { label: string; value: number | null; unit: string }[];
  evidence: Evidence[];
  /** Ids of Exemplar. */
  exemplars: string[];
  warnings: string[];
  nextStep: string;
  /** Of an answer: told as a figure, as a bound or by a kernel rule, or not at all; absent: as its outcome says. */
  told?: 'answered' | 'bounded' | 'open';
  /** Of a cause: its time as a share of all that offload cost in these calls; absent where that is not known. */
  lossSharePct?: number;
}
