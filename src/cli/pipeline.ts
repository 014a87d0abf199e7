import { readCapture } from '../../parsers/index.ts';
import { makeVocabulary } from '../kernels/index.ts';
import { MECHANISMS } from '../mechanisms/index.ts';
import type { Run } from '../model/capture.ts';
import { Diagnostics } from '../model/diagnostics/index.ts';
import type { EventSink } from '../model/events.ts';
import type { FoldedStacks } from '../model/profile.ts';
import { StringTable } from '../model/string-table.ts';
import type { Vocabulary } from '../model/vocabulary.ts';
import { TimelineBuilder } from '../timeline/index.ts';
import { limitHeapGrowth } from './heap-growth.ts';
import { clearProgress, printProgress, printWarning } from './output.ts';

/**
 * The only place where the rooms are wired together. A datum walks through once:
 *
 *   capture ─ readCapture ─► events ─ TimelineBuilder ─► calls ┐
 *                     └────► profiles, facts ──────────────────┴─► Run ─ judge/compare ─► Analysis ─ render ─► text
 */
export interface LoadOptions {
  side?: Run['side'];
  maxCalls?: number;
  seed?: number;
  maxLineBytes?: number;
  maxExpansionRatio?: number;
  maxExpandedBytes?: number;
  /** Hash the bytes, so that the run carries its capture id. */
  identify?: boolean;
  /** Phases of every call with their place in time, not of a choice of calls. */
  keepAllSegments?: boolean;
  /** Only rows of calls will be written: nothing else of the timeline is built. */
  onlyCalls?: boolean;
  /** --label key=value */
  labels?: Record<string, string>;
  maxFiles?: number;
  maxFolderBytes?: number;
  printRecordings?: boolean;
  /** Of a folder that holds several runs: this one (parsers/source/series.ts). */
  onlyRun?: string;
  /** Captures that are read at the same time; absent: as many as there are cores, at most 8. */
  jobs?: number;
  /** Instead of the line on the terminal: a thread of its own has none. */
  onProgress?: (file: string, bytesRead: number, totalBytes: number | null) => void;
  onPrinting?: (tool: string, file: string) => void;
  /** The bytes of the argument, when somebody had to look at them already. */
  opened?: AsyncIterable<Uint8Array>;
}

export const vocabulary: Vocabulary = makeVocabulary();

/** One CAPTURE argument (file, folder or '-') becomes one run. */
export async function loadRun(argument: string, options: LoadOptions): Promise<Run> {
  const strings = new StringTable();
  const diagnostics = new Diagnostics();
  const timeline = new TimelineBuilder({
    strings,
    vocabulary,
    mechanisms: MECHANISMS,
    diagnostics,
    maxCalls: options.maxCalls,
    seed: options.seed,
    keepAllSegments: options.keepAllSegments,
    onlyCalls: options.onlyCalls,
  });
  const parts = await readCapture(argument, {
    vocabulary,
    strings,
    diagnostics,
    sink: timeline,
    wantDigest: options.identify,
    onProgress(file, bytesRead, totalBytes) {
      limitHeapGrowth(bytesRead);
      (options.onProgress ?? showProgress)(file, bytesRead, totalBytes);
    },
    ...limitsOf(options),
  });
  if (options.onProgress === undefined) clearProgress();
  const { calls, arrivals, notes, era } = timeline.finish(parts.facts, parts.files, parts.profiles);
  return {
    name: parts.name,
    side: options.side ?? '',
    files: parts.files,
    calls,
    ...(arrivals.length > 0 ? { arrivals } : {}),
    profiles: parts.profiles,
    facts: parts.facts,
    diagnostics: diagnostics.toRecords(),
    timeline: notes,
    captureId: parts.captureId,
    labels: options.labels,
    era,
  };
}

/** Call-chain samples only: no timeline is built. */
export async function loadFolded(argument: string, options: LoadOptions): Promise<FoldedStacks | null> {
  const nowhere: EventSink = { onBatch: () => undefined };
  const parts = await readCapture(argument, {
    vocabulary,
    strings: new StringTable(),
    diagnostics: new Diagnostics(),
    sink: nowhere,
    wantFolded: true,
    onProgress: showProgress,
    ...limitsOf(options),
  });
  clearProgress();
  return parts.folded;
}

function limitsOf(options: LoadOptions) {
  return {
    maxLineBytes: options.maxLineBytes,
    maxExpansionRatio: options.maxExpansionRatio,
    maxExpandedBytes: options.maxExpandedBytes,
    maxFiles: options.maxFiles,
    maxFolderBytes: options.maxFolderBytes,
    onlyRun: options.onlyRun,
    printRecordings: options.printRecordings,
    opened: options.opened,
    onPrinting: options.onPrinting ?? ((tool: string, file: string) => printWarning(`${tool} is printing ${file}`)),
  };
}

export function showProgress(file: string, bytesRead: number, totalBytes: number | null): void {
  const mib = (bytes: number): string => (bytes / 1048576).toFixed(0);
  const share =
    totalBytes === null || totalBytes === 0
      ? ''
      : ` of ${mib(totalBytes)} MiB, ${Math.floor((100 * bytesRead) / totalBytes)} %`;
  printProgress(`${file}: ${mib(bytesRead)} MiB${share}`);
}
