import type { Run } from '../../model/capture.ts';
import type { Random } from '../../stats/index.ts';
import type { Interrupts } from '../interrupts.ts';
import type { Undo } from '../undo.ts';
import type { Figures } from './figures.ts';
import type { ExperimentRequest, Side, Untraced } from './options.ts';
import type { Switcher } from './switcher.ts';

/** What an experiment has and gathers. */
export interface Session {
  request: ExperimentRequest;
  load: (folder: string) => Promise<Run>;
  undo: Undo;
  interrupts: Interrupts;
  switcher: Switcher;
  random: Random;
  pairs: { a: Figures; b: Figures }[];
  /** A stretch or a run each, in the order of time. */
  runs: Record<Side, Run[]>;
  untraced: Record<Side, Untraced | null>;
  folders: string[];
  /** The program whose calls are compared. */
  subject: string;
  notes: string[];
}
