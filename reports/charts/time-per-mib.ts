import type { Analysis, SideBudget } from '../../src/model/analysis/index.ts';
import { PHASES, type Phase } from '../../src/model/phases.ts';
import type { ChartBlock } from '../blocks.ts';
import { formatCount, formatNs, formatPct } from '../format.ts';
import { PHASE_INKS, PHASE_SHORT, phaseLegend } from '../theme.ts';
import {
  bandAxis,
  bandHeight,
  type Chart,
  colorScale,
  frameSpec,
  NO_LEGEND,
  PHASE_COLOR,
  QUANTITY_AXIS,
  type Spec,
  TIP,
  withData,
} from './chart.ts';

const MIB = 1048576;
/** Fewer calls are in the table only. */
const FEW = 20;
const MAX_ROWS = 8;
const PLOT_PIXELS = 740;

/** Work first, waiting last: so that what costs CPU time begins at the left border in every row. */
export const STACK_ORDER: readonly Phase[] = [
  ...PHASES.filter((phase) => phase !== 'sleep' && phase !== 'wakeLatency'),
  'wakeLatency',
  'sleep',
];

export interface TimeBar {
  row: string;
  phase: Phase;
  from: number;
  to: number;
  label: string;
  ink: string;
  tip: string;
}

/** Per MiB where all bytes are known and there is one: what 36 bytes took says nothing of a MiB. Else per call. */
export function priceOf(budgets: readonly SideBudget[]): { per: string; divide: (b: SideBudget) => number } {
  return budgets.every((b) => b.bytes !== null && b.bytes >= MIB)
    ? { per: 'MiB', divide: (b) => b.bytes! / MIB }
    : { per: 'call', divide: (b) => b.calls };
}

const titleOf = (per: string): string => (per === 'call' ? 'time per call' : `time in calls per ${per}`);

/** One row a side; with one side also each mechanism of enough calls. */
export function pickRows(analysis: Analysis): SideBudget[] {
  const all = (analysis.sideBudgets ?? []).filter((b) => b.calls > 0);
  const sides = new Set(all.map((b) => b.side));
  return all.filter((b) => b.mechanism === 'all' || (sides.size === 1 && b.calls >= FEW)).slice(0, MAX_ROWS);
}

export function nameRow(budget: SideBudget): string {
  const what = [budget.side, budget.mechanism === 'all' ? (budget.side === '' ? 'all calls' : '') : budget.mechanism];
  return `${what.filter((part) => part !== '').join(' ')} (${formatCount(budget.calls).text} calls)`;
}

export function rows(budgets: readonly SideBudget[]): TimeBar[] {
  const { per, divide } = priceOf(budgets);
  const longest = Math.max(...budgets.map((b) => sumOf(b) / divide(b)));
  return budgets.flatMap((budget) => {
    let at = 0;
    return STACK_ORDER.flatMap((phase) => {
      const part = budget.phases.find((p) => p.phase === phase);
      if (part === undefined || part.totalNs <= 0) return [];
      const ns = part.totalNs / divide(budget);
      const from = at;
      at += ns;
      const label = formatNs(ns).text;
      return {
        row: nameRow(budget),
        phase,
        from,
        to: at,
        label: (ns / longest) * PLOT_PIXELS > label.length * 7 + 8 ? label : '',
        ink: PHASE_INKS[phase],
        tip: `${nameRow(budget)}: ${PHASE_SHORT[phase]} ${label} per ${per}, ${formatPct(part.sharePct).text}`,
      };
    });
  });
}

const sumOf = (budget: SideBudget): number => budget.phases.reduce((sum, p) => sum + p.totalNs, 0);

export function spec(bars: readonly TimeBar[], per: string): Spec {
  const longest = Math.max(...bars.map((bar) => bar.to));
  const [divisor, unit] = longest >= 10e6 ? [1e6, 'ms'] : longest >= 10e3 ? [1e3, 'µs'] : [1, 'ns'];
  const values = bars.map((bar) => ({
    ...bar,
    from: bar.from / divisor,
    to: bar.to / divisor,
    middle: (bar.from + bar.to) / 2 / divisor,
  }));
  const order = [...new Set(bars.map((bar) => bar.row))];
  const y = bandAxis('row', order);
  const x = {
    field: 'from',
    type: 'quantitative',
    title: `${titleOf(per)} (${unit})`,
    axis: QUANTITY_AXIS,
    scale: { domain: [0, longest / divisor], nice: false },
  };
  return {
    ...frameSpec(bandHeight(order.length, 28), 230),
    layer: withData([
      {
        data: { values },
        mark: { type: 'bar' },
        encoding: { y, x, x2: { field: 'to' }, color: PHASE_COLOR, ...TIP },
      },
      {
        data: { values: values.filter((bar) => bar.label !== '') },
        mark: { type: 'text', align: 'center', fontSize: 12 },
        encoding: {
          y,
          x: { ...x, field: 'middle' },
          text: { field: 'label', type: 'nominal' },
          fill: {
            field: 'ink',
            type: 'nominal',
            scale: colorScale(['#111', '#fff'], ['#111111', '#ffffff']),
            ...NO_LEGEND,
          },
        },
      },
    ]),
  };
}

export const timePerMibChart: Chart = {
  id: 'time-per-mib',
  draw(analysis): ChartBlock | null {
    const budgets = pickRows(analysis);
    const bars = budgets.length === 0 ? [] : rows(budgets);
    if (bars.length === 0) return null;
    const { per, divide } = priceOf(budgets);
    const words = budgets.map((b) => {
      const largest = [...b.phases].sort((p, q) => q.totalNs - p.totalNs).slice(0, 3);
      return `${nameRow(b)}: ${formatNs(sumOf(b) / divide(b)).text} per ${per}, of it ${largest.map((p) => `${PHASE_SHORT[p.phase]} ${formatPct(p.sharePct).text}`).join(', ')}`;
    });
    const used = new Set(bars.map((bar) => bar.phase));
    const last = budgets.findLast((b) => b.mechanism === 'all') ?? budgets[0];
    return {
      kind: 'chart',
      id: 'time-per-mib',
      title: '',
      alt: `Stacked bars of the time in receive calls per ${per}. ${words.join('; ')}.`,
      caption: '',
      spec: spec(bars, per),
      barsOf: `${titleOf(per)}${last.side === '' ? '' : `, ${last.side}`}`,
      bars: bars
        .filter((bar) => bar.row === nameRow(last))
        .map((bar) => ({
          label: PHASE_SHORT[bar.phase],
          value: formatNs(bar.to - bar.from).text,
          fraction: (bar.to - bar.from) / (sumOf(last) / divide(last)),
        })),
      legend: phaseLegend(used),
    };
  },
};
