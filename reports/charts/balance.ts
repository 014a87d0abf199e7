import type { BalanceSheet } from '../../src/model/analysis/index.ts';
import type { ChartBlock } from '../blocks.ts';
import { formatEffect, formatNs } from '../format.ts';
import { bandAxis, bandHeight, colorScale, frameSpec, NO_LEGEND, type Spec, TIP } from './chart.ts';

export interface BalanceBar {
  label: string;
  kind: string;
  from: number;
  to: number;
  text: string;
  tip: string;
}

/** A waterfall: each cost begins where the last one ended, savings lead back; the last bar is where it ends. */
export function rows(sheet: BalanceSheet): BalanceBar[] {
  let level = 0;
  const bars: BalanceBar[] = [];
  for (const line of sheet.lines) {
    if (line.kind === 'context' || line.ns === null) continue;
    const next = level + (line.kind === 'cost' ? line.ns : -line.ns);
    const text = `${line.kind === 'cost' ? '+' : '−'}${formatNs(line.ns).text}`;
    bars.push({
      label: line.label,
      kind: line.kind,
      from: level,
      to: next,
      text,
      tip: `${line.label}: ${text} ${line.per}`,
    });
    level = next;
  }
  return bars;
}

export function spec(bars: readonly BalanceBar[]): Spec {
  const y = bandAxis(
    'label',
    bars.map((bar) => bar.label),
  );
  const largest = Math.max(...bars.flatMap((bar) => [Math.abs(bar.from), Math.abs(bar.to)]));
  const [divisor, unit] = largest >= 1e6 ? [1e6, 'ms'] : [1e3, 'µs'];
  const values = bars.map((bar) => ({
    ...bar,
    from: bar.from / divisor,
    to: bar.to / divisor,
    end: Math.max(bar.from, bar.to) / divisor,
  }));
  const x = { field: 'from', type: 'quantitative', title: `running total (${unit}): right of zero offload costs more` };
  return {
    ...frameSpec(bandHeight(bars.length, 28), 330),
    data: { values },
    layer: [
      {
        mark: { type: 'bar' },
        encoding: {
          x,
          x2: { field: 'to' },
          y,
          color: {
            field: 'kind',
            type: 'nominal',
            scale: colorScale(['cost', 'saving'], ['#c2410c', '#2f6fde']),
            ...NO_LEGEND,
          },
          ...TIP,
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 5 },
        encoding: { x: { ...x, field: 'end' }, y, text: { field: 'text', type: 'nominal' } },
      },
      {
        data: { values: [{ zero: 0 }] },
        mark: { type: 'rule', opacity: 0.6 },
        encoding: { x: { ...x, field: 'zero' } },
      },
    ],
  };
}

export function draw(sheet: BalanceSheet, index: number): ChartBlock | null {
  const bars = rows(sheet);
  if (bars.length === 0) return null;
  return {
    kind: 'chart',
    id: `balance-${index}`,
    title: `Cost against saving: ${sheet.scope}`,
    alt: `Waterfall of costs and savings: ${bars.map((b) => `${b.label} ${b.text}`).join('; ')}. Net: ${formatEffect(sheet.netNs).text}.`,
    caption: `Net (saving − cost): ${formatEffect(sheet.netNs).text}.`,
    spec: spec(bars),
    bars: [],
    legend: [
      { label: 'cost of offload', color: '#c2410c' },
      { label: 'saving', color: '#2f6fde' },
    ],
  };
}

export const balanceChart = { id: 'balance', draw };
