import { CallState } from '../../model/calls.ts';
import { type EventBatch, type EventStream, Kind } from '../../model/events.ts';
import type { StringTable } from '../../model/string-table.ts';
import { blankUnseenPhases } from '../rows/evidence.ts';
import { settleMappedBytes } from '../rows/mapped-bytes.ts';
import { type CallContext, fillRow } from '../rows/row.ts';
import type { SegmentKeeper } from '../rows/segment-keeper.ts';
import type { CallStore } from '../rows/store.ts';
import { At } from '../rows/values.ts';
import type { WaitRule } from '../state/buckets.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import { tellSteps } from '../state/step-traits.ts';
import { Sweep } from '../walk/sweep.ts';
import { WAKE_FIELDS, WAKE_REASONS } from '../walk/wake-reasons.ts';
import { Fingerprint } from './fingerprint.ts';
import { ProbeRoles } from './probe-roles.ts';
import { copyBatch, Reorder } from './reorder.ts';
import { CaptureTraits } from './traits.ts';

/** Rows read ahead to learn what the capture can show before the first call is judged. */
const LEARNING_ROWS = 65_536;

export interface FileSinks {
  store: CallStore;
  keeper: SegmentKeeper;
  strings: StringTable;
}

/** One event stream (one file, or one stretch of it) on its way to rows. */
export class CaptureFile {
  readonly stream: EventStream;
  readonly traits: CaptureTraits;
  readonly sweep: Sweep;
  readonly reorder: Reorder;
  readonly fingerprint = new Fingerprint();
  readonly wakeCounts = WAKE_REASONS.map(() => ({ count: 0, useless: 0, early: 0 }));
  fileIndex = -1;
  /** Some call of this file was offloaded: engine and sysctls are in order. */
  hasOffload = false;
  pieceCapHit = 0;
  inferredEnds = 0;
  hidesMappedBytes = false;
  private hasZerocopy = false;
  /** Lines of some zero-copy call told that it took pages or bytes: silence of another call then means none. */
  private sawMapping = false;
  private readonly sinks: FileSinks;
  private waiting: EventBatch[] | null = [];
  private waitingRows = 0;
  private context: CallContext | null = null;

  constructor(stream: EventStream, sinks: FileSinks) {
    this.stream = stream;
    this.sinks = sinks;
    const roles = new ProbeRoles(sinks.strings);
    this.traits = new CaptureTraits(roles);
    this.sweep = new Sweep(
      roles,
      this.traits,
      (id) => sinks.strings.textOf(id),
      (_thread, call, endNs, hasEnd) => this.keepCall(call, endNs, hasEnd),
    );
    this.reorder = new Reorder((batch, row) => this.sweep.process(batch, row));
  }

  push(batch: EventBatch): void {
    this.fingerprint.add(batch);
    this.traits.learn(batch);
    if (this.waiting === null) {
      this.take(batch);
      return;
    }
    this.waiting.push(copyBatch(batch));
    this.waitingRows += batch.length;
    if (this.waitingRows >= LEARNING_ROWS) this.startSweep();
  }

  private startSweep(): void {
    const waiting = this.waiting!;
    this.waiting = null;
    this.sweep.isTimeless = !this.traits.hasTimes;
    this.sweep.steps.isTimeless = this.sweep.isTimeless;
    this.fileIndex = this.addFile();
    for (const batch of waiting) this.take(batch);
  }

  private addFile(): number {
    const files = this.sinks.store.table.files;
    files.push({ name: this.stream.fileName, baseNs: this.stream.baseNs });
    return files.length - 1;
  }

  private take(batch: EventBatch): void {
    tellSteps(this.traits, this.sweep.steps);
    if (this.sweep.isTimeless) {
      for (let i = 0; i < batch.length; i++) this.sweep.process(batch, i);
    } else this.reorder.push(batch);
  }

  end(): void {
    if (this.waiting !== null) this.startSweep();
    this.reorder.end();
    this.sweep.finish();
    blankUnseenPhases(this.sinks.store.table, this.fileIndex, this.traits);
    if (this.hasZerocopy)
      this.hidesMappedBytes = settleMappedBytes(this.sinks.store, this.fileIndex, this.traits, this.sawMapping);
  }

  get waitRule(): WaitRule {
    if (this.traits.saw(Kind.switchOut) && !this.sweep.isTimeless) return 'switches';
    return this.traits.saw(Kind.scheduleBegin) ? 'schedule' : 'waitFunction';
  }

  private keepCall(call: OpenCall, endNs: number, hasEnd: boolean): void {
    const { store, keeper } = this.sinks;
    if (call.isOtherProtocol) {
      this.otherProtocols++;
      return;
    }
    this.context ??= {
      file: this.fileIndex,
      isTimeless: this.sweep.isTimeless,
      waitRule: this.waitRule,
      hasPinReturns: false,
      hasUnpinProbe: false,
      wakeRules: this.sweep.wakeRules,
    };
    this.context.hasPinReturns = this.traits.hasPinReturns;
    this.context.hasUnpinProbe = this.traits.saw(Kind.unpinBegin);
    fillRow(store.values, call, endNs, hasEnd, this.context);
    const duration = store.values[At.durationNs];
    this.hasOffload ||= store.values[At.pinned] === 1 || call.submits > 0;
    const row = store.add(call.flags);
    if (row >= 0 && store.isSampled) keeper.forget(row);
    // Across a loss the reader may have slept unseen: what looks early may not have been.
    if ((call.state & CallState.lossInside) === 0) this.countWakes(call);
    this.hasZerocopy ||= (call.flags & CallFlag.zerocopy) !== 0;
    this.sawMapping ||= (call.flags & CallFlag.mapSeen) !== 0;
    if (call.inlinedWait) this.traits.hasInlinedWait = true;
    if (call.pieces.isFull) this.pieceCapHit++;
    if ((call.flags & CallFlag.inferredEnd) !== 0) this.inferredEnds++;
    const { waitRule } = this.context;
    if (row >= 0 && !this.sweep.isTimeless && hasEnd) keeper.offer(row, call, endNs, waitRule, duration);
  }
  otherProtocols = 0;

  private countWakes(call: OpenCall): void {
    const w = call.wakes;
    for (let i = 0; i < w.length; i += WAKE_FIELDS) {
      const entry = this.wakeCounts[w[i]];
      entry.count++;
      entry.early += w[i + 1];
      entry.useless += w[i + 2];
    }
  }
}
