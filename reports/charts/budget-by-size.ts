import type { Analysis, SizeClassRow } from '../../src/model/analysis/index.ts';
import type { Phase } from '../../src/model/phases.ts';
import { PHASES } from '../../src/model/phases.ts';
import type { ChartBlock } from '../blocks.ts';
import { formatCount, formatNs, formatPct } from '../format.ts';
import { PHASE_SHORT, phaseLegend } from '../theme.ts';
import { bandAxis, bandHeight, type Chart, frameSpec, PHASE_COLOR, type Spec, TIP } from './chart.ts';

export interface BudgetBar {
  row: string;
  phase: string;
  order: number;
  sharePct: number;
  nsPerCall: number;
  tip: string;
}

/** 'after · 64 KiB – 128 KiB · net-dma (34)': what one row of the chart is about. */
export function nameSizeRow(row: SizeClassRow): string {
  const side = row.side === '' ? '' : `${row.side} · `;
  return `${side}${row.label} · ${row.mechanism} (${formatCount(row.calls).text})`;
}

export function rows(analysis: Analysis): BudgetBar[] {
  return analysis.sizeClasses.flatMap((row) =>
    row.budget
      .filter((part) => part.totalNs > 0)
      .map((part) => ({
        row: nameSizeRow(row),
        phase: part.phase,
        order: PHASES.indexOf(part.phase),
        sharePct: part.sharePct,
        // Scale only: the budget's total shown per call, so that classes of different n can stand side by side.
        nsPerCall: row.calls > 0 ? part.totalNs / row.calls : 0,
        tip: `${nameSizeRow(row)}: ${part.title} ${formatPct(part.sharePct).text}, ${formatNs(part.totalNs).text} in all`,
      })),
  );
}

const usedPhases = (bars: readonly BudgetBar[]): Set<Phase> => new Set(bars.map((bar) => bar.phase as Phase));

export function spec(bars: readonly BudgetBar[]): Spec {
  const order = [...new Set(bars.map((bar) => bar.row))];
  return {
    ...frameSpec(bandHeight(order.length)),
    data: { values: [...bars] },
    mark: { type: 'bar', stroke: 'currentColor', strokeOpacity: 0.25, strokeWidth: 0.5 },
    encoding: {
      y: bandAxis('row', order),
      x: {
        field: 'sharePct',
        type: 'quantitative',
        stack: 'zero',
        title: 'share of call time (%)',
        scale: { domain: [0, 100], clamp: true },
      },
      color: PHASE_COLOR,
      order: { field: 'order', type: 'ordinal' },
      ...TIP,
    },
  };
}

function alt(analysis: Analysis): string {
  const parts = analysis.sizeClasses.map((row) => {
    const largest = [...row.budget].sort((a, b) => b.totalNs - a.totalNs).slice(0, 3);
    return `${nameSizeRow(row)}: ${largest.map((b) => `${PHASE_SHORT[b.phase]} ${formatPct(b.sharePct).text}`).join(', ')}`;
  });
  return `Stacked bars, one per size class and mechanism, of the share of call time per phase. ${parts.join('; ')}.`;
}

export const budgetBySizeChart: Chart = {
  id: 'budget-by-size',
  draw(analysis): ChartBlock | null {
    const bars = rows(analysis);
    if (bars.length === 0) return null;
    return {
      kind: 'chart',
      id: 'budget-by-size',
      title: 'Where the time of a call goes, by size class',
      alt: alt(analysis),
      caption:
        'Each bar is all time between entry and return of the calls of one size class (number of calls in brackets). Warm colours are the price of offload, blue is the CPU copy.',
      spec: spec(bars),
      bars: [],
      legend: phaseLegend(usedPhases(bars)),
    };
  },
};
