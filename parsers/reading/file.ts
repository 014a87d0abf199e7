import { Diagnostics } from '../../src/model/diagnostics/index.ts';
import type { FormatReader } from '../contract.ts';
import { sniffWrapper } from '../detect/heads.ts';
import { SegmentFeeder, type SegmentResult, type SegmentSpec } from '../detect/segments.ts';
import { shiftDiagnostics, shiftLines, shiftSink } from '../detect/shift-lines.ts';
import { openUnknown } from '../detect/unknown-text.ts';
import { FORMATS } from '../registry.ts';
import { type Damage, nameDamages, startUndoing } from '../source/hygiene/index.ts';
import type { InputFile } from '../source/inputs.ts';
import { type BinaryKind, findBinaryHead } from '../source/magic.ts';
import { unwrapChunks, type Wrapper } from '../source/wrappers.ts';
import { DEFAULT_MAX_LINE_BYTES } from '../text/lines.ts';
import { LineScanner } from '../wasm/line-scanner.ts';
import type { CaptureAccount } from './account.ts';
import { openToRead } from './opening.ts';
import type { ReadOptions } from './options.ts';

/** One file of a capture on its way from bytes to the account: opened, unwrapped, cut into segments, each one read. */
export class FileReading {
  /** What is wrong with its packed data; '' nothing. */
  packingNote = '';
  private readonly file: InputFile;
  private readonly place: number;
  private readonly options: ReadOptions;
  private readonly account: CaptureAccount;
  private readonly segments = new Map<SegmentSpec, { place: number; diagnostics: Diagnostics }>();
  private wrapping = '';
  private wrapper: Wrapper | null = null;
  private damages: readonly Damage[] = [];

  /** `place`: of the file's first segment in the account. */
  constructor(file: InputFile, place: number, options: ReadOptions, account: CaptureAccount) {
    this.file = file;
    this.place = place;
    this.options = options;
    this.account = account;
  }

  /** Resolves to what it is when it holds no text: it is noted then, and nothing is read. */
  async read(): Promise<BinaryKind | null> {
    const { wrapping, binary, chunks } = await openToRead(this.file, this.options, {
      onPackingNote: (text) => {
        this.packingNote = text;
      },
      onUnpacked: this.options.wantDigest === true ? (bytes) => this.account.hash(this.place, bytes) : undefined,
    });
    if (binary !== null) return this.refuse(binary);
    const { wrapper, damages, all, head } = await sniffWrapper(chunks);
    const unknown = findBinaryHead(head);
    if (unknown !== null) {
      if (wrapping !== '' && unknown.id === 'tar') unknown.command = 'tar -xaOf FILE';
      return this.refuse(unknown);
    }
    this.wrapping = wrapping;
    this.wrapper = wrapper;
    this.damages = damages;
    const memory = this.options.usePlainScanner === true ? null : LineScanner.borrow();
    const feeder = new SegmentFeeder(FORMATS, (spec) => this.openSegment(spec, memory), memory);
    for await (const chunk of this.unwrap(all)) feeder.push(chunk);
    for (const segment of feeder.end()) this.keepSegment(segment);
    memory?.giveBack();
    return null;
  }

  /** Undamaged text is passed on as it is. */
  private unwrap(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const { wrapper, damages } = this;
    if (wrapper === null && damages.length === 0) return chunks;
    return unwrapChunks(chunks, startUndoing(wrapper === null ? damages : [...damages, wrapper]));
  }

  private refuse(binary: BinaryKind): BinaryKind {
    this.account.noteBinary(this.place, binary);
    return binary;
  }

  private openSegment(spec: SegmentSpec, memory: LineScanner | null): FormatReader {
    const { options, account } = this;
    const { name } = this.file;
    const place = spec.index === 0 ? this.place : account.addPlace(name);
    const diagnostics = spec.linesBefore === 0 ? options.diagnostics : new Diagnostics();
    this.segments.set(spec, { place, diagnostics });
    const context = {
      vocabulary: options.vocabulary,
      strings: options.strings,
      diagnostics,
      file: place,
      fileName: name,
      facts: account.facts,
      sink: shiftSink(options.sink, spec.linesBefore),
      wantFolded: options.wantFolded ?? false,
      usePlainScanner: options.usePlainScanner ?? false,
      textMemory: memory ?? undefined,
      maxLineBytes: options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES,
    };
    if (spec.format !== null) return spec.format.open(context);
    return openUnknown(context, this.wrapper?.kind === 'html' ? 'a web page' : spec.looksLike);
  }

  private keepSegment(segment: SegmentResult): void {
    const { spec, result } = segment;
    const { place, diagnostics } = this.segments.get(spec)!;
    shiftLines(result, spec.linesBefore);
    if (diagnostics !== this.options.diagnostics)
      this.options.diagnostics.absorb(shiftDiagnostics(diagnostics.toRecords(), spec.linesBefore));
    const { report } = result;
    report.wrapping = [this.wrapping, this.wrapper?.kind ?? ''].filter((part) => part !== '').join('+');
    report.undone = nameDamages(this.damages);
    report.bytes = segment.bytes;
    if (report.variant === '') report.variant = spec.variant;
    if (this.packingNote !== '' && spec.index === 0) report.notes.push(this.packingNote);
    if (spec.index > 0) report.notes.push(`part ${spec.index + 1} of the file, from line ${spec.linesBefore + 1}`);
    if (spec.format === null && spec.index === 0 && report.account.lines > 0) {
      const doubt = { file: this.file.name, text: spec.looksLike, reason: 'unknown' };
      this.options.diagnostics.count('unknown-file', doubt);
    }
    this.account.keep(place, result);
  }
}
