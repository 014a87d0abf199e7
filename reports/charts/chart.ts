import type { Analysis } from '../../src/model/analysis/index.ts';
import { PHASES } from '../../src/model/phases.ts';
import type { ChartBlock } from '../blocks.ts';
import { PHASE_COLORS } from '../theme.ts';

/** A picture drawn from one part of the Analysis; null when the capture has nothing to draw. */
export interface Chart {
  id: string;
  draw(analysis: Analysis): ChartBlock | null;
}

/** All charts are this wide, axes and labels included: pages narrower than it scale it down. */
export const CHART_WIDTH = 1000;

/** Bars of one category axis: height grows with the rows. */
export const bandHeight = (rows: number, step = 30): number =>
  Math.max(1, rows) * (rows > 12 ? Math.min(step, 22) : step);

export type Spec = Record<string, unknown>;

/** What every specification has in common; `labels` is the room for category labels in pixels. */
export function frameSpec(height: number, labels = 330): Spec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: CHART_WIDTH,
    height,
    autosize: { type: 'fit-x', contains: 'padding' },
    padding: { left: 4, right: 16, top: 8, bottom: 4 },
    background: null,
    config: {
      aria: true,
      font: 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif',
      view: { stroke: null },
      axis: {
        labelColor: 'currentColor',
        titleColor: 'currentColor',
        domainColor: 'currentColor',
        tickColor: 'currentColor',
        gridColor: 'currentColor',
        gridOpacity: 0.14,
        domainOpacity: 0.4,
        tickOpacity: 0.4,
        labelFontSize: 13,
        titleFontSize: 13,
        titleFontWeight: 500,
        labelLimit: labels,
        labelPadding: 6,
      },
      text: { fill: 'currentColor', fontSize: 13 },
      rule: { color: 'currentColor' },
    },
  };
}

/** A layer without data has no extent, and vega warns of it. */
export function withData(layers: readonly Spec[]): Spec[] {
  return layers.filter((layer) => (layer.data as { values: unknown[] } | undefined)?.values.length !== 0);
}

/** A legend would be drawn in each chart anew; the page draws one in HTML instead. */
export const NO_LEGEND = { legend: null };
export const colorScale = (domain: readonly string[], range: readonly string[]): Spec => ({
  domain: [...domain],
  range: [...range],
});

/** Every stacked bar of phases has the same colours; the legend is text beside the picture. */
export const PHASE_COLOR = {
  field: 'phase',
  type: 'nominal',
  scale: colorScale(
    PHASES,
    PHASES.map((phase) => PHASE_COLORS[phase]),
  ),
  ...NO_LEGEND,
};
/**
 * Nominal category axis in the given order, without a title. The order is the domain of the scale, which is data; an array
 * in `sort` would be written into an expression, and names of a capture must never become part of a program.
 */
export const bandAxis = (field: string, order: readonly string[]): Spec => ({
  field,
  type: 'nominal',
  sort: null,
  title: null,
  axis: { ticks: false, domain: false },
  scale: { domain: [...new Set(order)], paddingInner: 0.3, paddingOuter: 0.15 },
});
/** Tooltip text of a mark: becomes <title> in the SVG, so it works without script. */
/** Six ticks are enough to read a value; more run into each other. */
export const QUANTITY_AXIS = { tickCount: 6 };
export const TIP = { description: { field: 'tip', type: 'nominal' } };
