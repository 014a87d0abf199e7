import type { PhaseBudget } from '../model/analysis.ts';
import { PHASE_TITLES, PHASES } from '../model/phases.ts';
import type { CallView } from './call-view.ts';

/**
 * Where the time of these calls went. Phases tile every call, so the shares add up to 100 % of the summed durations; a
 * phase that no call could have shown is left out (its time is in `unattributed`).
 */
export function sumBudget(view: CallView): PhaseBudget[] {
  const total = view.sum('durationNs');
  const rows: PhaseBudget[] = [];
  for (const phase of PHASES) {
    if (view.known(`${phase}Ns`) === 0) continue;
    const totalNs = view.sum(`${phase}Ns`);
    rows.push({
      phase,
      title: PHASE_TITLES[phase],
      totalNs,
      sharePct: total > 0 ? (100 * totalNs) / total : 0,
    });
  }
  return rows;
}

/** Share of one phase in percent of all time in the calls; NaN when not visible. */
export function shareOfPhase(view: CallView, phase: (typeof PHASES)[number]): number {
  const total = view.sum('durationNs');
  return view.known(`${phase}Ns`) === 0 || total === 0 ? Number.NaN : (100 * view.sum(`${phase}Ns`)) / total;
}
