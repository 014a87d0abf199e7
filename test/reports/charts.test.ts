import { describe, expect, it } from 'vitest';
import type { Block, ChartBlock } from '../../reports/blocks.ts';
import { rows as balanceRows, netCost } from '../../reports/charts/balance.ts';
import { renderChart } from '../../reports/charts/render.ts';
import { rows as timeRows } from '../../reports/charts/time-per-mib.ts';
import { makeDocument } from '../../reports/document.ts';
import { REPORT_SAMPLES, SAMPLE_NAMES } from '../support/report-samples.ts';
import { sampleReport } from '../support/sample-analysis.ts';
import { listFiles, readProjectFile } from '../support/source-tree.ts';

const chartsOf = (blocks: readonly Block[]): ChartBlock[] =>
  blocks.flatMap((block) =>
    block.kind === 'chart' ? [block] : block.kind === 'details' ? chartsOf(block.blocks) : [],
  );
const allCharts = (name: string): ChartBlock[] =>
  makeDocument(REPORT_SAMPLES[name]()).sections.flatMap((section) => chartsOf(section.blocks));

describe.each(SAMPLE_NAMES.filter((name) => !['empty', 'whatif'].includes(name)))('charts of %s', (name) => {
  const charts = allCharts(name);

  it.each(charts.map((chart, i) => [i, chart] as const))('number %d compiles without a warning', async (_, chart) => {
    const { svg, warnings } = await renderChart(chart.spec);
    expect(warnings).toEqual([]);
    expect(svg).toMatch(/^<svg /);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg).not.toMatch(/\s(style|class|on\w+)=/);
    expect(svg.length).toBeLessThan(40_000);
    expect(chart.alt.length).toBeGreaterThan(30);
  });
});

describe('chart registry', () => {
  it('draws nothing from nothing', () => {
    expect(allCharts('empty')).toEqual([]);
  });

  it('draws every chart file in a section', () => {
    const helpers = ['chart.ts', 'render.ts', 'simple-bars.ts', 'text-width.ts'];
    const sections = listFiles('reports/sections').map(readProjectFile).join('\n');
    const files = listFiles('reports/charts').filter((file) => !file.includes('/squeeze/'));
    for (const file of files.map((f) => f.split('/').pop()!).filter((f) => !helpers.includes(f)))
      expect(sections, file).toContain(`charts/${file}'`);
  });

  it('draws all charts of a full report', () => {
    const ids = allCharts('compare').map((c) => c.id.replace(/-?\d+$/, ''));
    for (const id of [
      'time-per-mib',
      'cost-by-size',
      'transfers',
      'balance',
      'latency',
      'profile-categories',
      'compare',
    ])
      expect(ids).toContain(id);
  });
});

describe('balance waterfall', () => {
  it('begins each bar where the last one ended, and ends in a net bar from zero', () => {
    const bars = balanceRows(sampleReport().balance[0]);
    expect(bars[0].from).toBe(0);
    for (let i = 1; i < bars.length - 1; i++) expect(bars[i].from).toBe(bars[i - 1].to);
    const net = bars[bars.length - 1];
    expect([net.kind, net.from, net.to]).toEqual(['net', 0, bars[bars.length - 2].to]);
  });

  it('says a cost as a positive number, whichever way round the sheet has it', () => {
    const [sheet] = sampleReport().balance;
    const { ns } = netCost(sheet);
    const effect = { estimate: 5, low: 4, high: 7, unit: 'ns', method: '', level: 0.95 };
    const same = netCost({ ...sheet, netNs: { ...effect, estimate: Math.sign(ns) * 5 } });
    const flipped = netCost({ ...sheet, netNs: { ...effect, estimate: -Math.sign(ns) * 5, low: -7, high: -4 } });
    expect(Math.sign(same.effect!.estimate!)).toBe(Math.sign(ns));
    expect(Math.sign(flipped.effect!.estimate!)).toBe(Math.sign(ns));
    expect(flipped.effect!.low!).toBeLessThan(flipped.effect!.high!);
  });
});

describe('time per MiB', () => {
  it('adds up: the last bar of a row ends at all its time over its bytes', () => {
    const phases = [
      { phase: 'copy' as const, title: 'CPU copy', totalNs: 4_000_000, sharePct: 40 },
      { phase: 'sleep' as const, title: 'sleep', totalNs: 6_000_000, sharePct: 60 },
    ];
    const bars = timeRows([{ side: '', mechanism: 'all', calls: 30, bytes: 4 * 1048576, phases }]);
    expect(bars.map((bar) => [bar.phase, bar.from, bar.to])).toEqual([
      ['copy', 0, 1_000_000],
      ['sleep', 1_000_000, 2_500_000],
    ]);
  });
});
