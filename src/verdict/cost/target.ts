import type { CallView } from '../call-view.ts';
import { medianOf } from '../derived.ts';
import { MIN_CALLS } from '../options.ts';

/**
 * What a call waits for: given by the timeline, else what nearly all calls of a capture with repeated sleeps never fall
 * below (the smallest return of a blocking call is at least the target). NaN = nothing says that it is above 1.
 */
export function inferTarget(calls: CallView): number {
  const given = medianOf(calls.column('targetBytes'));
  if (given > 1) return given;
  const again = calls.where((i) => calls.column('sleeps')[i] >= 2);
  if (again.size < MIN_CALLS || again.size < calls.size / 4) return Number.NaN;
  const returned = again
    .column('returnedBytes')
    .filter((v) => v > 0)
    .sort();
  const low = returned[Math.floor(0.02 * returned.length) + 1];
  return low > 0.5 * returned[returned.length >> 1] ? low : Number.NaN;
}
