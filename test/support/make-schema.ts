import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { analysisSchema } from '../../src/model/schema/analysis.ts';
import { ROOT } from './source-tree.ts';

export const ANALYSIS_SCHEMA = 'reports/schemas/analysis.schema.json';

/**
 * JSON Schema (draft 2020-12) of `--format json`, made from the validator that reads such files back, so that both say the
 * same. What only code can check stays open: the columns of the calls (packed numbers) are objects.
 */
export function makeAnalysisSchema(): string {
  const schema = toJsonSchema(analysisSchema as unknown as GenericSchema, {
    target: 'draft-2020-12',
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema, jsonSchema }): JsonSchema | undefined =>
      valibotSchema.type === 'custom'
        ? { ...jsonSchema, ...(isPipe(valibotSchema) ? { type: 'array' } : {}) }
        : undefined,
  });
  const named = {
    ...schema,
    $id: 'recvscope-analysis-1',
    title: 'recvscope --format json',
    description:
      'A report or a comparison with all that its pages show. Fields are added within schemaVersion 1, never changed.',
  };
  return `${JSON.stringify(named)}\n`;
}

const isPipe = (schema: object): boolean => 'pipe' in schema;

if (process.argv[1] === import.meta.filename) writeFileSync(path.join(ROOT, ANALYSIS_SCHEMA), makeAnalysisSchema());
