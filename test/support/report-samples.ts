import type { Analysis } from '../../src/model/analysis/index.ts';
import {
  emptyAnalysis,
  hostileAnalysis,
  sampleCompare,
  sampleReport,
  sampleWhatIf,
  sampleWithNulls,
} from './sample-analysis.ts';

/** Every kind of Analysis a report must be able to print. */
export const REPORT_SAMPLES: Record<string, () => Analysis> = {
  report: sampleReport,
  compare: sampleCompare,
  whatif: sampleWhatIf,
  empty: emptyAnalysis,
  nulls: sampleWithNulls,
  hostile: hostileAnalysis,
};
export const SAMPLE_NAMES = Object.keys(REPORT_SAMPLES);

/** Characters no output may let through: a terminal would obey them or a reader would be misled. */
export const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
