import { bytesOf, isPinned } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { fitRobustLine } from '../cost/robust-line.ts';
import { inferTarget } from '../cost/target.ts';
import { measureTransfers } from '../cost/transfers.ts';
import { cpuNsOf, medianOf, orZero } from '../derived.ts';
import { replicateSums, sumBlocks } from '../intervals.ts';

import type { CostModel, UnitCosts } from './types.ts';

const PAGE_BYTES = 4096;

const SUMS = ['pinNs', 'unpinNs', 'waitNs', 'submitNs', 'earlyCopyNs', 'dmaBytes'] as const;

export function fitCostModel(context: Context): CostModel {
  const { fit, paying } = context;
  const transferBytes = measureTransfers(context).meanBytes;
  const ofPaying = (figure: (i: number) => number): Float64Array =>
    Float64Array.from({ length: fit.size }, (_, i) => (isPinned(fit, i) ? orZero(figure(i)) : 0));
  const other = fitOther(context);
  const rest = Float64Array.from({ length: fit.size }, (_, i) => orZero(restNsOf(context, i)));
  const blocks = sumBlocks(fit, [
    ...SUMS.map((name) => ofPaying((i) => fit.column(name)[i])),
    ofPaying((i) => bytesOf(fit, i)),
    ofPaying((i) => orZero(fit.column('requestedBytes')[i]) / PAGE_BYTES),
    ofPaying(() => 1),
    rest,
    Float64Array.from({ length: fit.size }, (_, i) => bytesOf(fit, i)),
  ]);
  const seen = (name: (typeof SUMS)[number]): number => (paying.size > 0 && paying.known(name) > 0 ? 1 : Number.NaN);
  const totalRest = rest.reduce((a, b) => a + b, 0) / blocks.figures[10].reduce((a, b) => a + b, 0);
  const rates = context.copyRate.replicates;
  const costsOf = (s: Float64Array, r: number): UnitCosts => {
    const [pin, unpin, wait, submit, early, dma, bytes, pages, calls, restNs, allBytes] = s;
    const copy = context.copyRate.interval?.estimate ?? Number.NaN;
    // The line's shape is kept; resampling moves its level.
    const level = totalRest > 0 ? restNs / allBytes / totalRest : 1;
    return {
      engineShare: dma > 0 ? dma / bytes : Number.NaN,
      pinNsPerPage: (pin / pages) * seen('pinNs'),
      unpinNsPerPage: (unpin / pages) * seen('unpinNs'),
      submitNsPerTransfer: ((submit + early) / (dma / transferBytes)) * seen('submitNs'),
      waitNsPerCall: (wait / calls) * seen('waitNs'),
      copyNsPerByte: r < 0 || rates.length === 0 ? copy : rates[r % rates.length],
      otherNsPerCall: other.interceptNs * level,
      otherNsPerByte: other.nsPerByte * level,
    };
  };
  const all: UnitCosts[] = [];
  replicateSums(
    blocks,
    (s, r) => {
      all.push(costsOf(s, r));
      return 0;
    },
    context.seed,
    'unit costs',
  );
  const [costs, ...replicates] = all;
  const need: [keyof UnitCosts, string][] = [
    ['engineShare', 'share of bytes the engine takes in a pinned call'],
    ['pinNsPerPage', 'cost of pinning'],
    ['unpinNsPerPage', 'cost of unpinning'],
    ['submitNsPerTransfer', 'cost of a transfer'],
    ['waitNsPerCall', 'completion wait'],
    ['copyNsPerByte', 'cost of a CPU copy'],
    ['otherNsPerCall', 'CPU time of the rest of a call'],
  ];
  const target = inferTarget(fit);
  return {
    costs,
    replicates,
    transferBytes,
    payloadBytes: payloadBehind(transferBytes),
    copybreak: medianOf(context.settings.map((s) => s.copybreak)),
    target: Number.isNaN(target) ? 1 : target,
    unknown: need.filter(([key]) => !Number.isFinite(costs[key])).map(([, title]) => title),
  };
}

/** CPU time of a call that is neither copying nor offload. */
function restNsOf(context: Context, i: number): number {
  const { fit } = context;
  const at = (name: 'pinNs' | 'submitNs' | 'waitNs' | 'unpinNs' | 'copyNs' | 'earlyCopyNs'): number =>
    orZero(fit.column(name)[i]);
  const rest =
    cpuNsOf(fit, i) - at('pinNs') - at('submitNs') - at('waitNs') - at('unpinNs') - at('copyNs') - at('earlyCopyNs');
  return Math.max(0, rest);
}

function fitOther(context: Context): { interceptNs: number; nsPerByte: number } {
  const sizes: number[] = [];
  const costs: number[] = [];
  for (let i = 0; i < context.fit.size; i++) {
    const rest = restNsOf(context, i);
    if (Number.isNaN(rest)) continue;
    const bytes = bytesOf(context.fit, i);
    if (Number.isNaN(bytes)) continue;
    sizes.push(bytes);
    costs.push(rest);
  }
  if (sizes.length < 8) return { interceptNs: Number.NaN, nsPerByte: Number.NaN };
  const total = costs.reduce((a, b) => a + b, 0);
  const allBytes = sizes.reduce((a, b) => a + b, 0);
  const line = fitRobustLine(Float64Array.from(sizes), Float64Array.from(costs));
  // One size only: nothing can be told about the slope; all of it is taken per call.
  if (Number.isNaN(line.nsPerByte) || line.nsPerByte < 0) return { interceptNs: total / costs.length, nsPerByte: 0 };
  if (line.interceptNs < 0) return { interceptNs: 0, nsPerByte: total / allBytes };
  // The robust line leaves rare long calls out; their time is spread over the bytes, so that the recorded total is kept.
  const rest = Math.max(0, total - line.interceptNs * costs.length);
  return { interceptNs: line.interceptNs, nsPerByte: rest / allBytes };
}

/** Inverse of the mean over page cuts: payload L with L / (1 + (L − 1)/4096) = transfer. */
function payloadBehind(transferBytes: number): number {
  if (!(transferBytes > 0) || transferBytes >= PAGE_BYTES) return Number.NaN;
  return (transferBytes * (PAGE_BYTES - 1)) / (PAGE_BYTES - transferBytes);
}

export function pagesPinned(bufferBytes: number): number {
  return bufferBytes / PAGE_BYTES;
}
