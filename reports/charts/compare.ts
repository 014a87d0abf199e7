import type { CompareRow, Comparison } from '../../src/model/analysis/index.ts';
import type { ChartBlock } from '../blocks.ts';
import { formatEffect, formatQuantity } from '../format.ts';
import { TONE_COLORS } from '../theme.ts';
import { bandAxis, bandHeight, colorScale, frameSpec, NO_LEGEND, type Spec, TIP, withData } from './chart.ts';

const MAX_ROWS = 24;
/** One wild interval must not squeeze the rest: what leaves the axis is cut there, its figure stands at the right. */
const MAX_RATIO = 8;
const CLASSES = ['better', 'worse', 'changed', 'suggested', 'no difference', 'cannot tell'];
const COLORS = [TONE_COLORS.good, TONE_COLORS.bad, '#2065ee', '#7c3aed', '#64645e', '#8694ac'];

export interface ForestRow {
  name: string;
  /** after ÷ before. */
  ratio: number;
  low: number;
  high: number;
  class: string;
  label: string;
  tip: string;
}

export function classify(row: CompareRow): string {
  if (row.outcome === 'noDifference') return 'no difference';
  if (row.suggests !== undefined) return 'suggested';
  if (row.outcome === 'cannotTell') return 'cannot tell';
  return row.direction === '' ? 'changed' : row.direction;
}

/** Strata that need no mention. */
const EVERYTHING = ['', 'all calls', 'whole run'];

export function nameRow(row: CompareRow): string {
  return EVERYTHING.includes(row.stratum) ? row.metric : `${row.metric} · ${row.stratum}`;
}

const toRatio = (pct: number): number => Math.max(1 / 64, 1 + pct / 100);

/** Told rows by size of the change, then those that are the same, then those of which nothing can be told. */
export function rows(comparison: Comparison): ForestRow[] {
  const rank = (name: string): number => (name === 'cannot tell' ? 2 : name === 'no difference' ? 1 : 0);
  return comparison.rows
    .filter((row) => typeof row.differencePct?.estimate === 'number')
    .map((row) => {
      const { estimate, low, high } = row.differencePct!;
      return {
        name: nameRow(row),
        ratio: toRatio(estimate!),
        low: toRatio(low ?? estimate!),
        high: toRatio(high ?? estimate!),
        class: classify(row),
        label: formatEffect(row.differencePct).text,
        tip: `${nameRow(row)}: ${formatQuantity(row.before, row.unit).text} → ${formatQuantity(row.after, row.unit).text}, ${formatEffect(row.differencePct).text}`,
      };
    })
    .sort((a, b) => rank(a.class) - rank(b.class) || Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio)))
    .slice(0, MAX_ROWS);
}

export function spec(forest: readonly ForestRow[]): Spec {
  const reach = Math.max(
    1.2,
    ...forest.flatMap((row) => [row.low, row.high, row.ratio].map((r) => Math.max(r, 1 / r))),
  );
  const limit = Math.min(MAX_RATIO, reach * 1.05);
  const clip = (value: number): number => Math.max(1 / limit, Math.min(limit, value));
  const values = forest.map((row) => ({
    ...row,
    shape:
      row.ratio > limit ? 'right' : row.ratio < 1 / limit ? 'left' : row.class === 'cannot tell' ? 'open' : 'inside',
    ratio: clip(row.ratio),
    low: clip(row.low),
    high: clip(row.high),
    edge: limit,
  }));
  const order = [...new Set(forest.map((row) => row.name))];
  const y = bandAxis('name', order);
  const ticks = [1 / 8, 1 / 4, 1 / 2, 0.8, 1, 1.25, 2, 4, 8].filter((t) => t >= 1 / limit - 1e-9 && t <= limit + 1e-9);
  const names = Object.fromEntries(
    ticks.map((t) => [String(t), t === 1 ? '×1' : t < 1 && 1 / t >= 2 ? `×1/${Math.round(1 / t)}` : `×${t}`]),
  );
  const x = {
    field: 'ratio',
    type: 'quantitative',
    title: 'after ÷ before',
    scale: { type: 'log', domain: [1 / limit, limit], nice: false },
    axis: { values: ticks, labelExpr: `${JSON.stringify(names)}[toString(datum.value)]` },
  };
  const color = { field: 'class', type: 'nominal', scale: colorScale(CLASSES, COLORS), ...NO_LEGEND };
  const shape = {
    field: 'shape',
    type: 'nominal',
    scale: colorScale(['inside', 'open', 'right', 'left'], ['circle', 'circle', 'triangle-right', 'triangle-left']),
    ...NO_LEGEND,
  };
  return {
    ...frameSpec(bandHeight(order.length, 22), 380),
    padding: { left: 4, right: 190, top: 8, bottom: 4 },
    layer: withData([
      {
        data: { values: [{ one: 1 }] },
        mark: { type: 'rule', opacity: 0.6 },
        encoding: { x: { ...x, field: 'one' } },
      },
      {
        data: { values },
        mark: { type: 'rule', strokeWidth: 2.5 },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, color },
      },
      {
        data: { values: values.filter((v) => v.shape !== 'open') },
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: { x, y, color, shape, ...TIP },
      },
      {
        data: { values: values.filter((v) => v.shape === 'open') },
        mark: { type: 'point', filled: false, size: 60, strokeWidth: 2, opacity: 1 },
        encoding: { x, y, color, shape, ...TIP },
      },
      {
        data: { values },
        mark: { type: 'text', align: 'left', dx: 10, fontSize: 12 },
        encoding: { x: { ...x, field: 'edge' }, y, text: { field: 'label', type: 'nominal' } },
      },
    ]),
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
    title: 'Differences as a ratio, with intervals',
    alt: `Forest plot of after ÷ before per metric: ${forest.map((r) => `${r.name} ${r.label} (${r.class})`).join('; ')}.`,
    caption: `A dot is the estimate (hollow: cannot tell), the bar its interval; an arrow leaves the axis.${left > 0 ? ` ${left} more rows are in the table only.` : ''}`,
    spec: spec(forest),
    bars: [],
    legend: used.map((label) => ({ label, color: COLORS[CLASSES.indexOf(label)] })),
  };
}

export const compareChart = { id: 'compare', draw };
