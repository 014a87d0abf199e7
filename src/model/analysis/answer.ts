import type { Effect } from './effect.ts';

/** What the first screen of a report says beside the headline and the verdicts. */
export interface Answer {
  /** At most two sentences: what made it so, with the figures. */
  why: string[];
  /** At most three things to do, the most worthwhile first; `command` is empty where the text names a setting. */
  actions: { text: string; command: string }[];
  /** What stands in place of verdicts where nothing was compared. */
  facts: { label: string; effect: Effect; note: string }[];
  /** What the figures rest on; `about` is the place in a report that says more. */
  trust: { text: string; about: TrustTopic }[];
}

export type TrustTopic = 'runs' | 'identity' | 'loss' | 'probes' | 'emulation';
