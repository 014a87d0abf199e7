import type { ChartBlock } from '../blocks.ts';
import { bandAxis, bandHeight, colorScale, frameSpec, NO_LEGEND, QUANTITY_AXIS, type Spec, TIP } from './chart.ts';

/** Horizontal bars with a printed value: shared by the charts that show one number per name. */
export interface NamedBar {
  name: string;
  value: number;
  /** Printed at the end of the bar. */
  label: string;
  tip: string;
  group: string;
}

export function barsSpec(
  bars: readonly NamedBar[],
  axisTitle: string,
  groups: readonly string[],
  colors: readonly string[],
): Spec {
  const order = [...new Set(bars.map((bar) => bar.name))];
  const y = bandAxis('name', order);
  const x = { field: 'value', type: 'quantitative', title: axisTitle, axis: QUANTITY_AXIS };
  const layer: Spec[] = [
    {
      mark: { type: 'bar' },
      encoding: {
        x,
        y,
        color: { field: 'group', type: 'nominal', scale: colorScale(groups, colors), ...NO_LEGEND },
        // Without it vega-lite orders by an expression that holds the names of the groups.
        order: { field: 'place', type: 'quantitative' },
        ...TIP,
      },
    },
    { mark: { type: 'text', align: 'left', dx: 5 }, encoding: { x, y, text: { field: 'label', type: 'nominal' } } },
  ];
  return {
    ...frameSpec(bandHeight(order.length, 26), 380),
    data: { values: bars.map((bar, place) => ({ ...bar, place })) },
    layer,
  };
}

export function textBars(bars: readonly NamedBar[]): ChartBlock['bars'] {
  const largest = Math.max(...bars.map((bar) => bar.value), 0);
  return bars.map((bar) => ({
    label: bar.name,
    value: bar.label,
    fraction: largest > 0 ? Math.max(0, bar.value) / largest : 0,
  }));
}
