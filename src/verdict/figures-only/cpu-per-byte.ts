import type { Evidence } from '../../model/analysis/index.ts';
import type { FigureCase } from './figure-case.ts';
import { PARTS, type Part } from './parts.ts';

/**
 * CPU time per byte = busy share ÷ throughput. In ns/byte where the number of CPUs is known (share × CPUs × 1e9 / bytes/s), else
 * as the share of the machine that one Gbit/s takes. One sample a case: seen, without an interval.
 */
export interface CpuPerByte {
  name: string;
  run: string;
  isOn: boolean | null;
  value: number;
  /** Over the throughputs that may be of the profile's phase. */
  low: number;
  high: number;
  /** The same by part, the engine's own CPU time among them; empty where only a total is known. */
  parts: ReadonlyMap<Part, number>;
  cites: Evidence[];
}

export interface CpuComparison {
  unit: 'ns/byte' | '% of the CPUs per Gbit/s';
  cases: CpuPerByte[];
  /** Each case with offload against the reference: total and by part, largest first. */
  losses: { name: string; pct: number; change: number; parts: { part: Part; change: number }[] }[];
}

export function compareCpu(cases: readonly FigureCase[], cpus: number): CpuComparison | null {
  const unit = cpus > 0 ? 'ns/byte' : '% of the CPUs per Gbit/s';
  const per = (pct: number, bytesPerSecond: number): number =>
    cpus > 0 ? ((pct / 100) * cpus * 1e9) / bytesPerSecond : pct / ((bytesPerSecond * 8) / 1e9);
  const known = cases
    .filter((c) => Number.isFinite(c.busyPct) && c.bytesPerSecond > 0)
    .map((c): CpuPerByte & { isReference: boolean } => {
      // The engine's own time is CPU time, too, where the engine is a program.
      const pct = c.busyPct + (c.parts.get('engine') ?? 0);
      return {
        name: c.name,
        run: c.run,
        isOn: c.isOn,
        isReference: c.isReference,
        value: per(pct, c.bytesPerSecond),
        low: per(pct, c.rateHigh),
        high: per(pct, c.rateLow),
        parts: new Map([...c.parts].map(([part, share]) => [part, per(share, c.bytesPerSecond)])),
        cites: [
          ...(c.busyCite === null ? [] : [c.busyCite]),
          {
            run: c.run,
            file: c.throughputFile,
            line: c.throughputLine,
            call: -1,
            text: `throughput ${((c.bytesPerSecond * 8) / 1e6).toFixed(1)} Mbit/s`,
          },
        ],
      };
    });
  if (known.length === 0) return null;
  const reference = known.find((c) => c.isReference);
  const losses = known
    .filter((c) => reference !== undefined && c !== reference)
    .map((c) => ({
      name: c.name,
      pct: 100 * (c.value / reference!.value - 1),
      change: c.value - reference!.value,
      parts:
        c.parts.size === 0 || reference!.parts.size === 0
          ? []
          : PARTS.map((part) => ({ part, change: (c.parts.get(part) ?? 0) - (reference!.parts.get(part) ?? 0) }))
              .filter(({ change }) => change !== 0)
              .sort((a, b) => Math.abs(b.change) - Math.abs(a.change)),
    }));
  return { unit, cases: known, losses };
}
