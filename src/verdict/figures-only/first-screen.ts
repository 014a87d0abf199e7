import type { Answer, Effect } from '../../model/analysis/index.ts';
import type { CpuComparison } from './cpu-per-byte.ts';
import type { FigureCase } from './figure-case.ts';

const MAX_CASES = 4;

/** The figures as they stand in the text, in place of verdicts. A range is of several phases, no confidence interval. */
export function listFigures(cases: readonly FigureCase[], cpu: CpuComparison | null): Answer['facts'] {
  const plain = (estimate: number, unit: string): Effect => ({
    estimate,
    low: null,
    high: null,
    unit,
    method: '',
    level: 0.95,
  });
  const out: Answer['facts'] = [];
  for (const c of cases.slice(0, MAX_CASES))
    if (Number.isFinite(c.bytesPerSecond))
      out.push({
        label: `throughput, ${c.name}`,
        effect: plain((c.bytesPerSecond * 8) / 1e6, 'Mbit/s'),
        note: 'as printed',
      });
  if (cpu?.unit === 'ns/byte')
    for (const { name, value } of cpu.cases.slice(0, MAX_CASES))
      out.push({
        label: `CPU time per byte, ${name}`,
        effect: plain(value, 'ns/byte'),
        note: 'busy share ÷ throughput: seen, no interval',
      });
  return out;
}
