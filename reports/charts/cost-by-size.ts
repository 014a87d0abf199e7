import type { BreakEven } from '../../src/model/analysis/index.ts';
import { MECHANISM_IDS, type MechanismId } from '../../src/model/calls.ts';
import type { ChartBlock } from '../blocks.ts';
import { formatBytes, formatCount, formatEffect, formatNs } from '../format.ts';
import { MECHANISM_COLORS } from '../theme.ts';
import { colorScale, frameSpec, NO_LEGEND, type Spec, TIP, withData } from './chart.ts';

/** A bin (one power of two of sizes) of fewer calls has no quartiles: its calls are left to the table. */
const MIN_IN_BIN = 5;

export interface CostBin {
  mechanism: string;
  bytes: number;
  n: number;
  low: number;
  median: number;
  high: number;
  tip: string;
}

/** Quartiles of the cost by size class and mechanism: µs against bytes. No line leaves the sizes that were seen. */
export function rows(breakEven: BreakEven): { bins: CostBin[]; points: number } {
  const groups = new Map<string, { bytes: number[]; costs: number[] }>();
  let points = 0;
  for (const { sizeBytes, costNs, mechanism } of breakEven.points) {
    if (!(sizeBytes > 0) || !(costNs > 0)) continue;
    points++;
    const key = `${mechanism}\n${Math.floor(Math.log2(sizeBytes))}`;
    const group = groups.get(key) ?? { bytes: [], costs: [] };
    group.bytes.push(sizeBytes);
    group.costs.push(costNs / 1000);
    groups.set(key, group);
  }
  const bins = [...groups].flatMap(([key, { bytes, costs }]): CostBin[] => {
    if (costs.length < MIN_IN_BIN) return [];
    const [mechanism] = key.split('\n');
    const at = (values: number[], p: number): number =>
      [...values].sort((a, b) => a - b)[Math.floor(p * (values.length - 1))];
    const bin = {
      mechanism,
      bytes: at(bytes, 0.5),
      n: costs.length,
      low: at(costs, 0.25),
      median: at(costs, 0.5),
      high: at(costs, 0.75),
    };
    return [
      {
        ...bin,
        tip: `${mechanism}, about ${formatBytes(bin.bytes).text}: median ${formatNs(bin.median * 1000).text}, half of ${bin.n} calls between ${formatNs(bin.low * 1000).text} and ${formatNs(bin.high * 1000).text}`,
      },
    ];
  });
  bins.sort((a, b) => (a.mechanism < b.mechanism ? -1 : a.mechanism > b.mechanism ? 1 : a.bytes - b.bytes));
  return { bins, points };
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

/** Powers of two as ticks: sizes of buffers and pages are read in them. */
function sizeTicks(low: number, high: number): number[] {
  const first = Math.floor(Math.log2(Math.max(1, low)));
  const last = Math.ceil(Math.log2(Math.max(2, high)));
  const every = Math.max(1, Math.ceil((last - first) / 10));
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => 2 ** (first + i * every));
}

export function spec(breakEven: BreakEven): Spec {
  const { bins } = rows(breakEven);
  const crossing = breakEven.status === 'crossing' ? (breakEven.bytes?.estimate ?? null) : null;
  const sizes = [...bins.map((bin) => bin.bytes), ...(crossing !== null && crossing > 0 ? [crossing] : [])];
  const ticks = sizeTicks(Math.min(...sizes), Math.max(...sizes) * 1.01);
  const labels = Object.fromEntries(ticks.map((t) => [String(t), formatBytes(t).text]));
  const x = {
    field: 'bytes',
    type: 'quantitative',
    title: 'bytes returned by the call (log)',
    scale: { type: 'log', base: 2, domain: [ticks[0], Math.max(ticks[ticks.length - 1], ...sizes)] },
    axis: {
      values: ticks,
      labelExpr: `${JSON.stringify(labels)}[toString(datum.value)]`,
      labelOverlap: true,
      grid: false,
    },
  };
  const y = {
    field: 'median',
    type: 'quantitative',
    title: 'cost of a call (µs, log)',
    scale: { type: 'log', nice: false, padding: 6 },
    axis: { tickCount: 5 },
  };
  const layer: Spec[] = [
    {
      data: { values: bins },
      mark: { type: 'area', opacity: 0.22 },
      encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: COLOR },
    },
    { data: { values: bins }, mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y, color: COLOR } },
    {
      data: { values: bins },
      mark: { type: 'point', filled: true, size: 60, opacity: 1 },
      encoding: { x, y, color: COLOR, ...TIP },
    },
  ];
  if (crossing !== null && crossing > 0) {
    const isRight = Math.log(crossing / ticks[0]) > 0.6 * Math.log(ticks[ticks.length - 1] / ticks[0]);
    const data = { values: [{ bytes: crossing, label: `break-even ${formatBytes(crossing).text}` }] };
    layer.push({ data, mark: { type: 'rule', strokeWidth: 2, strokeDash: [6, 4] }, encoding: { x } });
    layer.push({
      data,
      mark: { type: 'text', ...(isRight ? { align: 'right', dx: -6 } : { align: 'left', dx: 6 }), fontWeight: 600 },
      encoding: { x, y: { value: 8 }, text: { field: 'label', type: 'nominal' } },
    });
  }
  return { ...frameSpec(240), layer: withData(layer) };
}

/** Calls only: transfers of an engine have three sizes, a table of fits says more than three columns of dots. */
export function draw(breakEven: BreakEven, index: number): ChartBlock | null {
  if (breakEven.of !== 'call') return null;
  const { bins, points } = rows(breakEven);
  if (bins.length === 0) return null;
  const crossing = breakEven.bytes === null ? breakEven.status : `break-even at ${formatEffect(breakEven.bytes).text}`;
  const mechanisms = [...new Set(bins.map((bin) => bin.mechanism))];
  return {
    kind: 'chart',
    id: `cost-by-size-${index}`,
    title: 'Cost of a call against its size',
    alt: `Median and middle half of the cost of a receive call against its size: ${bins.map((bin) => bin.tip).join('; ')}. ${crossing}.`,
    caption: `Median and middle half of the calls of each size (powers of two, at least ${MIN_IN_BIN} calls; ${formatCount(points).text} calls in all).`,
    spec: spec(breakEven),
    bars: [],
    legend: mechanisms.map((m) => ({ label: m, color: MECHANISM_COLORS[m as MechanismId] })),
  };
}

export const costBySizeChart = { id: 'cost-by-size', draw };
