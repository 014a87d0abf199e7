import type { Analysis } from '../../src/model/analysis/index.ts';
import { bandAxis, bandHeight, type Chart, colorScale, frameSpec, NO_LEGEND, type Spec, TIP } from './chart.ts';

const KINDS = ['useful', 'useless', 'early', 'not judged'] as const;
const COLORS = ['#15803d', '#c62828', '#b7791f', '#8592a6'];

export interface WakeupBar {
  reason: string;
  kind: string;
  order: number;
  count: number;
  tip: string;
}

export function rows(analysis: Analysis): WakeupBar[] {
  return analysis.wakeups.flatMap((w) => {
    const rest = Math.max(0, w.count - w.useful - w.useless - w.early);
    return [w.useful, w.useless, w.early, rest]
      .map((count, order) => ({
        reason: w.reason,
        kind: KINDS[order],
        order,
        count,
        tip: `${w.reason}, ${KINDS[order]}: ${count}`,
      }))
      .filter((bar) => bar.count > 0);
  });
}

export function spec(bars: readonly WakeupBar[]): Spec {
  const order = [...new Set(bars.map((bar) => bar.reason))];
  return {
    ...frameSpec(bandHeight(order.length, 26)),
    data: { values: [...bars] },
    mark: { type: 'bar' },
    encoding: {
      y: bandAxis('reason', order),
      x: { field: 'count', type: 'quantitative', stack: 'zero', title: 'wakeups of the reader' },
      color: { field: 'kind', type: 'nominal', scale: colorScale(KINDS, COLORS), ...NO_LEGEND },
      order: { field: 'order', type: 'ordinal' },
      ...TIP,
    },
  };
}

export const wakeupsChart: Chart = {
  id: 'wakeups',
  draw(analysis) {
    const bars = rows(analysis);
    if (bars.length === 0) return null;
    const used = KINDS.filter((kind) => bars.some((bar) => bar.kind === kind));
    return {
      kind: 'chart',
      id: 'wakeups',
      title: 'Wakeups of the reader by reason',
      alt: `Stacked bars of wakeups per reason: ${analysis.wakeups.map((w) => `${w.reason} ${w.count} (useful ${w.useful}, useless ${w.useless}, early ${w.early})`).join('; ')}.`,
      caption: 'Useful: the call could go on. Useless: it went back to sleep. Early: the reader still ran.',
      spec: spec(bars),
      bars: [],
      legend: used.map((label) => ({ label, color: COLORS[KINDS.indexOf(label)] })),
    };
  },
};
