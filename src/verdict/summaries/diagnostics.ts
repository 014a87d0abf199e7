import type { DiagnosticSummary } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import { Diagnostics } from '../../model/diagnostics/index.ts';

/** Counts of all runs under one name each, examples of the first runs, sorted by name. */
export function summarizeDiagnostics(runs: readonly Run[]): DiagnosticSummary[] {
  const all = new Diagnostics();
  for (const run of runs) all.absorb(run.diagnostics);
  return all.toRecords().map((record) => ({
    name: record.name,
    severity: record.severity,
    origin: record.origin,
    count: record.count,
    meaning: record.meaning,
    advice: record.advice,
    examples: record.examples.map((e) => ({ file: e.file, line: e.line, text: e.text, reason: e.reason })),
  }));
}
