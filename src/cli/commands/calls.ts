import { writeCalls } from '../../../reports/index.ts';
import type { Run } from '../../model/capture.ts';
import { ExitCode } from '../../model/diagnostics/errors.ts';
import { identifyCapture } from '../../model/identity.ts';
import { type ScopeFilter, scopeRuns } from '../../verdict/index.ts';
import { deliverChunks } from '../deliver.ts';
import { loadRuns } from '../load-runs.ts';
import type { LoadOptions } from '../pipeline.ts';

export interface CallsOptions {
  format: 'csv' | 'ndjson' | 'parquet';
  output?: string;
  extra?: boolean;
  /** 'recvscope 0.1.0' */
  tool: string;
  load: LoadOptions;
  scope?: ScopeFilter;
}

/** One row per receive call; several captures follow one another under one header. */
export async function runCalls(captures: string[], options: CallsOptions): Promise<number> {
  // Text rows do not name their capture: hashing would be for nothing.
  const identify = options.format === 'parquet';
  const all = await loadRuns(captures, { ...options.load, identify, onlyCalls: true });
  const isAsked = Object.values(options.scope ?? {}).some((value) => value !== undefined);
  const runs = isAsked ? scopeRuns(all, options.scope).runs : all;
  const chunks = options.format === 'parquet' ? await parquetOf(runs, options) : textOf(runs, options.format, options);
  await deliverChunks(chunks, options.output);
  return ExitCode.done;
}

function* textOf(runs: readonly Run[], format: 'csv' | 'ndjson', options: CallsOptions): Generator<string> {
  for (const [index, run] of runs.entries())
    yield* writeCalls(run.calls, format, { extra: options.extra, header: index === 0 });
}

async function parquetOf(runs: readonly Run[], options: CallsOptions): Promise<Iterable<Uint8Array>> {
  const { writeParquet } = await import('../../exports/parquet/index.ts');
  const { callsTable } = await import('../../exports/tables/calls.ts');
  const tables = runs.map((run) => callsTable(run.calls, identifyCapture(run), options.extra === true));
  return writeParquet(tables, { metadata: { tool: options.tool, table: 'calls' } });
}
