import type { FleetComparison } from '../../src/model/fleet.ts';
import type { ChartBlock } from '../blocks.ts';
import { frameSpec } from '../charts/chart.ts';
import { formatCount } from '../format.ts';

const HEIGHT = 240;
const BAR = '#3b82f6';
const ZERO = '#c2410c';

/** How many hosts changed by how much: one bar a bin, the line of no change. null without paired hosts. */
export function drawDistribution({ distribution, hosts, mix }: FleetComparison): ChartBlock | null {
  if (distribution.length === 0) return null;
  const name = (pct: number): string => `${pct < 0 ? '−' : pct > 0 ? '+' : ''}${Math.abs(pct).toFixed(1)} %`;
  const bars = distribution.map((bin) => ({
    ...bin,
    tip: `${name(bin.lowPct)} to ${name(bin.highPct)}: ${formatCount(bin.hosts).text} hosts`,
  }));
  const largest = bars.reduce((a, b) => (b.hosts > a.hosts ? b : a));
  return {
    kind: 'chart',
    id: 'fleet-distribution',
    title: 'Change of each host',
    alt: `Histogram of ${hosts.both} hosts by their change; most, ${largest.hosts}, lie between ${name(largest.lowPct)} and ${name(largest.highPct)}; the ends are ${name(bars[0].lowPct)} and ${name(bars[bars.length - 1].highPct)}.`,
    caption: `Each host against itself at equal ${mix} of calls. The line is no change.`,
    spec: {
      ...frameSpec(HEIGHT),
      data: { values: bars.filter((bar) => bar.hosts > 0) },
      layer: [
        {
          mark: { type: 'bar', color: BAR },
          encoding: {
            x: { field: 'lowPct', type: 'quantitative', title: 'change, %', scale: { zero: false } },
            x2: { field: 'highPct' },
            y: { field: 'hosts', type: 'quantitative', title: 'hosts', axis: { tickMinStep: 1 } },
            y2: { datum: 0 },
            description: { field: 'tip', type: 'nominal' },
          },
        },
        {
          data: { values: [{ at: 0 }] },
          mark: { type: 'rule', color: ZERO, size: 2 },
          encoding: { x: { field: 'at', type: 'quantitative' } },
        },
      ],
    },
    bars: bars
      .filter((bin) => bin.hosts > 0)
      .map((bin) => ({
        label: `${name(bin.lowPct)} to ${name(bin.highPct)}`,
        value: String(bin.hosts),
        fraction: bin.hosts / largest.hosts,
      })),
    legend: [],
  };
}
