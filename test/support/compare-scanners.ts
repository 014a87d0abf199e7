import type { Format } from '../../parsers/contract.ts';
import { makeVocabulary } from '../../src/kernels/index.ts';
import { Diagnostics } from '../../src/model/diagnostics/index.ts';
import type { EventBatch, EventSink, EventStream } from '../../src/model/events.ts';
import { StringTable } from '../../src/model/string-table.ts';

const NUMBERS = [
  ...['line', 'atNs', 'cpu', 'tid', 'kind', 'source', 'edge', 'context', 'depth', 'durNs', 'obj'],
  ...['arg0', 'arg1', 'arg2', 'arg3'],
] as const;
const TEXTS = ['comm', 'probe', 'parent', 'sock', 'aux'] as const;
type Column = Exclude<keyof EventBatch, 'length' | 'isFull' | 'addRow'>;

/** Rows as text, so that two readings can be compared whatever the ids of their strings. */
class RowKeeper implements EventSink {
  readonly rows: string[] = [];
  onBatch(stream: EventStream, batch: EventBatch): void {
    const numbers = NUMBERS.map((name) => batch[name as Column]);
    const texts = TEXTS.map((name) => batch[name]);
    for (let row = 0; row < batch.length; row++) {
      const words = texts.map((column) => (column[row] < 0 ? '-' : stream.strings.textOf(column[row])));
      this.rows.push(`${numbers.map((column) => column[row]).join(' ')} ${words.join(' ')}`);
    }
  }
}

const vocabulary = makeVocabulary();

export interface Reading {
  rows: string[];
  /** Report, facts and diagnostics. */
  account: string;
}

/** Reads `text`, cut into the given pieces (over and over), with the format's plain scanner or with its WASM scanner. */
export function readScanned(
  format: Format,
  text: Buffer,
  pieces: readonly number[],
  usePlainScanner: boolean,
  maxLineBytes = 1 << 20,
): Reading {
  const strings = new StringTable();
  const diagnostics = new Diagnostics();
  const sink = new RowKeeper();
  const context = { vocabulary, strings, diagnostics, file: 0, fileName: 'x', facts: [], sink, wantFolded: true };
  const reader = format.open({ ...context, maxLineBytes, usePlainScanner });
  for (let at = 0, k = 0; at < text.length; k++) {
    const end = Math.min(text.length, at + pieces[k % pieces.length]);
    reader.push(text.subarray(at, end));
    at = end;
  }
  const { report, facts, folded } = reader.end();
  const parts = { report, facts, folded, diagnostics: diagnostics.toRecords() };
  return { rows: sink.rows, account: JSON.stringify(parts, writeValue) };
}

function writeValue(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value instanceof Map ? [...value] : value;
}

/** What the two scanners say differently about a text; '' when nothing. */
export function compareScanners(
  format: Format,
  text: Buffer,
  pieces: readonly number[],
  maxLineBytes?: number,
): string {
  const plain = readScanned(format, text, pieces, true, maxLineBytes);
  const scanned = readScanned(format, text, pieces, false, maxLineBytes);
  const size = Math.max(plain.rows.length, scanned.rows.length);
  for (let row = 0; row < size; row++) {
    if (plain.rows[row] !== scanned.rows[row]) return `row ${row}: ${plain.rows[row]} | ${scanned.rows[row]}`;
  }
  if (plain.account === scanned.account) return '';
  let at = 0;
  while (plain.account[at] === scanned.account[at]) at++;
  return `report: ${plain.account.slice(Math.max(0, at - 80), at + 80)} | ${scanned.account.slice(Math.max(0, at - 80), at + 80)}`;
}
