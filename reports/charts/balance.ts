import type { BalanceSheet, Effect } from '../../src/model/analysis/index.ts';
import type { ChartBlock } from '../blocks.ts';
import { formatEffect, formatNs } from '../format.ts';
import { PHASE_COLORS } from '../theme.ts';
import { bandAxis, bandHeight, colorScale, frameSpec, NO_LEGEND, QUANTITY_AXIS, type Spec, TIP } from './chart.ts';

export interface BalanceBar {
  label: string;
  kind: string;
  from: number;
  to: number;
  text: string;
  tip: string;
}

/** What offload costs beyond what it saves: positive = it costs more, whichever way round the sheet says it. */
export function netCost(sheet: BalanceSheet): { ns: number; effect: Effect | null } {
  const sum = (kind: string): number =>
    sheet.lines.reduce((total, line) => total + (line.kind === kind ? (line.ns ?? 0) : 0), 0);
  const ns = sum('cost') - sum('saving');
  const { netNs } = sheet;
  if (netNs === null || netNs.estimate === null) return { ns, effect: null };
  if (netNs.estimate * ns >= 0) return { ns, effect: netNs };
  const flip = (value: number | null): number | null => (value === null ? null : -value);
  return { ns, effect: { ...netNs, estimate: flip(netNs.estimate), low: flip(netNs.high), high: flip(netNs.low) } };
}

const signed = (ns: number): string => `${ns >= 0 ? '+' : ''}${formatNs(ns).text}`;

/** A waterfall: each cost begins where the last one ended, savings lead back; the last bar is the net from zero. */
export function rows(sheet: BalanceSheet): BalanceBar[] {
  let level = 0;
  const bars: BalanceBar[] = [];
  for (const line of sheet.lines) {
    if (line.kind === 'context' || line.ns === null || line.ns === 0) continue;
    const change = line.kind === 'cost' ? line.ns : -line.ns;
    const text = signed(change);
    bars.push({
      label: line.label,
      kind: line.kind,
      from: level,
      to: level + change,
      text,
      tip: `${line.label}: ${text} ${line.per}`,
    });
    level += change;
  }
  if (bars.length > 1)
    bars.push({
      label: 'net cost',
      kind: 'net',
      from: 0,
      to: level,
      text: signed(level),
      tip: `net cost: ${signed(level)}`,
    });
  return bars;
}

const KINDS = ['cost', 'saving', 'net'];
const COLORS = [PHASE_COLORS.pin, PHASE_COLORS.copy, PHASE_COLORS.unattributed];

export function spec(bars: readonly BalanceBar[]): Spec {
  const y = bandAxis(
    'label',
    bars.map((bar) => bar.label),
  );
  const largest = Math.max(...bars.flatMap((bar) => [Math.abs(bar.from), Math.abs(bar.to)]));
  const [divisor, unit] = largest >= 10e6 ? [1e6, 'ms'] : [1e3, 'µs'];
  const values = bars.map((bar) => ({
    ...bar,
    from: bar.from / divisor,
    to: bar.to / divisor,
    end: Math.max(bar.from, bar.to) / divisor,
  }));
  const x = {
    field: 'from',
    type: 'quantitative',
    title: `running total (${unit}): right of zero offload costs more`,
    axis: QUANTITY_AXIS,
  };
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
          color: { field: 'kind', type: 'nominal', scale: colorScale(KINDS, COLORS), ...NO_LEGEND },
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
  const { ns, effect } = netCost(sheet);
  const net = effect === null ? signed(ns) : formatEffect(effect).text;
  return {
    kind: 'chart',
    id: `balance-${index}`,
    title: `Cost against saving: ${sheet.scope}`,
    alt: `Waterfall of costs and savings: ${bars.map((b) => `${b.label} ${b.text}`).join('; ')}. Net cost: ${net}.`,
    caption: `Net cost (cost − saving): ${net}.`,
    spec: spec(bars),
    bars: [],
    legend: KINDS.filter((kind) => bars.some((bar) => bar.kind === kind)).map((label) => ({
      label,
      color: COLORS[KINDS.indexOf(label)],
    })),
  };
}

export const balanceChart = { id: 'balance', draw };
