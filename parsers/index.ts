import { type FileReport, makeFileReport } from '../src/model/diagnostics/accounting.ts';
import { ExitCode, RecvscopeError } from '../src/model/diagnostics/errors.ts';
import { Diagnostics } from '../src/model/diagnostics/index.ts';
import type { Fact } from '../src/model/environment.ts';
import type { EventSink } from '../src/model/events.ts';
import type { FoldedStacks, ProfileTable } from '../src/model/profile.ts';
import type { StringTable } from '../src/model/string-table.ts';
import type { Vocabulary } from '../src/model/vocabulary.ts';
import type { FormatReader, ReadContext } from './contract.ts';
import { sniffWrapper, takeHead } from './detect/heads.ts';
import { SegmentFeeder, type SegmentResult, type SegmentSpec } from './detect/segments.ts';
import { shiftDiagnostics, shiftLines, shiftSink } from './detect/shift-lines.ts';
import { HEAD_BYTES, makeHead, sniffHead } from './detect/sniff.ts';
import { openUnknown } from './detect/unknown-text.ts';
import { mergeFolded } from './folded/merge.ts';
import { orderMoments } from './formats/side/moments.ts';
import { FORMATS } from './registry.ts';
import {
  binaryRecording,
  emptyFolder,
  fillCommand,
  isRecognised,
  nothingIn,
  notRecognised,
} from './source/input-errors.ts';
import { type InputFile, type InputList, listInputs } from './source/inputs.ts';
import { DEFAULT_MAX_EXPANDED_BYTES, DEFAULT_MAX_EXPANSION_RATIO } from './source/limits.ts';
import type { BinaryKind } from './source/magic.ts';
import { findBinaryHead } from './source/magic.ts';
import { type OpenSource, openSource } from './source/open.ts';
import { unwrapChunks, type Wrapper } from './source/wrappers.ts';
import { DEFAULT_MAX_LINE_BYTES } from './text/lines.ts';
import { LineKernel } from './wasm/line-scanner.ts';

export { FORMATS } from './registry.ts';

export interface ReadOptions {
  vocabulary: Vocabulary;
  strings: StringTable;
  diagnostics: Diagnostics;
  sink: EventSink;
  wantFolded?: boolean;
  /** Read without the WebAssembly kernel (parsers/kernel). */
  usePlainScanner?: boolean;
  maxLineBytes?: number;
  /** A packed file that expands more than this many times is refused (past 64 MiB). */
  maxExpansionRatio?: number;
  maxExpandedBytes?: number;
  onProgress?: (file: string, bytesRead: number, totalBytes: number | null) => void;
  stdin?: AsyncIterable<Uint8Array>;
}

export interface CaptureParts {
  name: string;
  /** `EventStream.file` and `CallTable.file` index this list. */
  files: FileReport[];
  profiles: ProfileTable[];
  facts: Fact[];
  folded: FoldedStacks | null;
}

/** Everything one CAPTURE argument holds: a file, '-' for stdin, or a folder whose every file is sniffed and used. */
export async function readCapture(argument: string, options: ReadOptions): Promise<CaptureParts> {
  const list = listInputs(argument, options.stdin);
  if (list.isFolder && list.files.length === 0) throw emptyFolder(list);
  const reading = new CaptureReading(list, options);
  if (list.isFolder) await reading.readFolder();
  else await reading.readOnly(list.files[0]);
  return reading.finish();
}

class CaptureReading {
  private readonly list: InputList;
  private readonly options: ReadOptions;
  /** First segments by place of the file in the list; further segments follow. */
  private readonly reports: (FileReport | undefined)[];
  private readonly placeNames: string[];
  private readonly profiles: ProfileTable[] = [];
  private readonly facts: Fact[] = [];
  private readonly segmentPlaces = new Map<SegmentSpec, { place: number; diagnostics: Diagnostics }>();
  private readonly folded: FoldedStacks[] = [];
  /** What is wrong with the packed data of a file. */
  private readonly packingNotes = new Map<InputFile, string>();

  constructor(list: InputList, options: ReadOptions) {
    this.list = list;
    this.options = options;
    this.reports = new Array(list.files.length).fill(undefined);
    this.placeNames = list.files.map((file) => file.name);
  }

  /** Facts first: a kprobe_events file settles how the arguments of a trace are printed. */
  async readFolder(): Promise<void> {
    const order: { index: number; rank: number }[] = [];
    for (let index = 0; index < this.list.files.length; index++) {
      order.push({ index, rank: await this.rankFile(this.list.files[index]) });
    }
    order.sort((a, b) => a.rank - b.rank || a.index - b.index);
    for (const { index } of order) {
      try {
        await this.readFile(index);
      } catch (error) {
        if (!(error instanceof RecvscopeError) || error.exitCode !== ExitCode.unreadable) throw error;
        this.noteUnreadable(this.list.files[index].name, error.message, index);
      }
    }
    for (const { name, reason } of this.list.skipped) {
      this.options.diagnostics.count('unreadable-file', { file: name, text: reason, reason: 'skipped' });
    }
    if (!this.reports.some((report) => report !== undefined && isRecognised(report)))
      throw nothingIn(this.list, this.reports);
  }

  async readOnly(file: InputFile): Promise<void> {
    const { binary } = await this.readFile(0);
    const report = this.reports[0];
    if (binary !== null) throw binaryRecording(file.name, binary);
    if (this.reports.some((each) => each !== undefined && isRecognised(each))) return;
    throw notRecognised(file.name, report, this.packingNotes.get(file) ?? '');
  }

  finish(): CaptureParts {
    // A place that was never filled belongs to a file that broke off; indices must not move.
    const files = this.reports.map((report, place) => report ?? makeFileReport(this.placeNames[place], 'unreadable'));
    return {
      name: this.list.name,
      files,
      profiles: this.profiles,
      facts: orderMoments(this.facts),
      folded: this.options.wantFolded === true ? mergeFolded(this.folded) : null,
    };
  }

  private async rankFile(file: InputFile): Promise<number> {
    try {
      const { binary, chunks } = await this.openFile(file, false);
      if (binary !== null) return 3;
      const bytes = await takeHead(chunks);
      const { format } = sniffHead(makeHead(bytes, bytes.length < HEAD_BYTES), FORMATS, true);
      if (format === null) return 3;
      // The last of several facts is the one that is found.
      return format.isRounded === true ? -1 : { facts: 0, profile: 1, events: 2 }[format.fills];
    } catch (error) {
      if (error instanceof RecvscopeError) return 3;
      throw error;
    }
  }

  private openFile(file: InputFile, isCounted: boolean): Promise<OpenSource> {
    const { options } = this;
    return openSource(file, {
      maxExpansionRatio: options.maxExpansionRatio ?? DEFAULT_MAX_EXPANSION_RATIO,
      maxExpandedBytes: options.maxExpandedBytes ?? DEFAULT_MAX_EXPANDED_BYTES,
      // A binary recording is printed once, when it is read.
      mayPrint: isCounted,
      onBytes: (bytesRead) => {
        if (isCounted) options.onProgress?.(file.name, bytesRead, file.sizeBytes);
      },
      onBroken: (name, text) => {
        if (!isCounted) return;
        options.diagnostics.count(name, { file: file.name, text, reason: 'packed-data' });
        this.packingNotes.set(file, text);
      },
    });
  }

  private async readFile(index: number): Promise<{ binary: BinaryKind | null }> {
    const file = this.list.files[index];
    const { wrapping, binary, chunks } = await this.openFile(file, true);
    if (binary !== null) {
      this.noteBinary(file.name, binary, index);
      return { binary };
    }
    const { wrapper, all, head } = await sniffWrapper(chunks);
    const unknown = findBinaryHead(head);
    if (unknown !== null) {
      if (wrapping !== '' && unknown.id === 'tar') unknown.command = 'tar -xaOf FILE';
      this.noteBinary(file.name, unknown, index);
      return { binary: unknown };
    }
    const kernel = this.options.usePlainScanner === true ? null : LineKernel.borrow();
    const feeder = new SegmentFeeder(FORMATS, (spec) => this.openSegment(spec, index, wrapper, kernel), kernel);
    for await (const chunk of wrapper === null ? all : unwrapChunks(all, wrapper)) feeder.push(chunk);
    for (const segment of feeder.end()) this.keepSegment(segment, index, wrapping, wrapper);
    kernel?.giveBack();
    return { binary: null };
  }

  private openSegment(
    spec: SegmentSpec,
    index: number,
    wrapper: Wrapper | null,
    kernel: LineKernel | null,
  ): FormatReader {
    const { options } = this;
    const place = spec.index === 0 ? index : this.reports.push(undefined) - 1;
    this.placeNames[place] = this.list.files[index].name;
    const diagnostics = spec.linesBefore === 0 ? options.diagnostics : new Diagnostics();
    this.segmentPlaces.set(spec, { place, diagnostics });
    const context: ReadContext = {
      vocabulary: options.vocabulary,
      strings: options.strings,
      diagnostics,
      file: place,
      fileName: this.list.files[index].name,
      facts: this.facts,
      sink: shiftSink(options.sink, spec.linesBefore),
      wantFolded: options.wantFolded ?? false,
      usePlainScanner: options.usePlainScanner ?? false,
      kernel: kernel ?? undefined,
      maxLineBytes: options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES,
    };
    if (spec.format !== null) return spec.format.open(context);
    return openUnknown(context, wrapper?.kind === 'html' ? 'a web page' : spec.looksLike);
  }

  private keepSegment(segment: SegmentResult, index: number, wrapping: string, wrapper: Wrapper | null): void {
    const { spec, result } = segment;
    const { place, diagnostics } = this.segmentPlaces.get(spec)!;
    shiftLines(result, spec.linesBefore);
    if (diagnostics !== this.options.diagnostics) {
      this.options.diagnostics.absorb(shiftDiagnostics(diagnostics.toRecords(), spec.linesBefore));
    }
    const { report } = result;
    report.wrapping = [wrapping, wrapper?.kind ?? ''].filter((part) => part !== '').join('+');
    report.bytes = segment.bytes;
    if (report.variant === '') report.variant = spec.variant;
    const packingNote = this.packingNotes.get(this.list.files[index]);
    if (packingNote !== undefined && spec.index === 0) report.notes.push(packingNote);
    if (spec.index > 0) report.notes.push(`part ${spec.index + 1} of the file, from line ${spec.linesBefore + 1}`);
    if (spec.format === null && spec.index === 0 && report.account.lines > 0) {
      this.options.diagnostics.count('unknown-file', {
        file: this.list.files[index].name,
        text: spec.looksLike,
        reason: 'unknown',
      });
    }
    this.reports[place] = report;
    this.profiles.push(...result.profiles);
    this.facts.push(...result.facts);
    if (result.folded !== null) this.folded.push(result.folded);
  }

  private noteBinary(name: string, binary: BinaryKind, index: number): void {
    const report = makeFileReport(name, 'binary');
    report.variant = binary.id;
    report.notes.push(binary.command === '' ? binary.title : `${binary.title}: ${fillCommand(binary, name)}`);
    this.reports[index] = report;
    this.options.diagnostics.count('binary-file', { file: name, text: report.notes[0], reason: binary.id });
  }

  private noteUnreadable(name: string, text: string, index: number): void {
    const report = makeFileReport(name, 'unreadable');
    report.notes.push(text);
    this.reports[index] = report;
    this.options.diagnostics.count('unreadable-file', { file: name, text, reason: 'unreadable' });
  }
}
