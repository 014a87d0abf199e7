import type { CompareRow } from '../../model/analysis/index.ts';
import { SAME_MIX_OVERLAP, type TrafficMix } from './mix.ts';
import { type Candidate, COMMON_MIX, WHOLE } from './rows.ts';

export type Primary = NonNullable<CompareRow['primary']>;

/**
 * The three questions that a comparison is made for, chosen before any p value is seen: CPU time per byte; latency (at equal
 * size where the sizes of the two sides differ); throughput (iperf's where every run has it). The verdicts are these rows.
 */
export function findPrimary(candidates: readonly Candidate[], mix: TrafficMix): Map<number, Primary> {
  const out = new Map<number, Primary>();
  const find = (metric: string, stratum: string): number =>
    candidates.findIndex((c) => c.spec.metric === metric && c.stratum === stratum);
  const mark = (index: number, primary: Primary): void => {
    if (index >= 0) out.set(index, primary);
  };
  const iperf = find('throughput (iperf)', 'whole run');
  const hasIperf = iperf >= 0 && [...candidates[iperf].before, ...candidates[iperf].after].every((s) => s.n > 0);
  const fromCalls = find('throughput', 'whole run');
  mark(find('CPU time per byte', WHOLE), 'cpu');
  if (mix.overlap >= SAME_MIX_OVERLAP) mark(find('latency per call', WHOLE), 'latency');
  else mark(find('mean latency per call', COMMON_MIX), 'latency');
  mark(hasIperf || fromCalls < 0 ? iperf : fromCalls, 'throughput');
  return out;
}

/** Holm: the three primary rows together get half of the 5 %, the rest of the family the other half. */
export function weighHolm(count: number, primary: ReadonlyMap<number, Primary>): Float64Array {
  const others = count - primary.size;
  return Float64Array.from({ length: count }, (_, i) =>
    primary.has(i) ? Math.max(1, others / Math.max(1, primary.size)) : 1,
  );
}

/** max-T: a primary row's |T| counts this many times. Any fixed value keeps the 5 %; see CALIBRATION.md for its power. */
const PRIMARY_T_WEIGHT = 1.5;

export function weighT(count: number, primary: ReadonlyMap<number, Primary>): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => (primary.has(i) ? PRIMARY_T_WEIGHT : 1));
}
