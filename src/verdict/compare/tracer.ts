import type { Run } from '../../model/capture.ts';
import type { FileReport } from '../../model/diagnostics/accounting.ts';
import type { CallView, Selection } from '../call-view.ts';

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

/**
 * A folder may hold the same experiment recorded with several tracers. They are not mixed: where both sides have more than
 * one between them, only the calls of the tracer that gives the smaller side the most calls are compared. null = all.
 */
export function chooseTracer(
  before: Selection,
  after: Selection,
): { tracer: string; leftOut: string[]; before: Selection; after: Selection } | null {
  const b = countByTracer(before.fit);
  const a = countByTracer(after.fit);
  const all = [...new Set([...b.keys(), ...a.keys()])].sort();
  const shared = all.filter((tracer) => b.has(tracer) && a.has(tracer));
  if (all.length < 2 || shared.length === 0) return null;
  const worth = (tracer: string): number => Math.min(b.get(tracer)!, a.get(tracer)!);
  const tracer = shared.reduce((best, other) => (worth(other) > worth(best) ? other : best));
  return {
    tracer,
    leftOut: all.filter((other) => other !== tracer),
    before: keepTracer(before, tracer),
    after: keepTracer(after, tracer),
  };
}

function countByTracer(view: CallView): Map<string, number> {
  const traces = listTraces(view.runs);
  const counts = new Map<string, number>();
  for (let i = 0; i < view.size; i++) {
    const file = traces[view.run[i]][view.column('file')[i]];
    if (file !== undefined) counts.set(tracerOf(file), (counts.get(tracerOf(file)) ?? 0) + 1);
  }
  return counts;
}

function keepTracer(selection: Selection, tracer: string): Selection {
  const traces = listTraces(selection.all.runs);
  const keep = (view: CallView): CallView =>
    view.where((i) => {
      const file = traces[view.run[i]][view.column('file')[i]];
      return file !== undefined && tracerOf(file) === tracer;
    });
  return { ...selection, all: keep(selection.all), fit: keep(selection.fit) };
}
