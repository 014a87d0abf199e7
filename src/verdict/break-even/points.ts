import type { BreakEven } from '../../model/analysis/index.ts';
import type { MechanismId } from '../../model/calls.ts';
import { type CallView, isPlainCopy } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { cpuCopiedBytesOf } from '../context/copy-rate.ts';
import { offloadCostNsOf } from '../derived.ts';
import { toEffect } from '../intervals.ts';
import type { CostSeries, Crossing } from './crossing.ts';

/** Points drawn in the chart; the fit uses all. */
const MAX_POINTS_SHOWN = 600;

export interface Points {
  view: CallView;
  indexes: number[];
  series: CostSeries;
}

/** CPU copy: time of the copy phase against the bytes copied by the CPU, from the source the copy rate came from. */
export function collectCopyPoints(context: Context): Points {
  const view =
    context.copyRate.source === 'paired capture' && context.baselineFit !== null ? context.baselineFit : context.fit;
  const chosen: number[] = [];
  for (let i = 0; i < view.size; i++)
    if (isPlainCopy(view, i) && view.column('copyNs')[i] > 0 && cpuCopiedBytesOf(view, i) > 0) chosen.push(i);
  return makePoints(view, chosen, cpuCopiedBytesOf, (v, i) => v.column('copyNs')[i]);
}

/** Offload: pin + submit + wait + unpin against the bytes the engine moved in the call. */
export function collectOffloadPoints(context: Context): Points {
  const view = context.offloaded;
  const chosen: number[] = [];
  for (let i = 0; i < view.size; i++) if (view.column('dmaBytes')[i] > 0) chosen.push(i);
  return makePoints(view, chosen, (v, i) => v.column('dmaBytes')[i], offloadCostNsOf);
}

/** More points do not move a robust line, they only cost time: beyond this every k-th call in time order is used. */
const MAX_POINTS_FITTED = 3000;

function makePoints(
  view: CallView,
  indexes: number[],
  bytes: (view: CallView, i: number) => number,
  ns: (view: CallView, i: number) => number,
): Points {
  const step = Math.max(1, Math.ceil(indexes.length / MAX_POINTS_FITTED));
  const thinned = step === 1 ? indexes : indexes.filter((_, k) => k % step === 0);
  return {
    view,
    indexes: thinned,
    series: {
      bytes: Float64Array.from(thinned, (i) => bytes(view, i)),
      ns: Float64Array.from(thinned, (i) => ns(view, i)),
      run: Int32Array.from(thinned, (i) => view.run[i]),
    },
  };
}

export function crossingEffect(crossing: Crossing): BreakEven['bytes'] {
  return toEffect(
    {
      estimate: crossing.bytes,
      low: crossing.low,
      high: crossing.high,
      n: 0,
      method: 'crossing of the lines of mean cost, bootstrap of both paths by recording and by blocks of calls',
    },
    'bytes',
  );
}

export function describeFits(crossing: Crossing, copy: Points, offload: Points): BreakEven['fits'] {
  const fits: BreakEven['fits'] = [];
  const add = (mechanism: MechanismId, line: Crossing['copy'], bytes: Float64Array): void => {
    if (!Number.isFinite(line.nsPerByte)) return;
    fits.push({
      mechanism,
      interceptNs: line.interceptNs,
      nsPerByte: line.nsPerByte,
      fromBytes: bytes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
      toBytes: bytes.reduce((a, b) => Math.max(a, b), 0),
      method: `least squares with weights 1/expected cost² over ${bytes.length} points: the mean cost`,
    });
  };
  add('plain-copy', crossing.copy, copy.series.bytes);
  add('net-dma', crossing.offload, offload.series.bytes);
  return fits;
}

/** Evenly thinned in time order: the chart needs the cloud, not every call. */
export function drawPoints(points: Points, fallback: MechanismId): BreakEven['points'] {
  const step = Math.max(1, Math.ceil(points.indexes.length / MAX_POINTS_SHOWN));
  const out: BreakEven['points'] = [];
  for (let k = 0; k < points.indexes.length; k += step) {
    const i = points.indexes[k];
    const mechanism = points.view.mechanism(i);
    out.push({
      sizeBytes: points.series.bytes[k],
      costNs: points.series.ns[k],
      mechanism: mechanism === 'unknown' || mechanism === 'none' ? fallback : mechanism,
      call: points.view.callNumber(i),
    });
  }
  return out;
}
