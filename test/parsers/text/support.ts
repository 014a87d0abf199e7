import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Format, ReadResult } from '../../../parsers/contract.ts';
import { makeVocabulary } from '../../../src/kernels/index.ts';
import { Diagnostics } from '../../../src/model/diagnostics/index.ts';
import type { Fact } from '../../../src/model/environment.ts';
import { EDGES, EVENT_KINDS, type EventBatch, SOURCES } from '../../../src/model/events.ts';
import { StringTable } from '../../../src/model/string-table.ts';
import { ROOT } from '../../support/source-tree.ts';

export interface SeenRow {
  line: number;
  at: number;
  cpu: number;
  tid: number;
  comm: string;
  kind: string;
  source: string;
  edge: string;
  context: number;
  probe: string;
  parent: string;
  sock: string;
  obj: number;
  args: number[];
  aux: string;
}
export interface Seen {
  rows: SeenRow[];
  result: ReadResult;
  diagnostics: Diagnostics;
}

const vocabulary = makeVocabulary();
const encoder = new TextEncoder();

export function readFixture(name: string): Uint8Array {
  return readFileSync(path.join(ROOT, 'fixtures/captures', name));
}

/** Reads bytes (or text) with one format; `cuts` are the sizes of the chunks, the last one repeats. */
export function readAll(
  format: Format,
  input: Uint8Array | string,
  options: { cuts?: readonly number[]; facts?: readonly Fact[]; maxLineBytes?: number } = {},
): Seen {
  const bytes = typeof input === 'string' ? encoder.encode(input) : input;
  const strings = new StringTable();
  const diagnostics = new Diagnostics();
  const rows: SeenRow[] = [];
  const text = (id: number) => strings.textOf(id);
  const reader = format.open({
    vocabulary,
    strings,
    diagnostics,
    file: 0,
    fileName: 'unknown',
    facts: options.facts ?? [],
    wantFolded: false,
    maxLineBytes: options.maxLineBytes ?? 1 << 20,
    sink: {
      onBatch(_stream, b: EventBatch): void {
        for (let i = 0; i < b.length; i++) {
          rows.push({
            line: b.line[i],
            at: b.atNs[i],
            cpu: b.cpu[i],
            tid: b.tid[i],
            comm: text(b.comm[i]),
            kind: EVENT_KINDS[b.kind[i]],
            source: SOURCES[b.source[i]],
            edge: EDGES[b.edge[i]],
            context: b.context[i],
            probe: text(b.probe[i]),
            parent: text(b.parent[i]),
            sock: text(b.sock[i]),
            obj: b.obj[i],
            args: [b.arg0[i], b.arg1[i], b.arg2[i], b.arg3[i]],
            aux: text(b.aux[i]),
          });
        }
      },
    },
  });
  const cuts = options.cuts ?? [bytes.length];
  for (let at = 0, k = 0; at < bytes.length; k++) {
    const size = Math.max(1, cuts[Math.min(k, cuts.length - 1)]);
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  return { rows, result: reader.end(), diagnostics };
}

/** lines = parsed + comment + unused + unknown + malformed. */
export function accountGap({ result }: Seen): number {
  const { lines, parsed, comment, unused, unknown, malformed } = result.report.account;
  return lines - (parsed + comment + unused + unknown + malformed);
}

/** One ftrace event line. */
export function eventLine(body: string, task = 'reader-77', time = '12.345678', cpu = '001', flags = '....'): string {
  const dash = task.lastIndexOf('-');
  const name = `${task.slice(0, dash).padStart(16)}-${task.slice(dash + 1).padEnd(5)}`;
  return `${name} [${cpu}] ${flags === '' ? '' : `${flags} `}${time.padStart(12)}: ${body}\n`;
}
