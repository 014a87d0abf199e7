import type { Run } from '../../model/capture.ts';
import type { Interrupts } from '../interrupts.ts';
import type { Undo } from '../undo.ts';
import type { Figures } from './figures.ts';
import type { ExperimentRequest, Side, Untraced } from './options.ts';
import type { PairOrder } from './order.ts';
import type { Switcher } from './switcher.ts';

/** What an experiment has and gathers. */
export interface Session {
  request: ExperimentRequest;
  load: (folder: string) => Promise<Run>;
  undo: Undo;
  interrupts: Interrupts;
  switcher: Switcher;
  order: PairOrder;
  pairs: { a: Figures; b: Figures }[];
  /** What was recorded: with marks of both sides, or a run of one side each, in the order of time. */
  recorded: { run: Run; side: Side | null }[];
  untraced: Record<Side, Untraced | null>;
  folders: string[];
  /** The program whose calls are compared. */
  subject: string;
  notes: string[];
}
