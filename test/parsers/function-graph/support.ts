import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ReadContext, ReadResult } from '../../../parsers/contract.ts';
import { FunctionGraphReader } from '../../../parsers/formats/function-graph/reader.ts';
import { makeVocabulary } from '../../../src/kernels/index.ts';
import { Diagnostics } from '../../../src/model/diagnostics/index.ts';
import { EDGES, EVENT_KINDS, type EventBatch, type EventSink } from '../../../src/model/events.ts';
import { StringTable } from '../../../src/model/string-table.ts';
import { listFiles, ROOT } from '../../support/source-tree.ts';

export interface Row {
  kind: string;
  edge: string;
  at: number;
  cpu: number;
  tid: number;
  comm: string;
  probe: string;
  parent: string;
  depth: number;
  dur: number;
  context: number;
  sock: string;
  args: number[];
  aux: string;
  line: number;
}

export interface Reading {
  rows: Row[];
  result: ReadResult;
  diagnostics: Diagnostics;
}

export class RowSink implements EventSink {
  readonly rows: Row[] = [];
  private readonly strings: StringTable;
  constructor(strings: StringTable) {
    this.strings = strings;
  }
  onBatch(_stream: unknown, b: EventBatch): void {
    const text = (id: number) => this.strings.textOf(id);
    for (let i = 0; i < b.length; i++) {
      this.rows.push({
        kind: EVENT_KINDS[b.kind[i]],
        edge: EDGES[b.edge[i]],
        at: b.atNs[i],
        cpu: b.cpu[i],
        tid: b.tid[i],
        comm: text(b.comm[i]),
        probe: text(b.probe[i]),
        parent: text(b.parent[i]),
        depth: b.depth[i],
        dur: b.durNs[i],
        context: b.context[i],
        sock: text(b.sock[i]),
        args: [b.arg0[i], b.arg1[i], b.arg2[i], b.arg3[i]],
        aux: text(b.aux[i]),
        line: b.line[i],
      });
    }
  }
}

const vocabulary = makeVocabulary();
/** Small, so that cuts reach the reader: in earnest it holds back the first MiB. */
const LEARN_BYTES = 1500;

export function makeContext(sink: EventSink, strings: StringTable, diagnostics: Diagnostics): ReadContext {
  return {
    vocabulary,
    strings,
    diagnostics,
    file: 0,
    fileName: 'trace.txt',
    facts: [],
    sink,
    wantFolded: false,
    maxLineBytes: 1 << 16,
  };
}

/** Reads `text` cut at the given places; `isFast` false leaves out the WASM scanner. */
export function readGraph(text: Uint8Array | string, cuts: readonly number[] = [], isFast = true): Reading {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const strings = new StringTable();
  const diagnostics = new Diagnostics();
  const sink = new RowSink(strings);
  const context = { ...makeContext(sink, strings, diagnostics), usePlainScanner: !isFast };
  const reader = new FunctionGraphReader(context, LEARN_BYTES);
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    reader.push(bytes.subarray(from, cut));
    from = cut;
  }
  return { rows: sink.rows, result: reader.end(), diagnostics };
}

export function loadCase(name: string): Buffer {
  const file = listFiles('fixtures/captures/function-graph').find((found) => found.includes(`/${name}/`));
  if (file === undefined) throw new Error(`no fixture ${name}`);
  return loadFile(file);
}

export function listCases(): { name: string; load: () => Buffer }[] {
  return listFiles('fixtures/captures/function-graph')
    .filter((file) => file.includes('/trace.txt'))
    .map((file) => ({ name: path.basename(path.dirname(file)), load: () => loadFile(file) }));
}

function loadFile(file: string): Buffer {
  const raw = readFileSync(path.join(ROOT, file));
  return raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
}

export function isExact({ account }: { account: ReadResult['report']['account'] }): boolean {
  return account.lines === account.parsed + account.comment + account.unused + account.unknown + account.malformed;
}
