import type { FileReport } from '../model/accounting.ts';
import { CallTable } from '../model/calls.ts';
import type { Diagnostics } from '../model/diagnostics.ts';
import type { Fact } from '../model/environment.ts';
import { type EventBatch, type EventSink, type EventStream, Kind } from '../model/events.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { StringTable } from '../model/string-table.ts';
import type { TimelineNotes } from '../model/timeline-notes.ts';
import type { Vocabulary } from '../model/vocabulary.ts';
import { RowFlags } from './call-rows.ts';
import { CaptureFile } from './capture-file.ts';
import { type DecisionEvidence, decideMechanisms } from './decline.ts';
import { makeNotes } from './notes.ts';
import { makeRandom, SegmentKeeper } from './segment-keeper.ts';

export interface TimelineOptions {
  strings: StringTable;
  vocabulary: Vocabulary;
  mechanisms: readonly Mechanism[];
  diagnostics: Diagnostics;
  /** Rows kept in the table; beyond it totals stay exact and rows are sampled. */
  maxCalls?: number;
  seed?: number;
}

/** Rebuilds receive calls from the events of one capture (README.md tells the rules). */
export class TimelineBuilder implements EventSink {
  private readonly options: TimelineOptions;
  private readonly table: CallTable;
  private readonly rowFlags = new RowFlags();
  private readonly keeper: SegmentKeeper;
  private readonly files: CaptureFile[] = [];
  private current: CaptureFile | null = null;

  constructor(options: TimelineOptions) {
    this.options = options;
    this.table = new CallTable(options.strings);
    this.keeper = new SegmentKeeper(this.table.segmentsByCall, makeRandom(options.seed ?? 1));
  }

  onBatch(stream: EventStream, batch: EventBatch): void {
    if (this.current === null || this.current.stream !== stream) {
      this.current?.end();
      this.current = new CaptureFile(stream, {
        table: this.table,
        rowFlags: this.rowFlags,
        keeper: this.keeper,
        strings: this.options.strings,
      });
      this.files.push(this.current);
    }
    this.current.push(batch);
  }

  finish(facts: readonly Fact[], files: readonly FileReport[]): { calls: CallTable; notes: TimelineNotes } {
    this.current?.end();
    this.current = null;
    const evidence = this.files.map((file) => decisionEvidence(file, this.table, this.files, facts));
    let at = 0;
    decideMechanisms(
      this.table,
      this.rowFlags,
      (row) => {
        while (at + 1 < this.files.length && this.files[at + 1].firstRow <= row) at++;
        return evidence[at];
      },
      this.options.mechanisms,
      facts,
    );
    const notes = makeNotes(this.files, this.table, files, this.options.diagnostics);
    return { calls: this.table, notes };
  }
}

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

function decisionEvidence(
  file: CaptureFile,
  table: CallTable,
  all: readonly CaptureFile[],
  facts: readonly Fact[],
): DecisionEvidence {
  const { traits, sweep } = file;
  const next = all[all.indexOf(file) + 1];
  const lastRow = next === undefined ? table.length : next.firstRow;
  let otherCallOffloaded = false;
  for (let row = file.firstRow; row < lastRow && !otherCallOffloaded; row++)
    otherCallOffloaded = table.get('pinned', row) === 1 || table.get('dmaCopies', row) > 0;
  const hasPinProbe = traits.saw(Kind.pinBegin) || traits.saw(Kind.unpinBegin);
  return {
    canSeeCopy: traits.saw(Kind.copyBegin),
    canSeePin: hasPinProbe || traits.hasReaderLookUp || isPinArmed(file, facts),
    canSeeChannelLookUp: traits.hasReaderLookUp,
    hasNetDma:
      hasPinProbe || traits.saw(Kind.submit) || sweep.counts.issuePendingInSoftirq > 0 || traits.hasNetDmaProbe,
    otherCallOffloaded,
  };
}
