import type { ArrivalTable } from '../model/arrivals/table.ts';
import type { CallTable } from '../model/calls.ts';
import type { FileReport } from '../model/diagnostics/accounting.ts';
import type { Diagnostics } from '../model/diagnostics/index.ts';
import type { Fact } from '../model/environment.ts';
import { type EventBatch, type EventSink, type EventStream, Kind } from '../model/events.ts';
import { decideKernelEra, type KernelEra } from '../model/kernel/era.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { ProfileTable } from '../model/profile.ts';
import type { StringTable } from '../model/string-table.ts';
import type { TimelineNotes } from '../model/timeline-notes.ts';
import type { Vocabulary } from '../model/vocabulary.ts';
import { chooseTotals, mergeTables, mergeTotals } from './arrivals/merge.ts';
import { sumArrivals } from './arrivals/totals.ts';
import { findRepeatedCalls, groupRuns } from './capture/bundle.ts';
import { CaptureFile } from './capture/file.ts';
import { makeNotes } from './notes.ts';
import { type DecisionEvidence, decideMechanisms } from './rows/decline.ts';
import { makeRandom, SegmentKeeper } from './rows/segment-keeper.ts';
import { CallStore } from './rows/store.ts';
import { sumSchedule } from './schedule.ts';

export interface TimelineOptions {
  strings: StringTable;
  vocabulary: Vocabulary;
  mechanisms: readonly Mechanism[];
  diagnostics: Diagnostics;
  /** Rows kept in the table; beyond it totals stay exact and rows are sampled. */
  maxCalls?: number;
  seed?: number;
  /** Segments of every call of the table, not of a choice of them: for an export of the whole timeline. */
  keepAllSegments?: boolean;
  /** Rows of calls are all that is asked for: what arrived in softirqs is not followed. */
  onlyCalls?: boolean;
}

/** Rebuilds receive calls from the events of one capture (README.md tells the rules). */
export class TimelineBuilder implements EventSink {
  private readonly options: TimelineOptions;
  private readonly store: CallStore;
  private readonly keeper: SegmentKeeper;
  private readonly random: () => number;
  private readonly files: CaptureFile[] = [];
  private current: CaptureFile | null = null;

  constructor(options: TimelineOptions) {
    this.options = options;
    const seed = options.seed ?? 1;
    this.random = makeRandom(seed + 2);
    this.store = new CallStore(options.strings, options.maxCalls ?? Number.POSITIVE_INFINITY, makeRandom(seed));
    this.keeper = new SegmentKeeper(makeRandom(seed + 1), options.keepAllSegments === true);
  }

  onBatch(stream: EventStream, batch: EventBatch): void {
    if (this.current === null || this.current.stream !== stream) {
      this.current?.end();
      this.current = new CaptureFile(stream, {
        store: this.store,
        keeper: this.keeper,
        strings: this.options.strings,
        maxArrivals: this.options.maxCalls ?? Number.POSITIVE_INFINITY,
        random: this.random,
        onlyCalls: this.options.onlyCalls === true,
      });
      this.files.push(this.current);
    }
    this.current.push(batch);
  }

  /** Calls of the whole capture, once its facts, files and profiles are known; and which kernel it is of. */
  finish(
    facts: readonly Fact[],
    files: readonly FileReport[],
    profiles: readonly ProfileTable[] = [],
  ): { calls: CallTable; arrivals: ArrivalTable; notes: TimelineNotes; era: KernelEra } {
    this.current?.end();
    this.current = null;
    const { store } = this;
    const { diagnostics } = this.options;
    this.keeper.giveSegments(store.table.segmentsByCall);
    const repeated = findRepeatedCalls(this.files, store.table, diagnostics);
    const { isSampled } = store;
    if (!isSampled) for (const row of repeated.dropped) store.forgetRow(row);
    else for (const copy of repeated.copies) store.forgetFile(copy.fileIndex);
    const runs = groupRuns(this.files, repeated.sameRun);
    const shown = runs.map((run) => run.reduce((best, file) => (arrivalsOf(file) > arrivalsOf(best) ? file : best)));
    if (repeated.dropped.size > 0 || isSampled) {
      const newRowOf = store.rebuild((row) => !repeated.dropped.has(row));
      for (const file of shown) file.arrivals.store.renumber(newRowOf);
    }
    if (isSampled) diagnostics.count('max-calls-sampled', undefined, store.totals.calls - store.table.length);
    store.totals.kept = store.table.length;
    const evidence = new Map(this.files.map((file) => [file.fileIndex, decisionEvidence(file, facts)]));
    const seen = this.files.flatMap((file) => [...file.traits.datedNames.values()]);
    const era = decideKernelEra({ facts, files, profiles, seen });
    decideMechanisms(store.table, store.flags, evidence, this.options.mechanisms, { facts, era });
    const notes = makeNotes(runs, store, diagnostics);
    notes.notes.push(...repeated.notes);
    const collectors = shown.map((file) => file.arrivals);
    const textOf = (id: number): string => this.options.strings.textOf(id);
    const totals = mergeTotals(
      runs.map((run, i) => {
        const sum = (file: CaptureFile) => sumArrivals(file.arrivals, textOf, file.fileIndex);
        return {
          file: shown[i].stream.fileName,
          totals: chooseTotals(sum(shown[i]), run.filter((file) => file !== shown[i]).map(sum)),
        };
      }),
    );
    if (totals !== null) notes.arrivals = totals;
    const switching = runs.map((run) =>
      run.reduce((best, file) => (switchesOf(file) > switchesOf(best) ? file : best)),
    );
    const receivers = new Set<number>();
    for (let row = 0; row < store.table.length; row++) receivers.add(store.table.get('tid', row));
    const schedule = sumSchedule(switching, textOf, (tid) => receivers.has(tid));
    if (schedule !== undefined) notes.schedule = schedule;
    return { calls: store.table, arrivals: mergeTables(collectors, this.options.strings), notes, era };
  }
}

/** Files that recorded the same run tell of the same segments: the one that shows most of them counts. */
const arrivalsOf = (file: CaptureFile): number => file.arrivals.store.seen;

const switchesOf = (file: CaptureFile): number => file.walk.schedule.switches;

/** The pin was armed although it never fired: a kprobe definition or a function filter of the bundle names it. */
function isPinArmed(file: CaptureFile, facts: readonly Fact[]): boolean {
  const { traits } = file;
  return facts.some((fact) => {
    if (fact.domain === 'kprobe-definition')
      return traits.hasKprobes && /\bdma_pin_iovec_pages\b/.test(`${fact.key} ${fact.text}`);
    const isFilter = fact.domain === 'trace-option' && fact.key.includes('set_ftrace_filter');
    return isFilter && (traits.hasFunctionEntries || traits.hasGraph) && /\bdma_pin_iovec_pages\b/.test(fact.text);
  });
}

/** `set_event` of the trace's own side file names the tracepoint of the copy. */
function isCopyArmed(file: CaptureFile, facts: readonly Fact[]): boolean {
  const stem = (name: string): string => name.slice(name.lastIndexOf('/') + 1).split('.')[0];
  const own = stem(file.stream.fileName);
  return facts.some(
    (fact) =>
      fact.domain === 'trace-option' &&
      fact.key.includes('set_event') &&
      stem(fact.file) === own &&
      /\bskb_copy_datagram_iovec\b/.test(fact.text),
  );
}

function decisionEvidence(file: CaptureFile, facts: readonly Fact[]): DecisionEvidence {
  const { traits, walk } = file;
  const hasPinProbe = traits.saw(Kind.pinBegin) || traits.saw(Kind.unpinBegin);
  return {
    canSeeCopy: traits.saw(Kind.copyBegin),
    canSeePin: hasPinProbe || traits.hasReaderLookUp || isPinArmed(file, facts),
    canSeeChannelLookUp: traits.hasReaderLookUp,
    hasNetDma: hasPinProbe || traits.saw(Kind.submit) || walk.counts.issuePendingInSoftirq > 0 || traits.hasNetDmaProbe,
    otherCallOffloaded: file.hasOffload,
    prequeueUsed: traits.saw(Kind.prequeueBegin),
    copyEventArmed: isCopyArmed(file, facts),
  };
}
