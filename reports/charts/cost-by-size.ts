import type { BreakEven } from '../../src/model/analysis/index.ts';
import { MECHANISM_IDS, type MechanismId } from '../../src/model/calls.ts';
import type { ChartBlock } from '../blocks.ts';
import { formatBytes, formatEffect, formatNs } from '../format.ts';
import { MECHANISM_COLORS } from '../theme.ts';
import { colorScale, frameSpec, NO_LEGEND, type Spec, TIP, withData } from './chart.ts';

/** SVG size is the number of marks: more points are thinned evenly, and the caption says so. */
export const MAX_POINTS = 700;
const FIT_STEPS = 64;

export interface CostPoint {
  bytes: number;
  us: number;
  mechanism: string;
  tip: string;
}

export function pointRows(breakEven: BreakEven): CostPoint[] {
  const visible = breakEven.points.filter((p) => p.sizeBytes > 0 && p.costNs > 0);
  const step = Math.max(1, Math.ceil(visible.length / MAX_POINTS));
  return visible
    .filter((_, index) => index % step === 0)
    .map((p) => ({
      bytes: p.sizeBytes,
      us: p.costNs / 1000,
      mechanism: p.mechanism,
      tip: `call ${p.call}: ${formatBytes(p.sizeBytes).text}, ${formatNs(p.costNs).text}, ${p.mechanism}`,
    }));
}

/** A straight line is a curve on log axes: it is drawn through points even in log size. */
export function fitRows(breakEven: BreakEven): (CostPoint & { order: number })[] {
  return breakEven.fits.flatMap((fit) => {
    const from = Math.max(1, fit.fromBytes);
    const to = Math.max(from * 1.01, fit.toBytes);
    return Array.from({ length: FIT_STEPS + 1 }, (_, order) => {
      const bytes = from * (to / from) ** (order / FIT_STEPS);
      const us = (fit.interceptNs + fit.nsPerByte * bytes) / 1000;
      return { bytes, us, mechanism: fit.mechanism, order, tip: '' };
    }).filter((point) => point.us > 0);
  });
}

const COLOR: Spec = {
  field: 'mechanism',
  type: 'nominal',
  scale: colorScale(
    MECHANISM_IDS,
    MECHANISM_IDS.map((id) => MECHANISM_COLORS[id]),
  ),
  ...NO_LEGEND,
};
const X_TITLE = { call: 'bytes returned by the call (log)', transfer: 'bytes of one engine transfer (log)' };

/** Powers of two as ticks: sizes of buffers and pages are read in them. */
function sizeTicks(low: number, high: number): number[] {
  const first = Math.floor(Math.log2(Math.max(1, low)));
  const last = Math.ceil(Math.log2(Math.max(2, high)));
  const every = Math.max(1, Math.ceil((last - first) / 12));
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => 2 ** (first + i * every));
}

/** References far below the dots would stretch the axis, near each other their labels would overlap: the table has all. */
function pickReferences(breakEven: BreakEven, points: readonly CostPoint[]): BreakEven['references'] {
  const least = Math.min(...points.map((p) => p.us)) * 1000;
  const chosen: BreakEven['references'] = [];
  for (const reference of breakEven.references) {
    const value = reference.valueNs;
    if (value === null || value < least / 2) continue;
    if (chosen.every((other) => Math.abs(Math.log(value / other.valueNs!)) > 0.5)) chosen.push(reference);
  }
  return chosen;
}

export function spec(breakEven: BreakEven): Spec {
  const points = pointRows(breakEven);
  const fits = fitRows(breakEven);
  const sizes = [...points, ...fits].map((p) => p.bytes);
  const crossing = breakEven.bytes?.estimate ?? null;
  if (crossing !== null && crossing > 0) sizes.push(crossing);
  const ticks = sizeTicks(Math.min(...sizes), Math.max(...sizes));
  const labels = Object.fromEntries(ticks.map((t) => [String(t), formatBytes(t).text]));
  const x = {
    field: 'bytes',
    type: 'quantitative',
    title: X_TITLE[breakEven.of],
    scale: { type: 'log', base: 2, domain: [ticks[0], ticks[ticks.length - 1]] },
    axis: { values: ticks, labelExpr: `${JSON.stringify(labels)}[toString(datum.value)]`, labelOverlap: true },
  };
  const y = { field: 'us', type: 'quantitative', title: 'cost (µs, log)', scale: { type: 'log' } };
  const layer: Spec[] = [
    {
      data: { values: points },
      mark: { type: 'point', filled: true, size: 26, opacity: 0.6 },
      encoding: { x, y, color: COLOR, ...TIP },
    },
    {
      data: { values: fits },
      mark: { type: 'line', strokeWidth: 2.5 },
      encoding: { x, y, color: COLOR, order: { field: 'order', type: 'quantitative' } },
    },
  ];
  const { low, high } = breakEven.bytes ?? { low: null, high: null };
  if (low !== null && high !== null && low > 0)
    layer.unshift({
      data: { values: [{ bytes: Math.max(low, ticks[0]), to: Math.min(high, ticks[ticks.length - 1]) }] },
      mark: { type: 'rect', opacity: 0.14, color: '#15803d' },
      encoding: { x, x2: { field: 'to' } },
    });
  if (crossing !== null && crossing > 0) {
    const isRight = Math.log(crossing / ticks[0]) > 0.6 * Math.log(ticks[ticks.length - 1] / ticks[0]);
    const data = { values: [{ bytes: crossing, label: `break-even ${formatBytes(crossing).text}` }] };
    layer.push({ data, mark: { type: 'rule', strokeWidth: 2, strokeDash: [6, 4], color: '#15803d' }, encoding: { x } });
    layer.push({
      data,
      mark: { type: 'text', ...(isRight ? { align: 'right', dx: -6 } : { align: 'left', dx: 6 }), fontWeight: 600 },
      encoding: { x, y: { value: 8 }, text: { field: 'label', type: 'nominal' } },
    });
  }
  const references = pickReferences(breakEven, points);
  if (references.length > 0) {
    const data = {
      values: references.map((r) => ({ us: r.valueNs! / 1000, label: `${r.label}: ${formatNs(r.valueNs).text}` })),
    };
    layer.push({ data, mark: { type: 'rule', strokeDash: [2, 3], opacity: 0.6 }, encoding: { y } });
    layer.push({
      data,
      mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 4, dy: -2, fontSize: 11 },
      encoding: { y, x: { value: 0 }, text: { field: 'label', type: 'nominal' } },
    });
  }
  return { ...frameSpec(320), layer: withData(layer) };
}

export function draw(breakEven: BreakEven, index: number): ChartBlock | null {
  const points = pointRows(breakEven);
  if (points.length === 0) return null;
  const of = breakEven.of === 'call' ? 'receive call' : 'engine transfer';
  const crossing = breakEven.bytes === null ? breakEven.status : `break-even at ${formatEffect(breakEven.bytes).text}`;
  const mechanisms = [...new Set([...points.map((p) => p.mechanism), ...breakEven.fits.map((f) => f.mechanism)])];
  const thinned =
    points.length < breakEven.points.length ? ` ${points.length} of ${breakEven.points.length} points are drawn.` : '';
  return {
    kind: 'chart',
    id: `cost-by-size-${breakEven.of}-${index}`,
    title: `Cost against size of one ${of}`,
    alt: `Scatter plot of the cost of one ${of} against its size for ${mechanisms.join(', ')}, with fitted lines; ${crossing}.`,
    caption: `One dot is one ${of}; lines are the fits of the table below; the green band is the interval of the break-even size.${thinned}`,
    spec: spec(breakEven),
    bars: [],
    legend: mechanisms.map((m) => ({ label: m, color: MECHANISM_COLORS[m as MechanismId] })),
  };
}

export const costBySizeChart = { id: 'cost-by-size', draw };
