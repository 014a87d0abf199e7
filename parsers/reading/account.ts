import { type FileReport, makeFileReport } from '../../src/model/diagnostics/accounting.ts';
import type { Diagnostics } from '../../src/model/diagnostics/index.ts';
import type { Fact } from '../../src/model/environment.ts';
import type { FoldedStacks, ProfileTable } from '../../src/model/profile.ts';
import type { ReadResult } from '../contract.ts';
import { mergeFolded } from '../folded/by-event.ts';
import { orderMoments } from '../formats/side/index.ts';
import { CaptureDigest } from '../source/digest.ts';
import { fillCommand, isRecognised } from '../source/input-errors.ts';
import type { InputList } from '../source/inputs.ts';
import type { BinaryKind } from '../source/magic.ts';

export interface CaptureParts {
  name: string;
  /** `EventStream.file` and `CallTable.file` index this list. */
  files: FileReport[];
  profiles: ProfileTable[];
  facts: Fact[];
  folded: FoldedStacks | null;
  /** Name of the capture by its content; null unless `wantDigest`. */
  captureId: string | null;
}

/**
 * What has been read of a capture so far. A place is an index into `CaptureParts.files`: the first segment of a file has
 * the file's place in the list, further ones follow behind all files.
 */
export class CaptureAccount {
  readonly facts: Fact[] = [];
  private readonly list: InputList;
  private readonly diagnostics: Diagnostics;
  private readonly reports: (FileReport | undefined)[];
  private readonly placeNames: string[];
  private readonly profiles: ProfileTable[] = [];
  private readonly folded: FoldedStacks[] = [];
  private readonly digest = new CaptureDigest();

  constructor(list: InputList, diagnostics: Diagnostics) {
    this.list = list;
    this.diagnostics = diagnostics;
    this.reports = new Array(list.files.length).fill(undefined);
    this.placeNames = list.files.map((file) => file.name);
  }

  /** A place behind all others, for a further segment of this file. */
  addPlace(name: string): number {
    this.placeNames.push(name);
    return this.reports.push(undefined) - 1;
  }

  /** Bytes of the file at `place`, unpacked, in their order. */
  hash(place: number, bytes: Uint8Array): void {
    this.digest.add(place, bytes);
  }

  keep(place: number, result: ReadResult): void {
    this.reports[place] = result.report;
    this.profiles.push(...result.profiles);
    this.facts.push(...result.facts);
    if (result.folded !== null) this.folded.push(result.folded);
  }

  noteBinary(place: number, binary: BinaryKind): void {
    const name = this.placeNames[place];
    const note = binary.command === '' ? binary.title : `${binary.title}: ${fillCommand(binary, name)}`;
    this.keepUnread(place, 'binary', note).variant = binary.id;
    this.diagnostics.count('binary-file', { file: name, text: note, reason: binary.id });
  }

  noteUnreadable(place: number, text: string): void {
    this.keepUnread(place, 'unreadable', text);
    this.diagnostics.count('unreadable-file', { file: this.placeNames[place], text, reason: 'unreadable' });
  }

  private keepUnread(place: number, format: 'binary' | 'unreadable', note: string): FileReport {
    const report = makeFileReport(this.placeNames[place], format);
    report.notes.push(note);
    this.reports[place] = report;
    return report;
  }

  noteSkipped(): void {
    for (const { name, reason, diagnostic } of this.list.skipped)
      this.diagnostics.count(diagnostic, { file: name, text: reason, reason: 'skipped' });
  }

  /** By place; undefined: nothing was read there. */
  get files(): readonly (FileReport | undefined)[] {
    return this.reports;
  }
  recognises(place: number): boolean {
    const report = this.reports[place];
    return report !== undefined && isRecognised(report);
  }

  get hasRecognised(): boolean {
    return this.reports.some((report) => report !== undefined && isRecognised(report));
  }

  finish(wantFolded: boolean): CaptureParts {
    // A place that was never filled belongs to a file that broke off; indices must not move.
    const files = this.reports.map((report, place) => report ?? makeFileReport(this.placeNames[place], 'unreadable'));
    return {
      name: this.list.name,
      files,
      profiles: this.profiles,
      facts: orderMoments(this.facts),
      folded: wantFolded ? mergeFolded(this.folded) : null,
      captureId: this.digest.finish(),
    };
  }
}
