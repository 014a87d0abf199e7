import { describe, expect, it } from 'vitest';
import type { Block, ChartBlock } from '../../reports/blocks.ts';
import { compileChart, renderChart } from '../../reports/charts/render.ts';
import { makeDocument } from '../../reports/document.ts';
import { renderAnalysis } from '../../reports/index.ts';
import type { Analysis } from '../../src/model/analysis/index.ts';
import { sampleCompare, sampleReport, sampleWhatIf } from '../support/sample-analysis.ts';

/**
 * Cases line-separator-in-name and name-of-an-object-property and their kind: whatever a name is called, it is data.
 * Names of Object.prototype and Function.prototype, of vega's signals and functions, of the language; separators that end
 * a string literal for some parsers; pieces of expressions.
 */
const OBJECT_NAMES = [
  ...new Set([Object.prototype, Function.prototype, Array.prototype].flatMap(Object.getOwnPropertyNames)),
];
const LANGUAGE_NAMES = [
  'undefined',
  'null',
  'NaN',
  'Infinity',
  'true',
  'this',
  'then',
  'toJSON',
  '__proto__',
  'prototype',
];
const VEGA_NAMES = [
  'width',
  'height',
  'padding',
  'autosize',
  'background',
  'datum',
  'event',
  'item',
  'parent',
  'signal',
];
const SEPARATORS = [
  '\u2028',
  '\u2029',
  '\u0085',
  '\ufeff',
  '\u061c',
  '\u200b',
  '\u2060',
  '\u{e0041}',
  '\ud800',
  '\u0000',
];
const PIECES = ['"]', "'+alert(1)+'", '\\', '\\u0022', '{"signal":"width"}', 'datum["x"]', '\n', '', ' ', '0', '-1'];
const NAMES = [...OBJECT_NAMES, ...LANGUAGE_NAMES, ...VEGA_NAMES, ...SEPARATORS.map((c) => `evil${c}sym`), ...PIECES];
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

/** Fields that hold codes, not text of a capture. */
const CODES = new Set([
  'kind',
  'outcome',
  'role',
  'side',
  'phase',
  'lane',
  'mechanism',
  'unit',
  'severity',
  'source',
  'of',
]);
for (const name of [
  'direction',
  'status',
  'startNs',
  'firstNs',
  'lastNs',
  'primary',
  'unitOfN',
  'metric',
  'tool',
  'origin',
])
  CODES.add(name);

/** Every text of a capture becomes one of the names, in turn. */
function poison(analysis: Analysis, offset: number, nameOf: (index: number) => string): Analysis {
  let index = offset;
  const visit = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return CODES.has(key) ? value : nameOf(index++);
    if (Array.isArray(value)) return value.map((inner) => visit(inner, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([k, inner]) => [k, visit(inner, k)]));
  };
  return visit(analysis, '') as Analysis;
}

const chartsOf = (blocks: readonly Block[]): ChartBlock[] =>
  blocks.flatMap((block) =>
    block.kind === 'chart' ? [block] : block.kind === 'details' ? chartsOf(block.blocks) : [],
  );
const allCharts = (analysis: Analysis): ChartBlock[] =>
  makeDocument(analysis).sections.flatMap((section) => chartsOf(section.blocks));

/** Every string that vega would parse as an expression. */
function expressionsOf(value: unknown, key = ''): string[] {
  if (typeof value === 'string') return ['signal', 'expr', 'update', 'test', 'init'].includes(key) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((inner) => expressionsOf(inner));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([k, inner]) => (k === 'values' ? [] : expressionsOf(inner, k)));
}

const SAMPLES = { report: sampleReport, compare: sampleCompare, whatif: sampleWhatIf };

describe.each(Object.entries(SAMPLES))('%s', (_, sample) => {
  it('line-separator-in-name: no text of a capture stands in an expression', () => {
    const token = 'qqtoken';
    const charts = allCharts(poison(sample(), 0, (index) => `${token}${index}`));
    const expressions = charts.flatMap((chart) => expressionsOf(compileChart(chart.spec).vegaSpec));
    // A prediction is a table: it has no picture.
    if (sample !== sampleWhatIf) expect(expressions.length).toBeGreaterThan(10);
    expect(expressions.filter((text) => text.includes(token))).toEqual([]);
  });

  it.each([0, 7])('name-of-an-object-property: every chart renders, names turned by %d', async (turn) => {
    const named = poison(sample(), turn, (index) => NAMES[(index * 13) % NAMES.length]);
    for (const chart of allCharts(named)) {
      const { svg, warnings } = await renderChart(chart.spec);
      expect(warnings).toEqual([]);
      expect(svg).toMatch(/^<svg /);
    }
  });

  it.each(['html', 'markdown', 'text', 'json'] as const)('%s lets no unprintable character through', async (format) => {
    const text = await renderAnalysis(
      poison(sample(), 3, (index) => NAMES[index % NAMES.length]),
      format,
    );
    expect(UNPRINTABLE.exec(text)?.index ?? -1).toBe(-1);
  });
});

describe('one name at a time, on every axis', () => {
  it.each([...Object.getOwnPropertyNames(Object.prototype), '', '\u2028', 'width'])(
    'name-of-an-object-property: %j',
    async (name) => {
      for (const chart of allCharts(poison(sampleReport(), 0, () => name)))
        expect((await renderChart(chart.spec)).warnings).toEqual([]);
    },
  );
});
