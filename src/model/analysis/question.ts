import type { Effect } from './effect.ts';

/** One of the three questions of the field and its answer. */
export interface QuestionRow {
  /** 'Q1' */
  name: string;
  question: string;
  /** bounded: a limit is told, or a kernel rule, not the figure itself. */
  told: 'answered' | 'bounded' | 'open';
  answer: string;
}

/** One row of the ranked table of settings: what receiving costs with it. */
export interface SettingRow {
  setting: string;
  /** Place by CPU time per MiB among the rows where it is known, 1 = cheapest; null not known. */
  rank: number | null;
  cpuNsPerMiB: Effect | null;
  basis: 'measured' | 'predicted' | 'cannot be known';
  offloadSharePct: Effect | null;
  /** Pages that an offloaded read pins, at an unknown alignment the least and one more; null: the length is not known. */
  pagesPinned: number | null;
  note: string;
}
