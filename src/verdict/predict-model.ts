import { bytesOf } from './call-view.ts';
import type { Context } from './context.ts';
import { cpuNsOf, dmaBytesOf, mapCalls, medianOf, orZero, sumOf } from './derived.ts';
import { readSettings } from './environment-facts.ts';
import { fitRobustLine } from './robust-line.ts';
import { measureTransfers } from './transfers.ts';

const PAGE_BYTES = 4096;

/** Unit costs fitted from the calls of the capture; NaN = not in it. */
export interface CostModel {
  /** Share of the bytes of a pinned call that the engine takes (the rest is copied: wake latch, slow path). */
  engineShare: number;
  pinNsPerPage: number;
  unpinNsPerPage: number;
  submitNsPerTransfer: number;
  /** At the end of a call; the engine works on earlier transfers while the call still runs. */
  waitNsPerCall: number;
  copyNsPerByte: number;
  /** Everything else of the reader's CPU time: per call and per byte. */
  otherNsPerCall: number;
  otherNsPerByte: number;
  transferBytes: number;
  /** Full-segment payload behind `transferBytes`. */
  payloadBytes: number;
  copybreak: number;
  unknown: string[];
}

export function fitCostModel(context: Context): CostModel {
  const { paying } = context;
  const pages = Float64Array.from(
    { length: paying.size },
    (_, i) => orZero(paying.column('requestedBytes')[i]) / PAGE_BYTES,
  );
  const totalPages = sumOf(pages);
  const dma = sumOf(mapCalls(paying, dmaBytesOf));
  const bytes = sumOf(mapCalls(paying, bytesOf));
  const transfers = measureTransfers(context);
  const transferBytes = transfers.meanBytes;
  const cost = (column: 'pinNs' | 'unpinNs' | 'waitNs' | 'submitNs' | 'earlyCopyNs'): number =>
    paying.known(column) === 0 ? Number.NaN : paying.sum(column);
  const submit = orZero(cost('earlyCopyNs')) + cost('submitNs');
  const other = fitOther(context);
  const model: CostModel = {
    engineShare: dma > 0 ? dma / bytes : Number.NaN,
    pinNsPerPage: totalPages > 0 ? cost('pinNs') / totalPages : Number.NaN,
    unpinNsPerPage: totalPages > 0 ? cost('unpinNs') / totalPages : Number.NaN,
    submitNsPerTransfer: dma > 0 && transferBytes > 0 ? submit / (dma / transferBytes) : Number.NaN,
    waitNsPerCall: paying.size > 0 ? cost('waitNs') / paying.size : Number.NaN,
    copyNsPerByte: context.copyRate.interval?.estimate ?? Number.NaN,
    otherNsPerCall: other.interceptNs,
    otherNsPerByte: other.nsPerByte,
    transferBytes,
    payloadBytes: payloadBehind(transferBytes),
    copybreak: medianOf(context.runs.map((run) => readSettings(run).copybreak)),
    unknown: [],
  };
  const need: [keyof CostModel, string][] = [
    ['engineShare', 'share of bytes the engine takes in a pinned call'],
    ['pinNsPerPage', 'cost of pinning'],
    ['unpinNsPerPage', 'cost of unpinning'],
    ['submitNsPerTransfer', 'cost of a transfer'],
    ['waitNsPerCall', 'completion wait'],
    ['copyNsPerByte', 'cost of a CPU copy'],
    ['otherNsPerCall', 'CPU time of the rest of a call'],
  ];
  model.unknown = need.filter(([key]) => Number.isNaN(model[key] as number)).map(([, title]) => title);
  return model;
}

/** CPU time of a call that is neither copying nor offload, as a robust line over the bytes. */
function fitOther(context: Context): { interceptNs: number; nsPerByte: number } {
  const { fit } = context;
  const sizes: number[] = [];
  const costs: number[] = [];
  for (let i = 0; i < fit.size; i++) {
    const at = (name: 'pinNs' | 'submitNs' | 'waitNs' | 'unpinNs' | 'copyNs' | 'earlyCopyNs'): number =>
      orZero(fit.column(name)[i]);
    const rest =
      cpuNsOf(fit, i) - at('pinNs') - at('submitNs') - at('waitNs') - at('unpinNs') - at('copyNs') - at('earlyCopyNs');
    if (Number.isNaN(rest)) continue;
    sizes.push(bytesOf(fit, i));
    costs.push(Math.max(0, rest));
  }
  if (sizes.length < 8) return { interceptNs: Number.NaN, nsPerByte: Number.NaN };
  const line = fitRobustLine(Float64Array.from(sizes), Float64Array.from(costs));
  // One size only: nothing can be told about the slope; all of it is taken per call.
  if (Number.isNaN(line.nsPerByte)) return { interceptNs: medianOf(costs), nsPerByte: 0 };
  // A negative part is noise of the fit: the line is then taken through the origin or flat, with the same total.
  const total = costs.reduce((a, b) => a + b, 0);
  if (line.interceptNs < 0) return { interceptNs: 0, nsPerByte: total / sizes.reduce((a, b) => a + b, 0) };
  if (line.nsPerByte < 0) return { interceptNs: total / costs.length, nsPerByte: 0 };
  return line;
}

/** Inverse of the mean over page cuts: payload L with L / (1 + (L − 1)/4096) = transfer. */
function payloadBehind(transferBytes: number): number {
  if (!(transferBytes > 0) || transferBytes >= PAGE_BYTES) return Number.NaN;
  return (transferBytes * (PAGE_BYTES - 1)) / (PAGE_BYTES - transferBytes);
}

export function pinPages(bufferBytes: number): number {
  return bufferBytes / PAGE_BYTES;
}
