import type { BreakEven } from '../../model/analysis/index.ts';
import type { Context } from '../context/context.ts';
import { MEMCPY_REFERENCE_NS_PER_BYTE } from '../cost/bound.ts';
import { PUBLISHED_CYCLES } from '../cost/pinning.ts';
import { medianOf } from '../derived.ts';

/**
 * Published figures, drawn as marked lines and never used as data. Cycles become ns only when the capture says how fast
 * its CPU runs. Source of the cycle counts: "Accelerating network receive processing: Intel I/O Acceleration Technology",
 * Ottawa Linux Symposium 2005, section 4.3 (buffer size not stated there).
 */
const PUBLISHED = [
  {
    label: 'pin, OLS 2005',
    cycles: PUBLISHED_CYCLES.pin,
    note: '6800 cycles per call as published; buffer size not stated',
  },
  {
    label: 'unpin, OLS 2005',
    cycles: PUBLISHED_CYCLES.unpin,
    note: '5800 cycles per call as published; buffer size not stated',
  },
  {
    label: 'pin + unpin, OLS 2005',
    cycles: 12_600,
    note: 'sum of the two: what a copy must cost before offload can pay',
  },
] as const;

export function listReferences(context: Context): BreakEven['references'] {
  const mhz = medianOf(context.settings.map((s) => s.cpuMhz));
  const memcpy = {
    label: 'memcpy at 5 GB/s',
    valueNs: null,
    note: `${MEMCPY_REFERENCE_NS_PER_BYTE} ns/byte, as quoted for "modern servers" in the answer to the field's question`,
  };
  const published = PUBLISHED.map(({ label, cycles, note }) => ({
    label,
    valueNs: mhz > 0 ? (cycles * 1000) / mhz : null,
    note: mhz > 0 ? `${note}; at ${Math.round(mhz)} MHz` : `${note}; CPU frequency not in the capture`,
  }));
  return [...published, memcpy];
}
