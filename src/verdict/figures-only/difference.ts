import type { Finding } from '../../model/analysis/index.ts';
import { finite, makeFinding } from '../make-finding.ts';
import { writeMeasured, writeNumber, writeRate, writeSigned } from '../words.ts';
import { cite } from './cite.ts';
import type { CpuComparison } from './cpu-per-byte.ts';
import type { FigureCase } from './figure-case.ts';

export const RECORD = 'five runs a case with the events named under “record next”';
export const TOTAL_CPU =
  'total CPU use (perf stat -a, or opreport with its idle row and sample totals, over the same seconds as iperf)';

export const writeCpu = (nsPerByte: number): string => `${writeMeasured(nsPerByte)} ns/byte`;

/** CPU time of the receiver as its own tool measured it, against the reference. */
export function cpuPct(reference: FigureCase, c: FigureCase): number {
  return 100 * (c.receiverNsPerByte / reference.receiverNsPerByte - 1);
}

export function throughputPct(reference: FigureCase, c: FigureCase): number {
  return 100 * (c.bytesPerSecond / reference.bytesPerSecond - 1);
}

/** Share of samples per Gbit/s: the part of the CPU that copying one Gbit/s takes, if total CPU use is the same. */
function sharePerGbit(c: FigureCase): number {
  return c.copyPct / ((c.bytesPerSecond * 8) / 1e9);
}

/** One case beside the reference: the figures as they are, and what does not follow from them. */
export function describeDifference(reference: FigureCase, c: FigureCase, cpu: CpuComparison | null): Finding {
  const loss = cpu?.losses.find(({ name }) => name === c.name);
  const rate = throughputPct(reference, c);
  const points = c.copyPct - reference.copyPct;
  const parts: string[] = [];
  if (Number.isFinite(rate))
    parts.push(
      `throughput ${writeRate(reference.bytesPerSecond)} → ${writeRate(c.bytesPerSecond)} (${writeSigned(rate, '%')})`,
    );
  const measured = cpuPct(reference, c);
  if (Number.isFinite(measured))
    parts.push(
      `CPU time of the receiver ${writeCpu(reference.receiverNsPerByte)} → ${writeCpu(c.receiverNsPerByte)} (${writeSigned(measured, '%')})`,
    );
  if (Number.isFinite(points))
    parts.push(
      `${c.copyRoutines === 1 && reference.copyRoutines === 1 ? c.copySymbol : 'copy routines'} ${reference.copyPct.toFixed(1)} % → ${c.copyPct.toFixed(1)} % of samples (${writeSigned(points, 'points')})`,
    );
  if (Number.isFinite(sharePerGbit(c)) && Number.isFinite(sharePerGbit(reference)))
    parts.push(`copy share per Gbit/s ${sharePerGbit(reference).toFixed(1)} → ${sharePerGbit(c).toFixed(1)} points`);
  const setApart = c.idlePct > 0 || c.enginePct > 0 || reference.idlePct > 0 || reference.enginePct > 0;
  if (setApart && Number.isFinite(c.copyBusyPct - reference.copyBusyPct))
    parts.push(
      `of busy samples (idle and engine set apart) ${reference.copyBusyPct.toFixed(1)} % → ${c.copyBusyPct.toFixed(1)} %`,
    );
  if (loss !== undefined && cpu !== null)
    parts.push(
      `CPU per byte ${cpu.cases
        .filter(({ name }) => name === reference.name || name === c.name)
        .sort((a) => (a.name === reference.name ? -1 : 1))
        .map(({ value }) => writeNumber(value))
        .join(' → ')} ${cpu.unit} (${writeSigned(loss.pct, '%', 0)}, seen, no interval)`,
    );
  if (c.waitBusyPct > 0) parts.push(`${c.waitBusyPct.toFixed(1)} % of busy samples poll for DMA completion`);
  return makeFinding({
    id: 'classic-figures',
    stratum: c.name,
    role: 'answer',
    outcome: 'cannotTell',
    title: `${c.name} against ${reference.name}`,
    sentence: `${c.name} against ${reference.name}: ${parts.join('; ')}.`,
    n: 2,
    unitOfN: 'figures',
    reasons: [
      `${reference.name} is the reference: ${reference.referenceBecause}`,
      'one figure a case: the scatter from run to run is not known, so no difference can be called more than noise',
      ...(loss === undefined && !Number.isFinite(measured)
        ? ['a share says nothing about CPU time saved: total CPU use is not given']
        : []),
      ...(Number.isFinite(rate) && loss === undefined && !Number.isFinite(measured)
        ? [
            `only if the CPU was busy all the time in both cases would CPU time per byte have changed by ${writeSigned(100 * (reference.bytesPerSecond / c.bytesPerSecond - 1), '%')}`,
          ]
        : []),
      loss !== undefined && loss.parts.length > 0
        ? `by part: ${loss.parts.map(({ part, change }) => `${part} ${change > 0 ? '+' : '\u2212'}${writeNumber(Math.abs(change))}`).join(', ')} ${cpu?.unit ?? ''}`
        : 'where the loss comes from (pin, submission, completion wait, unpin, wakeups) does not show in these figures',
    ],
    numbers: [
      { label: 'throughput, reference', value: finite((reference.bytesPerSecond * 8) / 1e6), unit: 'Mbit/s' },
      { label: 'throughput', value: finite((c.bytesPerSecond * 8) / 1e6), unit: 'Mbit/s' },
      { label: 'throughput difference', value: finite(rate), unit: '%' },
      ...(Number.isFinite(measured)
        ? [
            { label: 'CPU time per byte, reference', value: finite(reference.receiverNsPerByte), unit: 'ns/byte' },
            { label: 'CPU time per byte', value: finite(c.receiverNsPerByte), unit: 'ns/byte' },
            { label: 'CPU time per byte, difference', value: finite(measured), unit: '%' },
          ]
        : []),
      { label: 'copy share, reference', value: finite(reference.copyPct), unit: '% of samples' },
      { label: 'copy share', value: finite(c.copyPct), unit: '% of samples' },
      { label: 'copy share difference', value: finite(points), unit: 'points' },
      { label: 'copy share per Gbit/s, reference', value: finite(sharePerGbit(reference)), unit: 'points per Gbit/s' },
      { label: 'copy share per Gbit/s', value: finite(sharePerGbit(c)), unit: 'points per Gbit/s' },
      { label: 'copy share of busy samples, reference', value: finite(reference.copyBusyPct), unit: '%' },
      { label: 'copy share of busy samples', value: finite(c.copyBusyPct), unit: '%' },
    ],
    evidence: [...cite(reference), ...cite(c)],
    nextStep:
      loss === undefined
        ? `Record ${TOTAL_CPU}, several runs a case, and one trace a case: ${RECORD}.`
        : `Record several runs a case, and one trace a case: ${RECORD}.`,
  });
}
