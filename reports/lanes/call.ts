import type { Exemplar } from '../../src/model/analysis/index.ts';
import { LANES, type Lane } from '../../src/model/calls.ts';
import { PHASES, type Phase } from '../../src/model/phases.ts';

/** What a stretch is, as an index: the phases first, then the lanes themselves (softirq, engine, waker). */
export const FILLS: readonly (Phase | `lane-${Lane}`)[] = [...PHASES, ...LANES.map((lane) => `lane-${lane}` as const)];

/** One stretch: index into FILLS, start and length relative to the call's entry, place in the capture. */
export interface Stretch {
  lane: Lane;
  fill: number;
  startNs: number;
  endNs: number;
  cpu: number;
  line: number;
  label: string;
}

/** One call as its picture needs it; times in ns since entry. */
export interface LaneCall {
  id: string;
  durationNs: number;
  stretches: Stretch[];
}

export function toLaneCall(exemplar: Exemplar): LaneCall {
  return {
    id: exemplar.id,
    durationNs: exemplar.durationNs ?? Math.max(0, ...exemplar.segments.map((s) => s.endNs)),
    stretches: exemplar.segments.map((s) => ({
      lane: s.lane,
      fill: FILLS.indexOf(s.phase ?? `lane-${s.lane}`),
      startNs: s.startNs,
      endNs: s.endNs,
      cpu: s.cpu,
      line: s.line,
      label: s.phase === null ? s.label : '',
    })),
  };
}
