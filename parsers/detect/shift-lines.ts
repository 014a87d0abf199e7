import type { DiagnosticRecord } from '../../src/model/diagnostics/index.ts';
import type { EventSink } from '../../src/model/events.ts';
import type { ReadResult } from '../contract.ts';

/** A reader numbers the lines it sees from 1; in a later segment of a file the lines before it are added here. */
export function shiftSink(sink: EventSink, linesBefore: number): EventSink {
  if (linesBefore === 0) return sink;
  return {
    onBatch(stream, batch): void {
      for (let row = 0; row < batch.length; row++) batch.line[row] += linesBefore;
      sink.onBatch(stream, batch);
    },
  };
}

export function shiftLines(result: ReadResult, linesBefore: number): void {
  if (linesBefore === 0) return;
  for (const example of result.report.malformedExamples) if (example.line > 0) example.line += linesBefore;
  for (const range of result.report.lost) if (range.line > 0) range.line += linesBefore;
  for (const fact of result.facts) if (fact.line > 0) fact.line += linesBefore;
  for (const table of result.profiles) for (const row of table.rows) if (row.line > 0) row.line += linesBefore;
}

export function shiftDiagnostics(records: DiagnosticRecord[], linesBefore: number): DiagnosticRecord[] {
  for (const { examples } of records) for (const each of examples) if (each.line > 0) each.line += linesBefore;
  return records;
}
