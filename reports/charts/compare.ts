import type { CompareRow, Comparison } from '../../src/model/analysis/index.ts';
import type { ChartBlock } from '../blocks.ts';
import { formatEffect, formatQuantity } from '../format.ts';
import { bandAxis, bandHeight, colorScale, frameSpec, NO_LEGEND, type Spec, TIP } from './chart.ts';

const MAX_ROWS = 36;
/** One wild interval must not squeeze the rest: the axis ends here and the figure is printed in full beside it. */
const MAX_AXIS_PCT = 150;
const CLASSES = ['better', 'worse', 'changed', 'no difference', 'cannot tell'];
const COLORS = ['#15803d', '#c62828', '#2f6fde', '#64748b', '#a16207'];

export interface ForestRow {
  name: string;
  pct: number;
  low: number;
  high: number;
  class: string;
  label: string;
  tip: string;
}

export function classify(row: CompareRow): string {
  if (row.outcome === 'noDifference') return 'no difference';
  if (row.outcome === 'cannotTell') return 'cannot tell';
  return row.direction === '' ? 'changed' : row.direction;
}

/** Strata that need no mention. */
const EVERYTHING = ['', 'all calls', 'whole run'];

export function nameRow(row: CompareRow): string {
  return EVERYTHING.includes(row.stratum) ? row.metric : `${row.metric} · ${row.stratum}`;
}

export function rows(comparison: Comparison): ForestRow[] {
  return comparison.rows
    .filter((row) => typeof row.differencePct?.estimate === 'number')
    .slice(0, MAX_ROWS)
    .map((row) => {
      const { estimate, low, high } = row.differencePct!;
      return {
        name: nameRow(row),
        pct: estimate!,
        low: low ?? estimate!,
        high: high ?? estimate!,
        class: classify(row),
        label: formatEffect(row.differencePct).text,
        tip: `${nameRow(row)}: ${formatQuantity(row.before, row.unit).text} → ${formatQuantity(row.after, row.unit).text}, ${formatEffect(row.differencePct).text}`,
      };
    });
}

export function spec(forest: readonly ForestRow[]): Spec {
  const reach = Math.max(5, ...forest.flatMap((row) => [Math.abs(row.low), Math.abs(row.high), Math.abs(row.pct)]));
  const limit = Math.min(MAX_AXIS_PCT, reach * 1.08);
  const clip = (value: number): number => Math.max(-limit, Math.min(limit, value));
  const values = forest.map((row) => ({
    ...row,
    shape: row.pct > limit ? 'right' : row.pct < -limit ? 'left' : 'inside',
    pct: clip(row.pct),
    low: clip(row.low),
    high: clip(row.high),
  }));
  const order = [...new Set(forest.map((row) => row.name))];
  const y = bandAxis('name', order);
  const x = {
    field: 'pct',
    type: 'quantitative',
    title: 'difference after − before (%)',
    scale: { domain: [-limit, limit], nice: false },
  };
  const color = { field: 'class', type: 'nominal', scale: colorScale(CLASSES, COLORS), ...NO_LEGEND };
  const shape = {
    field: 'shape',
    type: 'nominal',
    scale: colorScale(['inside', 'right', 'left'], ['circle', 'triangle-right', 'triangle-left']),
    ...NO_LEGEND,
  };
  return {
    ...frameSpec(bandHeight(order.length, 24), 380),
    data: { values },
    layer: [
      {
        data: { values: [{ zero: 0 }] },
        mark: { type: 'rule', opacity: 0.6 },
        encoding: { x: { ...x, field: 'zero' } },
      },
      {
        mark: { type: 'rule', strokeWidth: 3, opacity: 0.75 },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, color },
      },
      { mark: { type: 'point', filled: true, size: 70, opacity: 1 }, encoding: { x, y, color, shape, ...TIP } },
    ],
  };
}

export function draw(comparison: Comparison): ChartBlock | null {
  const forest = rows(comparison);
  if (forest.length === 0) return null;
  const used = CLASSES.filter((name) => forest.some((row) => row.class === name));
  const left = comparison.rows.length - forest.length;
  return {
    kind: 'chart',
    id: 'compare',
    title: 'Difference in percent, with intervals',
    alt: `Forest plot of the difference in percent per metric: ${forest.map((r) => `${r.name} ${r.label} (${r.class})`).join('; ')}.`,
    caption: `A dot is the estimate, the bar its interval; what leaves the axis is cut at its border and drawn as an arrow.${left > 0 ? ` ${left} rows without a percentage are in the table only.` : ''}`,
    spec: spec(forest),
    bars: [],
    legend: used.map((label) => ({ label, color: COLORS[CLASSES.indexOf(label)] })),
  };
}

export const compareChart = { id: 'compare', draw };
