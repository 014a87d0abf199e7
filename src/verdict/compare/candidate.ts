import type { Run } from '../../model/capture.ts';
import type { Selection } from '../call-view.ts';
import type { MetricSpec } from './metrics.ts';
import type { TrafficMix } from './mix.ts';
import type { RunSeries } from './series.ts';
import type { RowTest } from './test.ts';

/** A row before the family that it belongs to is looked at. */
export interface Candidate {
  stratum: string;
  spec: MetricSpec;
  before: RunSeries[];
  after: RunSeries[];
  test: RowTest;
}

export interface Sides {
  before: { runs: readonly Run[]; selection: Selection };
  after: { runs: readonly Run[]; selection: Selection };
  mix: TrafficMix;
  /** Both sides recorded the same events, those of offload itself apart. */
  sameEvents: boolean;
}

export const WHOLE_RUN = 'whole run';
export const WHOLE = 'all calls';
export const COMMON_MIX = 'all calls, common traffic mix';
