import { writeCalls } from '../../../reports/index.ts';
import { ExitCode } from '../../model/diagnostics/errors.ts';
import { printData, writeFileWhole } from '../output.ts';
import type { LoadOptions } from '../pipeline.ts';
import { loadRuns } from './report.ts';

export interface CallsOptions {
  format: 'csv' | 'ndjson';
  output?: string;
  extra?: boolean;
  load: LoadOptions;
}

/** One row per receive call; several captures follow one another under one header. */
export async function runCalls(captures: string[], options: CallsOptions): Promise<number> {
  const runs = await loadRuns(captures, { ...options.load, identify: false });
  function* allRows(): Generator<string> {
    for (const [index, run] of runs.entries())
      yield* writeCalls(run.calls, options.format, { extra: options.extra, header: index === 0 });
  }
  if (options.output !== undefined && options.output !== '-') await writeFileWhole(options.output, allRows());
  else for (const text of allRows()) if (!(await printData(text))) break;
  return ExitCode.done;
}
