import { readFileSync } from 'node:fs';
import { readCapture } from '../../parsers/index.ts';
import { makeVocabulary } from '../../src/kernels/index.ts';
import { MECHANISMS } from '../../src/mechanisms/index.ts';
import type { CallTable } from '../../src/model/calls.ts';
import { Diagnostics } from '../../src/model/diagnostics/index.ts';
import type { Fact } from '../../src/model/environment.ts';
import { StringTable } from '../../src/model/string-table.ts';
import type { TimelineNotes } from '../../src/model/timeline-notes.ts';
import { TimelineBuilder } from '../../src/timeline/index.ts';
import { assertCallTable } from './assert-call-table.ts';

export interface BuiltCalls {
  calls: CallTable;
  notes: TimelineNotes;
  diagnostics: Diagnostics;
}

/** Text of one capture through the readers and the timeline, checked for what holds of every table. */
export async function buildFromText(text: string, facts: readonly Fact[] = [], maxCalls?: number): Promise<BuiltCalls> {
  const strings = new StringTable();
  const diagnostics = new Diagnostics();
  const vocabulary = makeVocabulary();
  const builder = new TimelineBuilder({ strings, vocabulary, mechanisms: MECHANISMS, diagnostics, maxCalls, seed: 7 });
  const stdin = (async function* (): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(text);
  })();
  const parts = await readCapture('-', { vocabulary, strings, diagnostics, sink: builder, stdin });
  const built = builder.finish([...parts.facts, ...facts], parts.files);
  assertCallTable(built.calls);
  return { ...built, diagnostics };
}

export async function buildFromFile(path: string, facts: readonly Fact[] = []): Promise<BuiltCalls> {
  return buildFromText(readFileSync(path, 'utf8'), facts);
}
