import type { Distribution } from '../../src/model/analysis/index.ts';
import type { ChartBlock } from '../blocks.ts';
import { formatNs, formatQuantity } from '../format.ts';
import { SIDE_COLORS } from '../theme.ts';
import { colorScale, frameSpec, NO_LEGEND, type Spec, TIP, withData } from './chart.ts';

export interface LatencyBar {
  side: string;
  lowUs: number;
  highUs: number;
  pct: number;
  tip: string;
}

/** Bars of the log histogram as a share of the calls of their side, so that sides of different n can be compared. */
export function rows(distributions: readonly Distribution[]): LatencyBar[] {
  return distributions.flatMap((d) =>
    d.histogram
      .filter((bin) => bin.count > 0 && bin.high > bin.low && bin.high > 0)
      .map((bin) => ({
        side: d.side,
        lowUs: Math.max(bin.low, bin.high / 1024, 1) / 1000,
        highUs: bin.high / 1000,
        pct: (bin.count / Math.max(1, d.n)) * 100,
        tip: `${d.side} ${formatNs(bin.low).text} – ${formatNs(bin.high).text}: ${bin.count} of ${d.n} calls`.trim(),
      })),
  );
}

const QUANTILES = [0.5, 0.95, 0.99];

export function quantileRows(distributions: readonly Distribution[]): { side: string; us: number; label: string }[] {
  return distributions.flatMap((d) =>
    d.quantiles
      .filter((q) => QUANTILES.includes(q.p) && q.value > 0)
      .map((q) => ({
        side: d.side,
        us: q.value / 1000,
        label:
          `${d.side} ${q.p === 0.5 ? 'median' : `p${formatQuantity(q.p * 100, '').text}`} ${formatNs(q.value).text}`.trim(),
      })),
  );
}

export function spec(distributions: readonly Distribution[]): Spec {
  const bars = rows(distributions);
  const marks = quantileRows(distributions);
  const sides = [...new Set(distributions.map((d) => d.side))];
  const x = {
    field: 'lowUs',
    type: 'quantitative',
    title: 'duration of the call (µs, log)',
    scale: { type: 'log', nice: false },
    axis: { grid: false, tickCount: 6 },
  };
  const color = {
    field: 'side',
    type: 'nominal',
    scale: colorScale(
      sides,
      sides.map((s) => SIDE_COLORS[s]),
    ),
    ...NO_LEGEND,
  };
  return {
    ...frameSpec(220),
    layer: withData([
      {
        data: { values: bars },
        mark: {
          type: 'bar',
          opacity: sides.length > 1 ? 0.55 : 0.85,
          stroke: 'currentColor',
          strokeOpacity: 0.2,
          strokeWidth: 0.5,
        },
        encoding: {
          x,
          x2: { field: 'highUs' },
          y: { field: 'pct', type: 'quantitative', title: 'calls (%)', stack: null, axis: { tickCount: 4 } },
          y2: { datum: 0 },
          color,
          ...TIP,
        },
      },
      {
        data: { values: marks },
        mark: { type: 'rule', strokeDash: [5, 3], strokeWidth: 1.5 },
        encoding: { x: { ...x, field: 'us' }, color },
      },
      // Above the plot, one line a side, so that letters never lie on bars.
      ...sides.map((side, i) => ({
        data: { values: marks.filter((m) => m.side === side) },
        mark: { type: 'text', align: 'center', baseline: 'bottom', fontSize: 11 },
        encoding: { x: { ...x, field: 'us' }, y: { value: -3 - i * 14 }, text: { field: 'label', type: 'nominal' } },
      })),
    ]),
  };
}

export function draw(distributions: readonly Distribution[]): ChartBlock | null {
  const drawn = distributions.filter((d) => d.histogram.some((bin) => bin.count > 0));
  if (drawn.length === 0) return null;
  const words = drawn.map((d) => {
    const median = d.quantiles.find((q) => q.p === 0.5);
    const tail = d.quantiles.find((q) => q.p === 0.95);
    return `${d.side === '' ? 'calls' : d.side}: median ${formatNs(median?.value ?? null).text}, ${tail === undefined ? '' : `95th percentile ${formatNs(tail.value).text}, `}n = ${d.n}`;
  });
  return {
    kind: 'chart',
    id: 'latency',
    title: `Duration of receive calls (${drawn[0].stratum})`,
    alt: `Histogram of call durations on a logarithmic axis. ${words.join('; ')}.`,
    caption:
      'Share of the calls of each side per bin; dashed lines are the median, the 95th percentile (from 20 calls on) and the 99th (from 100 on).',
    spec: spec(drawn),
    bars: [],
    legend: drawn.length > 1 ? drawn.map((d) => ({ label: d.side, color: SIDE_COLORS[d.side] })) : [],
  };
}

export const latencyChart = { id: 'latency', draw };
