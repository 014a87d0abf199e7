import type { PhaseBudget } from '../../model/analysis/index.ts';
import { DETAIL_PARENT, DETAILS, type Detail, PHASE_TITLES, PHASES, type Phase } from '../../model/phases.ts';
import { type CallView, isZeroCopy } from '../call-view.ts';

/** In the words of model/phases.ts; nothing is listed that did not occur. */
const PART_TITLES: Record<Detail, string> = {
  preempted: 'preemption by another thread',
  lock: 'socket lock',
  switching: 'switching to and from sleep',
  busyPoll: 'busy polling',
  map: 'mapping pages',
  unmap: 'unmapping pages',
  free: 'freeing consumed skbs',
  queue: 'receive loop between recorded steps',
  entry: 'before the first, after the last step',
};

/** Zero-copy receive has no engine: what stands in these phases is work on page tables. */
const MAPPING_TITLES: Partial<Record<Phase, string>> = {
  submit: 'finding and mapping pages (zero-copy receive)',
  unpin: 'unmapping pages (zero-copy receive)',
};

/** The whole budget with what is known inside its phases. */
export function sumBudgetInParts(view: CallView): PhaseBudget[] {
  return sumBudget(view).map((row) => {
    const parts = DETAILS.filter((detail) => DETAIL_PARENT[detail] === row.phase)
      .map((detail) => {
        const totalNs = view.sum(`${detail}Ns`);
        const sharePct = row.totalNs > 0 ? (row.sharePct * totalNs) / row.totalNs : 0;
        return { title: PART_TITLES[detail], totalNs, sharePct };
      })
      .filter(({ totalNs }) => totalNs > 0);
    return parts.length === 0 ? row : { ...row, parts };
  });
}

/**
 * Where the time of these calls went. Phases tile every call, so the shares add up to 100 % of the summed durations; a
 * phase that no call could have shown is left out (its time is in `unattributed`).
 */
export function sumBudget(view: CallView): PhaseBudget[] {
  const total = view.sum('durationNs');
  const rows: PhaseBudget[] = [];
  const submit = view.column('submitNs');
  const unpin = view.column('unpinNs');
  const submitting = view.where((i) => submit[i] > 0 || unpin[i] > 0);
  const mapsOnly = submitting.size > 0 && submitting.where((i) => isZeroCopy(submitting, i)).size === submitting.size;
  for (const phase of PHASES) {
    if (view.known(`${phase}Ns`) === 0) continue;
    const totalNs = view.sum(`${phase}Ns`);
    rows.push({
      phase,
      title: mapsOnly && phase in MAPPING_TITLES ? MAPPING_TITLES[phase]! : PHASE_TITLES[phase],
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
