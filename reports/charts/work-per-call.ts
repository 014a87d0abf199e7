import type { Analysis } from '../../src/model/analysis/index.ts';
import type { Phase } from '../../src/model/phases.ts';
import type { ChartBlock } from '../blocks.ts';
import { formatNs } from '../format.ts';
import { PHASE_SHORT, phaseLegend } from '../theme.ts';
import { type BudgetBar, rows as budgetRows } from './budget-by-size.ts';
import { bandAxis, bandHeight, type Chart, frameSpec, PHASE_COLOR, type Spec, TIP } from './chart.ts';

const WAITING: readonly string[] = ['sleep', 'wakeLatency'];

/** The same budget without the time in which the reader does not run: µs per call, so that the price stands out. */
export function rows(analysis: Analysis): BudgetBar[] {
  return budgetRows(analysis)
    .filter((bar) => !WAITING.includes(bar.phase))
    .map((bar) => ({
      ...bar,
      tip: `${bar.row}: ${PHASE_SHORT[bar.phase as Phase]} ${formatNs(bar.nsPerCall).text} per call`,
    }));
}

export function spec(bars: readonly BudgetBar[]): Spec {
  const order = [...new Set(bars.map((bar) => bar.row))];
  return {
    ...frameSpec(bandHeight(order.length)),
    data: { values: bars.map((bar) => ({ ...bar, usPerCall: bar.nsPerCall / 1000 })) },
    mark: { type: 'bar', stroke: 'currentColor', strokeOpacity: 0.25, strokeWidth: 0.5 },
    encoding: {
      y: bandAxis('row', order),
      x: { field: 'usPerCall', type: 'quantitative', stack: 'zero', title: 'time outside sleep per call (µs)' },
      color: PHASE_COLOR,
      order: { field: 'order', type: 'ordinal' },
      ...TIP,
    },
  };
}

export const workPerCallChart: Chart = {
  id: 'work-per-call',
  draw(analysis): ChartBlock | null {
    const bars = rows(analysis);
    if (bars.length === 0) return null;
    return {
      kind: 'chart',
      id: 'work-per-call',
      title: 'The same without sleep and wake latency, per call',
      alt: 'Stacked bars, one per size class and mechanism, of the microseconds per call that each phase takes while the reader is on the CPU. The figures stand in the table of size classes.',
      caption: 'Total of each phase divided by the number of calls of the class.',
      spec: spec(bars),
      bars: [],
      legend: phaseLegend(new Set(bars.map((bar) => bar.phase as Phase))),
    };
  },
};
