import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { FoldedStacks } from '../../../src/model/profile.ts';
import type { ReadContext, ReadResult } from '../../contract.ts';
import { EventStacks } from '../../folded/by-event.ts';
import { FoldedStackBuilder } from '../../folded/stacks.ts';
import { COUNT_LIMIT } from '../../text/counts.ts';
import { isBlank } from '../../text/scan.ts';
import type { EventNames, PerfEvent } from './events.ts';
import type { FrameTable } from './frame/table.ts';
import type { FreeChains } from './free-chains.ts';
import { type Sample, SampleCounter } from './profile.ts';

/** TAB and `%16lx`. */
const CHAIN_COLUMN = 24;

export const RecordKind = { none: 0, sample: 1, trace: 2, side: 3 } as const;

/**
 * The record being read: an event line and the frames below it. It ends at the next event line or at a blank line; one
 * stray blank between event line and first frame is allowed.
 */
export class PerfRecord {
  readonly profile = new SampleCounter();
  /** Whole chains are kept. */
  readonly wantsStacks: boolean;
  /** By event index, in the order of first samples: different events are never added up. */
  private readonly stacks = new Map<number, FoldedStackBuilder>();
  samples = 0;
  /** Its event line was counted as parsed; continuation lines follow it. */
  isUsed = false;
  /** Some frame of this record has a symbol. */
  hasSymbols = false;

  private kind: number = RecordKind.none;
  private offer: { task: number; cpu: number; period: number; line: number } | null = null;
  private hasOffered = false;
  private event: PerfEvent | null = null;
  private readonly sample: Sample = { event: -1, cpu: -1, task: -1, frame: -1, line: 0 };
  private period = Number.NaN;
  private depth = 0;
  private blanks = 0;
  /** The only frame stands on the event line: a chain below it takes its place. */
  private isInline = false;
  /** Column in which the address of that frame ended. */
  private inlineColumn = 0;
  /** Chains took the place of what stood on event lines. */
  private hasReplaced = false;
  private chain = new Int32Array(256);
  /** Waits for the frames of the open record. */
  private freeChains: FreeChains | null = null;
  private readonly report: FileReport;
  private readonly unnamed: PerfEvent;

  constructor(report: FileReport, wantsStacks: boolean, unnamed: PerfEvent) {
    this.report = report;
    this.unnamed = unnamed;
    this.wantsStacks = wantsStacks;
  }

  /** Profiles and folded stacks of all records. */
  toTables(context: ReadContext, frames: FrameTable, events: EventNames): Pick<ReadResult, 'profiles' | 'folded'> {
    const names = {
      symbolOf: (frame: number) => frames.symbolOf(frame),
      dsoOf: (frame: number) => frames.dsoOf(frame),
      taskOf: (task: number) => context.strings.textOf(task),
      eventOf: (event: number) => events.all[event].name,
    };
    const profiles = this.profile.toTables(context.fileName, names, () => '');
    if (!this.wantsStacks) return { profiles, folded: null };
    const byEvent = new Map<string, FoldedStacks>();
    for (const [event, builder] of this.stacks) byEvent.set(names.eventOf(event), builder.build(names, names.taskOf));
    return { profiles, folded: new EventStacks(byEvent) };
  }

  get isOpen(): boolean {
    return this.kind !== RecordKind.none;
  }

  /** A frame was read: what comes now is further up the chain. */
  get hasLeaf(): boolean {
    return this.depth > 0 && (this.kind === RecordKind.sample || this.kind === RecordKind.trace);
  }

  /** Second line of a side record, or of an event whose payload is free text with its own line breaks. */
  takesContinuation(firstByte: number): boolean {
    if (this.depth > 0 || this.blanks > 0) return false;
    if (this.kind === RecordKind.side) return isBlank(firstByte);
    return this.kind === RecordKind.trace && this.event!.isText;
  }

  /** A record of no task, CPU and period yet. */
  open(kind: number, event: PerfEvent, line: number): void {
    this.dropOffer();
    this.kind = kind;
    this.event = event;
    this.sample.event = event.index;
    this.sample.line = line;
    this.noteOrigin(-1, -1, Number.NaN);
    this.isUsed = false;
  }
  noteOrigin(task: number, cpu: number, period: number): void {
    this.sample.task = task;
    this.sample.cpu = cpu;
    // A period that no counter can hold counts as one that was not printed.
    this.period = period < COUNT_LIMIT ? period : Number.NaN;
  }

  /** The frames of the open record are of use to somebody else too. */
  lendChain(to: FreeChains): void {
    this.freeChains = to;
  }

  /** A record without event line (`-F ip,sym`), or below the head that was offered. */
  openUnnamed(line: number): void {
    this.close();
    this.report.events++;
    const { offer } = this;
    this.offer = null;
    this.open(RecordKind.sample, this.unnamed, offer?.line ?? line);
    if (offer === null) return;
    this.report.account.parsed++;
    this.hasOffered = true;
    this.noteOrigin(offer.task, offer.cpu, offer.period);
  }

  /** A line that is the head of a record if a frame stands below it: `-F comm,ip,sym` prints a name and no more. */
  offerHead(offer: { task: number; cpu: number; period: number; line: number }): void {
    this.dropOffer();
    this.close();
    this.offer = offer;
  }

  /** No frame came: whatever the line was. */
  dropOffer(): void {
    if (this.offer === null) return;
    this.offer = null;
    this.report.account.unknown++;
  }

  /** Line of the head that waits for its frame; 0: none. */
  get offeredLine(): number {
    return this.offer === null ? 0 : this.offer.line;
  }

  /**
   * What was read as a frame on the event line. perf prints either the one frame there or a chain below, never both
   * (process_event() of builtin-script.c), so with a chain it was a data address.
   */
  addInlineFrame(frame: number, line: number, column = 0): void {
    this.addFrame(frame, line);
    this.isInline = true;
    this.inlineColumn = column;
  }

  /** `column`: where its address ends. Frames of a chain stand further right than what is printed on a line of its own. */
  addFrame(frame: number, line: number, column = CHAIN_COLUMN): void {
    if (this.kind === RecordKind.none || this.kind === RecordKind.side) this.openUnnamed(line);
    else if (this.isInline && column > this.inlineColumn) {
      this.isInline = false;
      this.hasReplaced = true;
      this.depth = 0;
    }
    const depth = this.depth;
    if (depth === 0) this.sample.frame = frame;
    if (this.wantsStacks || this.freeChains !== null) {
      if (depth === this.chain.length) {
        const longer = new Int32Array(depth * 2);
        longer.set(this.chain);
        this.chain = longer;
      }
      this.chain[depth] = frame;
    }
    this.depth = depth + 1;
  }

  private stacksOf(event: number): FoldedStackBuilder {
    let builder = this.stacks.get(event);
    if (builder === undefined) {
      builder = new FoldedStackBuilder();
      this.stacks.set(event, builder);
    }
    return builder;
  }

  takeBlank(): void {
    if (this.offer !== null) {
      // An empty chain, in a text whose other records begin like this.
      if (this.hasOffered) this.openUnnamed(this.offer.line);
      else this.dropOffer();
    }
    if (this.kind === RecordKind.none) return;
    // An empty chain below a data address.
    if (this.isInline && this.hasReplaced) {
      this.isInline = false;
      this.depth = 0;
      this.sample.frame = -1;
    }
    if (this.depth > 0 || this.blanks > 0 || this.kind === RecordKind.side) this.close();
    else this.blanks = 1;
  }

  close(): void {
    const { kind, depth } = this;
    if (kind === RecordKind.none) return;
    const weight = this.period >= 0 ? this.period : 1;
    if (kind === RecordKind.sample) {
      this.samples++;
      this.profile.add(this.sample, weight);
    }
    // A chain can be empty (blank line after the event line); a trace event without chains is no call-chain sample.
    if (
      this.wantsStacks &&
      (kind === RecordKind.sample || (kind === RecordKind.trace && (depth > 0 || this.blanks > 0)))
    ) {
      this.stacksOf(this.sample.event).add(this.sample.task, this.chain, depth, weight);
    }
    if (this.freeChains !== null) {
      if (depth > 0) this.freeChains.close(this.chain, depth);
      this.freeChains = null;
    }
    this.kind = RecordKind.none;
    this.sample.frame = -1;
    this.depth = 0;
    this.blanks = 0;
    this.isInline = false;
    this.hasSymbols = false;
  }
}
