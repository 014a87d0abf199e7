import type { InputFile } from '../source/inputs.ts';
import { DEFAULT_MAX_EXPANDED_BYTES, DEFAULT_MAX_EXPANSION_RATIO } from '../source/limits.ts';
import { type OpenSource, openSource } from '../source/open.ts';
import type { LookOptions, ReadOptions } from './options.ts';

/** Opens a file to look at its first bytes: nothing is printed by another tool, reported or counted. */
export function openToRank(file: InputFile, options: LookOptions): Promise<OpenSource> {
  return openSource(file, {
    ...limitsOf(options),
    mayPrint: false,
    isNamed: false,
    onBytes: () => {},
    onBroken: () => {},
  });
}

export interface ReadWatch {
  /** What is wrong with its packed data, which is also a diagnostic. */
  onPackingNote(text: string): void;
  /** Its bytes once nothing is packed any more. */
  onUnpacked?(bytes: Uint8Array): void;
}

/** Opens a file to read it. */
export function openToRead(file: InputFile, options: ReadOptions, watch: ReadWatch): Promise<OpenSource> {
  return openSource(file, {
    ...limitsOf(options),
    mayPrint: true,
    isNamed: options.printRecordings === true,
    onPrinting: (tool) => options.onPrinting?.(tool, file.name),
    onBytes: (bytesRead) => options.onProgress?.(file.name, bytesRead, file.sizeBytes),
    onBroken: (name, text) => {
      options.diagnostics.count(name, { file: file.name, text, reason: 'packed-data' });
      watch.onPackingNote(text);
    },
    onUnpacked: watch.onUnpacked,
  });
}

function limitsOf(options: LookOptions): { maxExpansionRatio: number; maxExpandedBytes: number } {
  return {
    maxExpansionRatio: options.maxExpansionRatio ?? DEFAULT_MAX_EXPANSION_RATIO,
    maxExpandedBytes: options.maxExpandedBytes ?? DEFAULT_MAX_EXPANDED_BYTES,
  };
}
