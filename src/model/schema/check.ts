import * as v from 'valibot';
import type { Analysis } from '../analysis/index.ts';
import { analysisSchema } from './analysis.ts';

const MAX_NAMED = 5;

/** The analysis, field by field as declared, or which fields are wrong: 'headline: missing, runs: missing and 20 more'. */
export function checkAnalysis(value: unknown): Analysis | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'no object';
  const missing = Object.entries(analysisSchema.entries)
    .filter(([key, entry]) => entry.type !== 'optional' && !Object.hasOwn(value, key))
    .map(([key]) => key);
  if (missing.length > 0) {
    const named = missing.slice(0, MAX_NAMED).map((key) => `${key}: missing`);
    return named.join(', ') + (missing.length > MAX_NAMED ? ` and ${missing.length - MAX_NAMED} more` : '');
  }
  // The first fault ends the check: a file of a million faults must not cost more than one of none.
  const result = v.safeParse(analysisSchema, value, { abortEarly: true });
  // NaN is null in JSON, also where the types say number: src/model/saved-run.ts puts it back.
  if (result.success) return result.output as Analysis;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  return `${path === null ? '' : `${path}: `}${issue.received === 'undefined' ? 'missing' : issue.message}`;
}
