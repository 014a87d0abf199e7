import type { Diagnostics } from '../../src/model/diagnostics/index.ts';
import type { EventSink } from '../../src/model/events.ts';
import type { StringTable } from '../../src/model/string-table.ts';
import type { Vocabulary } from '../../src/model/vocabulary.ts';

export interface ReadOptions {
  vocabulary: Vocabulary;
  strings: StringTable;
  diagnostics: Diagnostics;
  sink: EventSink;
  wantFolded?: boolean;
  /** Read without the WebAssembly scanner (parsers/wasm). */
  usePlainScanner?: boolean;
  /** Hash the bytes (0.65 ns each, a third of the cost of reading them): `captureId` of the result. */
  wantDigest?: boolean;
  maxLineBytes?: number;
  /** A packed file that expands more than this many times is refused (past 64 MiB). */
  maxExpansionRatio?: number;
  maxExpandedBytes?: number;
  onProgress?: (file: string, bytesRead: number, totalBytes: number | null) => void;
  onPrinting?: (tool: string, file: string) => void;
  stdin?: AsyncIterable<Uint8Array>;
  /** The bytes of the argument, when somebody had to look at them already. */
  opened?: AsyncIterable<Uint8Array>;
  /** Run perf and trace-cmd on binary recordings inside a folder, too. */
  printRecordings?: boolean;
  /** Bounds of a folder: entries, bytes on disk. */
  maxFiles?: number;
  maxFolderBytes?: number;
  /** Of a folder that holds several runs: this one. */
  onlyRun?: string;
}

/** What looking into a folder takes. */
export type LookOptions = Pick<ReadOptions, 'maxExpansionRatio' | 'maxExpandedBytes' | 'maxFiles' | 'maxFolderBytes'>;
