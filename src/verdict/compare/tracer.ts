import type { CallView, Selection } from '../call-view.ts';
import { listTraces, tracerOf } from '../tracer.ts';

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
