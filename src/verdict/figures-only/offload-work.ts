import type { Evidence, Finding } from '../../model/analysis/index.ts';
import { finite } from '../make-finding.ts';
import { writeNumber } from '../words.ts';
import type { FigureCase } from './figure-case.ts';
import { OFFLOAD_PARTS } from './parts.ts';

/**
 * `what offload adds took 11.2 % of the samples of NET_DMA on (pin 11.2 %): 43 % of what the copying per byte fell by`. A share
 * and a throughput make a figure per byte; both cases are taken as equally busy, which the sentence says.
 */
export function describeOffloadWork(
  of: FigureCase,
  reference: FigureCase | undefined,
  cites: Evidence[],
  numbers: Finding['numbers'],
): string | null {
  const rows = of.offloadRows.filter(({ pct }) => pct > 0);
  if (rows.length === 0) return null;
  const byPart = OFFLOAD_PARTS.map((part) => ({
    part,
    pct: rows.filter((row) => row.part === part).reduce((sum, { pct }) => sum + pct, 0),
  })).filter(({ pct }) => pct > 0);
  const total = byPart.reduce((sum, { pct }) => sum + pct, 0);
  cites.push(
    ...rows
      .toSorted((a, b) => b.pct - a.pct)
      .slice(0, MAX_CITED)
      .map(({ cite }) => cite),
  );
  for (const { part, pct } of byPart)
    numbers.push({ label: `${part}, ${of.name}`, value: finite(pct), unit: '% of samples' });
  const list = byPart.map(({ part, pct }) => `${part} ${writeNumber(pct)} %`).join(', ');
  const sentence = `what offload adds took ${writeNumber(total)} % of the samples in ${of.name} (${list})`;
  if (reference === undefined) return sentence;
  const fell = reference.copyPct / reference.bytesPerSecond - of.copyPct / of.bytesPerSecond;
  const added = total / of.bytesPerSecond;
  if (!(fell > 0) || !Number.isFinite(added)) return sentence;
  const pct = (100 * added) / fell;
  numbers.push({ label: `work added for copying saved, ${of.name}`, value: finite(pct), unit: '%' });
  return `${sentence}, per byte ${writeNumber(pct)} % of what copying fell by if the CPUs were equally busy`;
}
const MAX_CITED = 4;
