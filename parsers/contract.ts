import type { FileReport } from '../src/model/diagnostics/accounting.ts';
import type { Diagnostics } from '../src/model/diagnostics/index.ts';
import type { Fact } from '../src/model/environment.ts';
import type { EventSink, EventStream } from '../src/model/events.ts';
import type { FoldedStacks, ProfileTable } from '../src/model/profile.ts';
import type { StringTable } from '../src/model/string-table.ts';
import type { Vocabulary } from '../src/model/vocabulary.ts';

/** What a reader may use. One context per input file; `strings` is shared by all files of a capture. */
export interface ReadContext {
  readonly vocabulary: Vocabulary;
  readonly strings: StringTable;
  readonly diagnostics: Diagnostics;
  /** Index and name of the file inside the capture. */
  readonly file: number;
  readonly fileName: string;
  /** Facts of the bundle read so far (side files are read before traces: a kprobe_events file settles hex or decimal). */
  readonly facts: readonly Fact[];
  readonly sink: EventSink;
  /** Ask a sample reader to keep whole stacks (export --format folded). */
  readonly wantFolded: boolean;
  /** Without the WebAssembly scanner: the readers' own scanners alone, which are the reference (parsers/wasm). */
  readonly usePlainScanner?: boolean;
  /** The memory that the chunks lie in, if they do. */
  readonly textMemory?: TextMemory;
  /** Lines longer than this are counted and skipped. */
  readonly maxLineBytes: number;
}

/** Memory that a fast scanner can read text in without another copy (parsers/wasm); nobody else need know what it is. */
export interface TextMemory {
  /** Puts two stretches of bytes there, one behind the other; null: they are too many. */
  placeText(first: Uint8Array, second: Uint8Array): Buffer | null;
  /** The text was placed there. */
  holds(text: Buffer): boolean;
  /**
   * Next position in [at, end) of placed text that begins a line with one of `firstBytes` (eight at most); -1 when there is
   * none. `at` itself is no line start.
   */
  findLineStart(text: Buffer, at: number, end: number, firstBytes: Uint8Array): number;
}

/** What a reader leaves behind besides the batches it pushed. */
export interface ReadResult {
  report: FileReport;
  stream: EventStream | null;
  profiles: ProfileTable[];
  facts: Fact[];
  folded: FoldedStacks | null;
}

/** One file in one format. `push` takes bytes cut anywhere, also inside a line or a character. */
export interface FormatReader {
  push(chunk: Uint8Array): void;
  end(): ReadResult;
}

/** yes/no with a score; 'needMore' only when the head is shorter than 64 KiB and not at the end of the input. */
export interface Detection {
  score: number;
  variant: string;
}

export interface Format {
  /** 'perf-script', 'ftrace', … */
  readonly id: string;
  readonly title: string;
  /** Which room of the capture it fills. */
  readonly fills: 'events' | 'profile' | 'facts';
  /** Its figures are rounded for people: those of another file of the bundle outrank them. */
  readonly isRounded?: boolean;
  /** Its lines stand far apart in a text of another kind: how much of the text they are says nothing. */
  readonly isSparse?: boolean;
  /** Link to the code that prints it and one true example line. */
  readonly printedBy: string;
  readonly example: string;
  /** Score of the decoded first 64 KiB, 0 = not ours. See parsers/README.md for the scale. */
  detect(head: DetectionHead): Detection;
  open(context: ReadContext): FormatReader;
}

/** The first 64 KiB, decoded once for all formats, wrapper prefixes still in place. */
export interface DetectionHead {
  readonly text: string;
  readonly lines: readonly string[];
  readonly isWholeFile: boolean;
}
