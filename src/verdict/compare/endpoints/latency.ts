import type { CompareReason } from '../../../model/analysis/index.ts';
import { bytesOf, type CallView } from '../../call-view.ts';
import { COMMON_MIX, type Sides, WHOLE } from '../candidate.ts';
import { latency, type MetricSpec } from '../metrics.ts';
import { SAME_MIX_OVERLAP } from '../mix.ts';
import { gatherSeries, type RunSeries } from '../series.ts';
import { say } from './reasons.ts';

/** Ranks have no weights here: the (weighted) mean stands in for the median. */
export const meanLatency: MetricSpec = { ...latency, kind: 'ratio', metric: `mean ${latency.metric}` };

export interface LatencyPlan {
  stratum: string;
  spec: MetricSpec;
  before: RunSeries[];
  after: RunSeries[];
  reasons: CompareReason[];
}

/** A minority of the calls says nothing about the calls. */
const MAJORITY = 0.5;

/**
 * Median duration of a call where both sides have the same sizes; else the mean at a common mix of sizes, as long as most of
 * the calls of either side lie in sizes that both have.
 */
export function planLatency({ before, after, mix }: Sides): LatencyPlan {
  const b = before.selection.fit;
  const a = after.selection.fit;
  const reasons: CompareReason[] = [];
  const whole = (): LatencyPlan => ({
    stratum: WHOLE,
    spec: latency,
    before: gatherSeries(b, latency),
    after: gatherSeries(a, latency),
    reasons,
  });
  if (hidesBytes(b) || hidesBytes(a)) {
    reasons.push(
      say(
        'bytes-unknown',
        'the bytes of some calls are in no line: whether calls of equal size are compared cannot be told',
      ),
    );
    return whole();
  }
  if (mix.overlap >= SAME_MIX_OVERLAP) return whole();
  if (shareInCommon(mix.weightsBefore) < MAJORITY || shareInCommon(mix.weightsAfter) < MAJORITY) {
    reasons.push(
      say(
        'other-sizes',
        `the calls of the two sides differ in size (their sizes overlap by ${Math.round(100 * mix.overlap)} %): a larger read takes longer`,
      ),
    );
    return whole();
  }
  const spec = meanLatency;
  return {
    stratum: COMMON_MIX,
    spec,
    before: gatherSeries(b, spec, mix.weightsBefore),
    after: gatherSeries(a, spec, mix.weightsAfter),
    reasons,
  };
}

function hidesBytes(view: CallView): boolean {
  for (let i = 0; i < view.size; i++) if (Number.isNaN(bytesOf(view, i))) return true;
  return false;
}

function shareInCommon(weights: Float64Array): number {
  return weights.filter((weight) => weight > 0).length / weights.length;
}
