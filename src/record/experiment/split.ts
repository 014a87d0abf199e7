import { CallTable } from '../../model/calls.ts';
import type { Run } from '../../model/capture.ts';

/** The run with some of its calls only, as a run of its own: the unit that a comparison counts. */
export function pickCalls(run: Run, rows: readonly number[], name: string, seconds: number): Run {
  const calls = new CallTable(run.calls.strings);
  calls.files.push(...run.calls.files);
  for (const row of rows) {
    const at = calls.addNumbers(run.calls.numbersAt(row));
    const segments = run.calls.segmentsByCall.get(row);
    if (segments !== undefined) calls.segmentsByCall.set(at, segments);
  }
  const { timeline } = run;
  return {
    ...run,
    name,
    calls,
    timeline: {
      ...timeline,
      // Softirq time is known of the whole recording only.
      evidence: { ...timeline.evidence, hasSoftirq: false },
      totals: { softirqNetRxNs: 0, spanNs: seconds * 1e9, readerOnCpuNs: 0 },
      allCalls: undefined,
    },
  };
}
