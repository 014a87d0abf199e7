import { describe, expect, it } from 'vitest';
import type { Block, ChartBlock } from '../../reports/blocks.ts';
import { rows as balanceRows } from '../../reports/charts/balance.ts';
import { makeScale } from '../../reports/charts/call-timeline.ts';
import { MAX_POINTS, pointRows } from '../../reports/charts/cost-by-size.ts';
import { MAX_BARS, rows as timelineRows } from '../../reports/charts/lane-bars.ts';
import { renderChart } from '../../reports/charts/render.ts';
import { makeDocument } from '../../reports/document.ts';
import { PHASE_COLORS } from '../../reports/theme.ts';
import { PHASES } from '../../src/model/phases.ts';
import { REPORT_SAMPLES, SAMPLE_NAMES } from '../support/report-samples.ts';
import { sampleReport } from '../support/sample-analysis.ts';
import { listFiles, readProjectFile } from '../support/source-tree.ts';

const chartsOf = (blocks: readonly Block[]): ChartBlock[] =>
  blocks.flatMap((block) =>
    block.kind === 'chart' ? [block] : block.kind === 'details' ? chartsOf(block.blocks) : [],
  );

describe.each(SAMPLE_NAMES.filter((name) => name !== 'empty'))('charts of %s', (name) => {
  const charts = makeDocument(REPORT_SAMPLES[name]()).sections.flatMap((section) => chartsOf(section.blocks));

  it.each(charts.map((chart, i) => [i, chart] as const))('number %d compiles without a warning', async (_, chart) => {
    const { svg, warnings } = await renderChart(chart.spec);
    expect(warnings).toEqual([]);
    expect(svg).toMatch(/^<svg /);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg).not.toMatch(/\s(style|on\w+)=/);
    expect(svg.length).toBeLessThan(400_000);
    expect(chart.alt.length).toBeGreaterThan(30);
  });
});

describe('chart registry', () => {
  it('draws nothing from nothing', () => {
    expect(makeDocument(REPORT_SAMPLES.empty()).sections.flatMap((section) => chartsOf(section.blocks))).toEqual([]);
  });

  it('draws every chart file in a section', () => {
    const helpers = ['chart.ts', 'render.ts', 'lane-bars.ts', 'simple-bars.ts', 'time-cuts.ts', 'text-width.ts'];
    const sections = listFiles('reports/sections').map(readProjectFile).join('\n');
    const files = listFiles('reports/charts').map((file) => file.split('/').pop()!);
    for (const file of files.filter((f) => !helpers.includes(f))) expect(sections, file).toContain(`charts/${file}'`);
  });

  it('draws all charts of a full report', () => {
    const ids = makeDocument(REPORT_SAMPLES.compare())
      .sections.flatMap((s) => chartsOf(s.blocks))
      .map((c) => c.id.replace(/-?\d+$/, ''));
    for (const id of [
      'budget-by-size',
      'work-per-call',
      'cost-by-size-call',
      'transfers',
      'balance',
      'timeline-after-worst',
      'latency',
      'declines',
      'wakeups',
      'profile-categories',
      'profile-symbols',
      'compare',
    ])
      expect(ids).toContain(id);
  });

  it('has one colour per phase, all different', () => {
    expect(new Set(PHASES.map((phase) => PHASE_COLORS[phase])).size).toBe(PHASES.length);
  });
});

describe('size of pictures', () => {
  it('merges neighbours until the swim lanes have few enough bars, and hides no lane', () => {
    const [exemplar] = sampleReport().exemplars;
    const segments = Array.from({ length: 9000 }, (_, i) => ({
      lane: i % 2 === 0 ? ('process' as const) : ('softirq' as const),
      phase: i % 2 === 0 ? (['copy', 'ack', 'backlog'] as const)[i % 3] : null,
      startNs: i * 300,
      endNs: i * 300 + 250,
      cpu: 0,
      line: i + 1,
      label: '',
    }));
    const busy = { ...exemplar, segments, durationNs: 9000 * 300 };
    const bars = timelineRows(busy, makeScale(busy));
    expect(bars.length).toBeLessThanOrEqual(MAX_BARS);
    expect(new Set(bars.map((bar) => bar.lane))).toEqual(new Set(['process', 'softirq']));
    expect(Math.max(...bars.map((bar) => bar.to))).toBeGreaterThan(95_000);
  });

  it('thins the cost chart evenly and says so', () => {
    const [breakEven] = sampleReport().breakEven;
    const points = Array.from({ length: 5000 }, (_, call) => ({ ...breakEven.points[call % 200], call }));
    const rows = pointRows({ ...breakEven, points });
    expect(rows.length).toBeLessThanOrEqual(MAX_POINTS);
    expect(rows.length).toBeGreaterThan(MAX_POINTS / 2);
  });
});

describe('balance waterfall', () => {
  it('begins each bar where the last one ended', () => {
    const bars = balanceRows(sampleReport().balance[0]);
    expect(bars[0].from).toBe(0);
    for (let i = 1; i < bars.length; i++) expect(bars[i].from).toBe(bars[i - 1].to);
    expect(bars.find((bar) => bar.kind === 'saving')!.to).toBeLessThan(bars.find((bar) => bar.kind === 'saving')!.from);
  });
});
