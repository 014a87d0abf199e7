import type { Run } from '../../model/capture.ts';

/** USER_HZ, the unit of /proc/stat, is 100 on every architecture but alpha and ia64 (include/asm-generic/param.h). */
const TICKS_PER_SECOND = 100;

/** Time from the first snapshot of the runs to the second, and where it is from; null where no line tells. */
export function measureElapsed(runs: readonly Run[]): { value: number; source: string } | null {
  let [seconds, spanNs] = [0, 0];
  let hasTicks = runs.length > 0;
  for (const { facts, timeline } of runs) {
    spanNs += timeline.totals.spanNs;
    // Every state of one CPU: its ticks are the time that passed.
    let ticks = 0;
    for (const { domain, key, value, moment } of facts)
      if (domain === 'cpu' && /^stat\.cpu0\.(?!guest)/.test(key) && moment !== '' && !Number.isNaN(value))
        ticks += moment === 'after' ? value : -value;
    if (ticks > 0) seconds += ticks / TICKS_PER_SECOND;
    else hasTicks = false;
  }
  if (hasTicks && seconds > 0) return { value: seconds, source: '' };
  return spanNs > 0 ? { value: spanNs / 1e9, source: ' of the trace' } : null;
}
