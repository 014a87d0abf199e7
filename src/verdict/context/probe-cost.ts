import type { CallView } from '../call-view.ts';
import { cpuNsOf, orZero } from '../derived.ts';

/**
 * What the tracer itself may have cost. Two successive lines of one thread cannot be closer than the cost of recording
 * one of them, so the short end of the gaps between phase changes (each phase change is a line) bounds the cost of one
 * event from above. It is a bound, not a measurement: real work is in those gaps too.
 */
export interface ProbeCost {
  /** Upper bound of one event, ns; NaN when no segments were kept. */
  perEventNs: number;
  /** Events of the fit calls' own threads, as far as counted. */
  eventsPerCall: number;
  /** events × bound / CPU time of the calls, in percent, at most 100. */
  sharePct: number;
  gaps: number;
}

/** The gap that only this share of gaps undercuts: a single wrong time stamp must not decide. */
const SHORT_GAP_QUANTILE = 0.05;

export function estimateProbeCost(view: CallView): ProbeCost {
  const gaps: number[] = [];
  for (let i = 0; i < view.size && gaps.length < 200_000; i++) {
    const segments = view.runs[view.run[i]].calls.segmentsByCall.get(view.row[i]);
    if (segments === undefined) continue;
    for (const segment of segments) {
      if (segment.lane !== 'process' || segment.phase === 'sleep' || segment.phase === 'wakeLatency') continue;
      const gap = segment.endNs - segment.startNs;
      if (gap > 0) gaps.push(gap);
    }
  }
  gaps.sort((a, b) => a - b);
  const perEventNs = gaps.length < 20 ? Number.NaN : gaps[Math.floor(gaps.length * SHORT_GAP_QUANTILE)];
  let events = 0;
  let counted = 0;
  let cpuNs = 0;
  const traceEvents = view.column('traceEvents');
  for (let i = 0; i < view.size; i++) {
    const cpu = cpuNsOf(view, i);
    if (Number.isNaN(cpu) || Number.isNaN(traceEvents[i])) continue;
    events += orZero(traceEvents[i]);
    cpuNs += cpu;
    counted++;
  }
  return {
    perEventNs,
    eventsPerCall: counted > 0 ? events / counted : Number.NaN,
    sharePct: cpuNs > 0 ? Math.min(100, (100 * events * perEventNs) / cpuNs) : Number.NaN,
    gaps: gaps.length,
  };
}
