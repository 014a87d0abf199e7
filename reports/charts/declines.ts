import type { Analysis } from '../../src/model/analysis/index.ts';
import { formatCount, formatPct } from '../format.ts';
import type { Chart } from './chart.ts';
import { barsSpec, type NamedBar } from './simple-bars.ts';

export function rows(analysis: Analysis): NamedBar[] {
  return analysis.declines.map((d) => ({
    // The code, not the sentence: the table beside the chart explains it.
    name: d.reason,
    value: d.calls,
    label: `${formatCount(d.calls).text}${d.sharePct === null ? '' : ` (${formatPct(d.sharePct).text} of the bytes)`}`,
    tip: `${d.title}: ${d.calls} calls, known by ${d.knownBy}`,
    group: d.reason === 'none' ? 'taken' : d.reason === 'not-visible' ? 'hidden' : 'declined',
  }));
}

export const declinesChart: Chart = {
  id: 'declines',
  draw(analysis) {
    const bars = rows(analysis);
    if (bars.length === 0) return null;
    return {
      kind: 'chart',
      id: 'declines',
      title: 'Calls by decline reason',
      alt: `Bars of the number of calls per reason: ${bars.map((b) => `${b.name} ${b.label}`).join('; ')}.`,
      caption: '',
      spec: barsSpec(bars, 'calls', ['taken', 'declined', 'hidden'], ['#15803d', '#c2410c', '#8592a6']),
      bars: [],
      legend: [],
    };
  },
};
