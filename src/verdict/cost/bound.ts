import type { CallView } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { cpuNsOf, orZero } from '../derived.ts';
import { type Interval, replicateSums, sumBlocks, summarizeReplicates } from '../intervals.ts';
import { writeNumber } from '../words.ts';
import type { EngineBytes } from './engine-bytes.ts';

/** What bounds the saving of pinned calls whose engine bytes, or whose cost of a copy, no line tells. */
export interface SavingBound {
  /** ns/byte that a CPU copy has to cost at least before offload pays: cost ÷ bytes the engine can have moved. */
  payingRate: Interval;
  /** ns/byte that a CPU copy costs at most: measured, else CPU time of calls per byte they copied. NaN: not in the capture. */
  rateAtMost: number;
  rateFrom: string;
  /** Calls that cost more than the copy of all bytes the engine can have moved in them. */
  losing: number;
  calls: number;
}

/** "Modern servers can push 5 GB/sec with memcpy", the answer to the field's question: 0.2 ns/byte. A reference, never data. */
export const MEMCPY_REFERENCE_NS_PER_BYTE = 0.2;

export function boundSaving(context: Context, calls: CallView, engine: EngineBytes, cost: Float64Array): SavingBound {
  const isBounded = (i: number): boolean => Number.isFinite(engine.dmaBytes[i]);
  const of = (figure: Float64Array): Float64Array => figure.map((v, i) => (isBounded(i) ? orZero(v) : 0));
  const drawn = replicateSums(
    sumBlocks(calls, [of(cost), of(engine.dmaBytes)]),
    (s) => s[0] / s[1],
    context.seed,
    'paying copy rate',
  );
  const ceiling = findCopyCeiling(context);
  let losing = 0;
  for (let i = 0; i < calls.size; i++) if (cost[i] > engine.dmaBytes[i] * ceiling.nsPerByte) losing++;
  return {
    payingRate: summarizeReplicates(drawn, calls.size, 'cost ÷ engine bytes at most, block bootstrap of calls'),
    rateAtMost: ceiling.nsPerByte,
    rateFrom: ceiling.words,
    losing,
    calls: calls.size,
  };
}

/**
 * The measured rate's upper end; else the dearest of the calls that copied known bytes: all their CPU time over those bytes,
 * as copying is a part of it.
 */
export function findCopyCeiling(context: Context): { nsPerByte: number; words: string } {
  const { copyRate, fit } = context;
  if (copyRate.interval !== null)
    return {
      nsPerByte: Number.isFinite(copyRate.interval.high) ? copyRate.interval.high : copyRate.interval.estimate,
      words: `the upper end of the cost of a copy measured (${copyRate.source})`,
    };
  let most = Number.NaN;
  let seen = 0;
  for (let i = 0; i < fit.size; i++) {
    const copied = fit.column('cpuCopyBytes')[i];
    const cpu = cpuNsOf(fit, i) - offloadPartNsOf(fit, i);
    if (!(copied > 0) || !(cpu > 0)) continue;
    seen++;
    if (!(cpu / copied <= most)) most = cpu / copied;
  }
  return {
    nsPerByte: most,
    words: `all CPU time of the dearest of ${seen} calls that copied known bytes, per byte`,
  };
}

/** Parts of a call's CPU time that are known to be no copy. */
function offloadPartNsOf(view: CallView, i: number): number {
  const at = (name: 'pinNs' | 'submitNs' | 'waitNs' | 'unpinNs' | 'earlyCopyNs'): number =>
    orZero(view.column(name)[i]);
  return at('pinNs') + at('submitNs') + at('waitNs') + at('unpinNs') + at('earlyCopyNs');
}

export function writeCopyRate(nsPerByte: number): string {
  if (!(nsPerByte > 0)) return 'unknown';
  const mbPerS = 1000 / nsPerByte;
  const rate = mbPerS >= 1000 ? `${writeNumber(mbPerS / 1000)} GB/s` : `${writeNumber(mbPerS)} MB/s`;
  return `${writeNumber(nsPerByte)} ns/byte (${rate})`;
}

export function describeCeiling(bound: SavingBound | null): string[] {
  if (bound === null || !(bound.payingRate.estimate > 0)) return [];
  const out = [
    `offload pays only where a CPU copy costs more than ${writeCopyRate(bound.payingRate.estimate)}; memcpy at 5 GB/s would be ${MEMCPY_REFERENCE_NS_PER_BYTE} ns/byte`,
  ];
  if (Number.isFinite(bound.rateAtMost))
    out.push(
      `a copy costs at most ${writeCopyRate(bound.rateAtMost)} here (${bound.rateFrom}); ${bound.losing} of ${bound.calls} pinned calls lose even so`,
    );
  return out;
}
