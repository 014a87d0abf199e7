import { readFileSync } from 'node:fs';
import type { ReadContext, ReadResult } from '../../../parsers/contract.ts';
import type { StackCollection } from '../../../parsers/folded/stacks.ts';
import { perfScriptFormat } from '../../../parsers/formats/perf-script/index.ts';
import { makeVocabulary } from '../../../src/kernels/index.ts';
import { Diagnostics } from '../../../src/model/diagnostics/index.ts';
import { EVENT_KINDS, type EventBatch, type EventStream } from '../../../src/model/events.ts';
import { StringTable } from '../../../src/model/string-table.ts';

export interface ReadRow {
  kind: string;
  atNs: bigint | null;
  cpu: number;
  tid: number;
  comm: string;
  probe: string;
  line: number;
  args: number[];
}

export interface Reading {
  result: ReadResult;
  rows: ReadRow[];
  folded: Map<string, number>;
  weights: Map<string, number>;
  diagnostics: Diagnostics;
}

const vocabulary = makeVocabulary();

/** Reads a text (or bytes, given in pieces) and copies everything out of the reused pages. */
export function readPerfScript(input: string | readonly Uint8Array[], options: Partial<ReadContext> = {}): Reading {
  const rows: ReadRow[] = [];
  const diagnostics = new Diagnostics();
  const context: ReadContext = {
    vocabulary,
    strings: new StringTable(),
    diagnostics,
    file: 0,
    fileName: 'capture',
    facts: [],
    sink: { onBatch: (stream, batch) => copyRows(stream, batch, rows) },
    wantFolded: true,
    maxLineBytes: 1 << 20,
    ...options,
  };
  const reader = perfScriptFormat.open(context);
  for (const piece of typeof input === 'string' ? [new TextEncoder().encode(input)] : input) reader.push(piece);
  const result = reader.end();
  const stacks = result.folded as StackCollection | null;
  return {
    result,
    rows,
    folded: new Map(stacks?.counts ?? []),
    weights: new Map(stacks?.weights ?? []),
    diagnostics,
  };
}

function copyRows(stream: EventStream, batch: EventBatch, rows: ReadRow[]): void {
  for (let i = 0; i < batch.length; i++) {
    const atNs = batch.atNs[i];
    rows.push({
      kind: EVENT_KINDS[batch.kind[i]],
      atNs: Number.isNaN(atNs) ? null : stream.baseNs + BigInt(atNs),
      cpu: batch.cpu[i],
      tid: batch.tid[i],
      comm: stream.strings.textOf(batch.comm[i]),
      probe: stream.strings.textOf(batch.probe[i]),
      line: batch.line[i],
      args: [batch.arg0[i], batch.arg1[i], batch.arg2[i], batch.arg3[i]],
    });
  }
}

export const FIXTURES = new URL('../../../fixtures/captures/perf-script/', import.meta.url);

export function fixture(name: string): string {
  return readFileSync(new URL(name, FIXTURES), 'utf8');
}

export function fixtureBytes(name: string): Uint8Array {
  return readFileSync(new URL(name, FIXTURES));
}

/** What must not depend on how the bytes were cut or which short cut read them; everything a reader leaves behind. */
export function summarize(reading: Reading): string {
  const { report, profiles, facts } = reading.result;
  return JSON.stringify(
    {
      rows: reading.rows,
      folded: [...reading.folded],
      weights: [...reading.weights],
      account: report.account,
      events: [...report.eventNames],
      tasks: [...report.tasks],
      lost: report.lost,
      malformed: report.malformedExamples,
      unknownEvents: report.unknownEvents,
      clock: report.clock,
      samples: report.samples,
      firstNs: report.firstNs,
      lastNs: report.lastNs,
      notes: report.notes,
      profiles,
      facts,
      diagnostics: reading.diagnostics.toRecords(),
    },
    (_key, value) => (typeof value === 'bigint' ? `${value}n` : Number.isNaN(value) ? 'NaN' : value),
  );
}

export function unbalanced(reading: Reading): number {
  const a = reading.result.report.account;
  return a.lines - (a.parsed + a.comment + a.unused + a.unknown + a.malformed);
}
