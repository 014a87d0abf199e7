import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { renderAnalysis } from '../../reports/index.ts';
import { SUMMARY_BYTES } from '../../reports/outputs/summary-json.ts';
import { REPORT_SAMPLES, SAMPLE_NAMES } from '../support/report-samples.ts';
import { readProjectFile } from '../support/source-tree.ts';

const validate = new Ajv({ allowUnionTypes: true }).compile(
  JSON.parse(readProjectFile('reports/schemas/summary.schema.json')),
);

describe.each(SAMPLE_NAMES)('summary of %s', (name) => {
  it('is what its schema says, within 8,000 bytes', async () => {
    const text = await renderAnalysis(REPORT_SAMPLES[name](), 'summary-json');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(SUMMARY_BYTES);
    validate(JSON.parse(text));
    // Hostile text poisons codes too; everything else must hold.
    if (name !== 'hostile') expect(validate.errors).toBeNull();
  });
});

describe('junit', () => {
  it('has a case a verdict: loses fails, cannot tell is skipped', async () => {
    const analysis = REPORT_SAMPLES.report();
    const xml = await renderAnalysis(analysis, 'junit');
    const count = (outcome: string): number => analysis.verdicts.filter((v) => v.outcome === outcome).length;
    expect(xml.match(/<testcase /g)).toHaveLength(analysis.verdicts.length);
    expect(xml.match(/<failure /g) ?? []).toHaveLength(count('loses'));
    expect(xml.match(/<skipped /g) ?? []).toHaveLength(count('cannotTell'));
  });
});
