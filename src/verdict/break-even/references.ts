import type { BreakEven } from '../../model/analysis/index.ts';
import type { Context } from '../context/context.ts';
import { medianOf } from '../derived.ts';

/**
 * Published figures, drawn as marked lines and never used as data. Cycles become ns only when the capture says how fast
 * its CPU runs. Source of the cycle counts: "Accelerating network receive processing: Intel I/O Acceleration Technology",
 * Ottawa Linux Symposium 2005, section 4.3 (buffer size not stated there).
 */
const PUBLISHED = [
  { label: 'pin, OLS 2005', cycles: 6800, note: '6800 cycles per call as published; buffer size not stated' },
  { label: 'unpin, OLS 2005', cycles: 5800, note: '5800 cycles per call as published; buffer size not stated' },
  {
    label: 'pin + unpin, OLS 2005',
    cycles: 12_600,
    note: 'sum of the two: what a copy must cost before offload can pay',
  },
] as const;

export function listReferences(context: Context): BreakEven['references'] {
  const mhz = medianOf(context.settings.map((s) => s.cpuMhz));
  return PUBLISHED.map(({ label, cycles, note }) => ({
    label,
    valueNs: mhz > 0 ? (cycles * 1000) / mhz : null,
    note: mhz > 0 ? `${note}; at ${Math.round(mhz)} MHz` : `${note}; CPU frequency not in the capture`,
  }));
}
