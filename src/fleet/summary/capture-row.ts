import type { Run } from '../../model/capture.ts';
import { selectCalls } from '../../verdict/call-view.ts';
import { summarizeRun } from '../../verdict/summaries/run.ts';

/** What one capture held, as whole numbers; null = the capture cannot tell. */
export type CaptureFigures = Record<(typeof CAPTURE_FIGURES)[number], number | null>;

export const CAPTURE_FIGURES = [
  'span_ns',
  'lines',
  'parsed_lines',
  'unknown_lines',
  'malformed_lines',
  'events',
  'lost_events',
  'calls',
  'complete_calls',
  'counted_calls',
  'bytes',
  'dma_bytes',
  'bytes_per_second',
] as const;

export function makeCaptureFigures(run: Run): CaptureFigures {
  const selection = selectCalls([run]);
  const summary = summarizeRun(run, selection);
  const sum = (figure: (file: Run['files'][number]) => number): number =>
    run.files.reduce((total, file) => total + figure(file), 0);
  return {
    span_ns: summary.spanNs,
    lines: sum((file) => file.account.lines),
    parsed_lines: sum((file) => file.account.parsed),
    unknown_lines: sum((file) => file.account.unknown),
    malformed_lines: sum((file) => file.account.malformed),
    events: sum((file) => file.events),
    lost_events: sum((file) => file.lostEvents),
    calls: run.timeline.allCalls?.calls ?? summary.calls,
    complete_calls: summary.completeCalls,
    counted_calls: selection.fit.size,
    bytes: summary.bytes,
    dma_bytes: summary.dmaBytes,
    bytes_per_second: summary.bytesPerSecond,
  };
}
