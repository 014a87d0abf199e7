import type { Run } from '../model/capture.ts';
import type { FileReport } from '../model/diagnostics/accounting.ts';

/** How a file was recorded, by what it costs a call: the tracers differ by far more than what is compared. */
export function tracerOf(file: FileReport): string {
  const graph = file.eventNames.get('funcgraph_entry') ?? file.eventNames.get('function_graph') ?? 0;
  if (file.format.includes('graph') || graph > file.events / 10) return 'function_graph';
  if ((file.eventNames.get('function') ?? 0) > file.events / 10) return 'function tracer';
  return file.format.startsWith('perf') ? 'perf events' : 'trace events';
}

/** Trace files that gave calls: by run, then by the `file` column of its table. */
export function listTraces(runs: readonly Run[]): (FileReport | undefined)[][] {
  return runs.map((run) =>
    run.calls.files.map(({ name }) => run.files.find((file) => file.file === name && file.events > 0)),
  );
}
