import { describe, expect, it } from 'vitest';
import { renderAnalysis } from '../../reports/index.ts';
import type { Analysis } from '../../src/model/analysis/index.ts';
import { REPORT_SAMPLES, SAMPLE_NAMES, UNPRINTABLE } from '../support/report-samples.ts';
import { sampleReport } from '../support/sample-analysis.ts';

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([k, v]) => [k, reverseKeys(v)]),
  );
}

describe('saved analysis', () => {
  it.each(SAMPLE_NAMES)('%s comes back as it was', async (name) => {
    const analysis = REPORT_SAMPLES[name]();
    const text = await renderAnalysis(analysis, 'json');
    expect(JSON.parse(text)).toEqual(analysis);
    expect(text).not.toMatch(UNPRINTABLE);
    expect(text.endsWith('}\n')).toBe(true);
    expect(text).toMatch(/^\{\s*"schemaVersion":/);
  });

  it('does not depend on the order in which keys were made', async () => {
    const analysis = sampleReport();
    expect(await renderAnalysis(reverseKeys(analysis) as Analysis, 'json')).toBe(
      await renderAnalysis(analysis, 'json'),
    );
  });

  it('prints the same report from the saved file as from the capture', async () => {
    const analysis = sampleReport();
    const saved = JSON.parse(await renderAnalysis(analysis, 'json')) as Analysis;
    for (const format of ['html', 'markdown', 'text'] as const)
      expect(await renderAnalysis(saved, format)).toBe(await renderAnalysis(analysis, format));
  });
});
