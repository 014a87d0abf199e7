import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { renderAnalysis } from '../../reports/index.ts';
import { ANALYSIS_SCHEMA, makeAnalysisSchema } from '../support/make-schema.ts';
import { REPORT_SAMPLES, SAMPLE_NAMES } from '../support/report-samples.ts';
import { runCli } from '../support/run-cli.ts';
import { readProjectFile } from '../support/source-tree.ts';

const schema = JSON.parse(readProjectFile(ANALYSIS_SCHEMA));
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

describe('schema of --format json', () => {
  it('is made from the validator: npm run schema renews it', () => {
    expect(readProjectFile(ANALYSIS_SCHEMA)).toBe(makeAnalysisSchema());
  });

  it.each(SAMPLE_NAMES)('%s is what it says', async (name) => {
    validate(JSON.parse(await renderAnalysis(REPORT_SAMPLES[name](), 'json')));
    expect(validate.errors).toBeNull();
  });

  it.each([
    ['report', 'fixtures/captures/ftrace/kprobes-3.10'],
    ['compare', 'fixtures/captures/classic/A-offload-off/run1', 'fixtures/captures/classic/B-default/run1'],
  ])('%s of real captures is what it says', (...args) => {
    validate(JSON.parse(runCli([...args, '--format', 'json']).stdout));
    expect(validate.errors).toBeNull();
  });

  it('refuses what is none', () => {
    expect(validate({ schemaVersion: 1 })).toBe(false);
    expect(validate([])).toBe(false);
    const analysis = REPORT_SAMPLES.report();
    analysis.verdicts[0] = { ...analysis.verdicts[0], outcome: 'maybe' as never };
    expect(validate(JSON.parse(JSON.stringify(analysis)))).toBe(false);
  });
});
