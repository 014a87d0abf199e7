import type { Analysis } from '../../src/model/analysis/index.ts';
import { formatBytes, formatCount } from '../format.ts';
import type { Chart } from './chart.ts';
import { barsSpec, type NamedBar, textBars } from './simple-bars.ts';

/** Buckets are powers of two, named by their lower border: '1 KiB' holds 1024 to 2047 bytes. */
function nameBucket(bytes: number): string {
  return `${formatBytes(bytes).text} – ${formatBytes(Math.max(1, bytes * 2)).text}`;
}

export function rows(analysis: Analysis): NamedBar[] {
  return [...analysis.transfers]
    .sort((a, b) => a.bytes - b.bytes)
    .map((t) => ({
      name: nameBucket(t.bytes),
      value: t.count,
      label: formatCount(t.count).text,
      tip: `${formatCount(t.count).text} transfers of ${t.bytes} to ${Math.max(0, t.bytes * 2 - 1)} bytes`,
      group: 'transfers',
    }));
}

export const transfersChart: Chart = {
  id: 'transfers',
  draw(analysis) {
    const bars = rows(analysis);
    if (bars.length === 0) return null;
    return {
      kind: 'chart',
      id: 'transfers',
      title: 'Size of single engine transfers (descriptors)',
      alt: `Bars of the number of engine transfers per size: ${bars.map((b) => `${b.name}: ${b.label}`).join('; ')}.`,
      caption:
        'Lower border included, upper border not. A segment is cut at each page border of the user buffer, so one segment is often two transfers.',
      spec: barsSpec(bars, 'transfers', ['transfers'], ['#d9480f']),
      bars: textBars(bars),
      legend: [],
    };
  },
};
