import { CallState } from '../../model/calls.ts';
import { type EventBatch, type EventStream, Kind } from '../../model/events.ts';
import type { StringTable } from '../../model/string-table.ts';
import { WAKE_REASONS } from '../../model/wake-reasons.ts';
import { ArrivalCollector } from '../arrivals/collector.ts';
import { ArrivalStore } from '../arrivals/store.ts';
import { blankUnseenPhases } from '../rows/evidence.ts';
import { settleMappedBytes } from '../rows/mapped-bytes.ts';
import { nameOtherKind } from '../rows/other-kind.ts';
import { type CallContext, fillRow } from '../rows/row.ts';
import type { SegmentKeeper } from '../rows/segment-keeper.ts';
import type { CallStore } from '../rows/store.ts';
import { At } from '../rows/values.ts';
import type { WaitRule } from '../state/buckets.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import { ProbeRoles } from '../state/probe-roles.ts';
import { tellSteps } from '../state/step-traits.ts';
import { CaptureTraits } from '../state/traits.ts';
import { WAKE_FIELDS, WakeAt } from '../state/wake-rules.ts';
import { WalkState } from '../state/walk-state.ts';
import { Sweep } from '../walk/sweep.ts';
import { Fingerprint } from './fingerprint.ts';
import { copyBatch, Reorder } from './reorder.ts';
import { SideLines } from './side-lines.ts';
import { TraitLearner } from './trait-learner.ts';

/** Rows read ahead to learn what the capture can show before the first call is judged. */
const LEARNING_ROWS = 65_536;

export interface FileSinks {
  store: CallStore;
  keeper: SegmentKeeper;
  strings: StringTable;
  maxArrivals: number;
  onlyCalls: boolean;
  random: () => number;
}

/** One event stream (one file, or one stretch of it) on its way to rows. */
export class CaptureFile {
  readonly stream: EventStream;
  readonly traits: CaptureTraits;
  readonly walk: WalkState;
  readonly reorder: Reorder;
  readonly fingerprint = new Fingerprint();
  readonly arrivals: ArrivalCollector;
  readonly sideLines: SideLines;
  readonly wakeCounts: readonly WakeCount[] = WAKE_REASONS.map((_, reason) => blankWakes(reason));
  readonly wakesByThread = new Map<number, WakeCount[]>();
  fileIndex = -1;
  /** Some call of this file was offloaded: engine and sysctls are in order. */
  hasOffload = false;
  pieceCapHit = 0;
  inferredEnds = 0;
  hidesMappedBytes = false;
  /** Calls on other sockets than TCP and UDP, by kind. */
  readonly leftOut = new Map<string, { calls: number; bytes: number }>();
  private hasZerocopy = false;
  /** Lines of some zero-copy call told that it took pages or bytes: silence of another call then means none. */
  private sawMapping = false;
  private readonly sinks: FileSinks;
  private readonly learner: TraitLearner;
  private readonly sweep: Sweep;
  private waiting: EventBatch[] | null = [];
  private waitingRows = 0;
  private context: CallContext | null = null;

  constructor(stream: EventStream, sinks: FileSinks) {
    this.stream = stream;
    this.sinks = sinks;
    this.sideLines = new SideLines(sinks.strings);
    const roles = new ProbeRoles(sinks.strings);
    this.traits = new CaptureTraits(roles);
    this.learner = new TraitLearner(this.traits);
    this.walk = new WalkState(roles, this.traits, (call, endNs) => this.keepCall(call, endNs));
    const arrivals = new ArrivalStore(sinks.strings, sinks.maxArrivals, sinks.random);
    const textOf = (id: number): string => sinks.strings.textOf(id);
    this.arrivals = new ArrivalCollector(arrivals, textOf, () => this.fileIndex);
    this.sweep = new Sweep(this.walk);
    this.reorder = new Reorder((batch, row) => this.sweep.process(batch, row));
  }

  push(batch: EventBatch): void {
    this.fingerprint.add(batch);
    this.sideLines.learn(batch);
    this.learner.learn(batch);
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
    this.walk.steps.isTimeless = !this.traits.hasTimes;
    if (this.traits.hasTimes && !this.sinks.onlyCalls) this.walk.arrivals = this.arrivals;
    this.fileIndex = this.addFile();
    for (const batch of waiting) this.take(batch);
  }

  private addFile(): number {
    const files = this.sinks.store.table.files;
    files.push({ name: this.stream.fileName, baseNs: this.stream.baseNs });
    return files.length - 1;
  }

  private take(batch: EventBatch): void {
    tellSteps(this.traits, this.walk.steps);
    if (this.walk.isTimeless) {
      for (let i = 0; i < batch.length; i++) this.sweep.process(batch, i);
    } else this.reorder.push(batch);
  }

  end(): void {
    if (this.waiting !== null) this.startSweep();
    this.reorder.end();
    this.sweep.finish();
    this.arrivals.packets.end();
    blankUnseenPhases(this.sinks.store.table, this.fileIndex, this.traits);
    if (this.hasZerocopy)
      this.hidesMappedBytes = settleMappedBytes(this.sinks.store, this.fileIndex, this.traits, this.sawMapping);
  }

  get waitRule(): WaitRule {
    if (this.traits.saw(Kind.switchOut) && !this.walk.isTimeless) return 'switches';
    return this.traits.saw(Kind.scheduleBegin) ? 'schedule' : 'waitFunction';
  }

  private keepCall(call: OpenCall, endNs: number): void {
    const { store, keeper } = this.sinks;
    const other = nameOtherKind(call, this.traits.hasSpaceAdjust);
    if (other !== '') {
      call.row = -1;
      this.leaveOut(other, call.returnedBytes);
      return;
    }
    this.context ??= {
      file: this.fileIndex,
      isTimeless: this.walk.isTimeless,
      waitRule: this.waitRule,
      hasPinReturns: false,
      hasUnpinProbe: false,
      wakeRules: this.walk.wakeRules,
      strings: this.sinks.strings,
      flowOf: this.walk.flowOf,
      tgids: this.stream.tgids,
    };
    this.context.hasPinReturns = this.traits.hasPinReturns;
    this.context.hasUnpinProbe = this.traits.saw(Kind.unpinBegin);
    fillRow(store.values, call, endNs, this.context);
    const duration = store.values[At.durationNs];
    this.hasOffload ||= store.values[At.pinned] === 1 || call.submits > 0;
    const row = store.add(call.flags);
    call.row = row;
    this.arrivals.store.settleCall(call);
    if (row >= 0 && store.isSampled) keeper.forget(row);
    // Across a loss the reader may have slept unseen: what looks early may not have been.
    if ((call.state & CallState.lossInside) === 0) this.countWakes(call);
    this.hasZerocopy ||= (call.flags & CallFlag.zerocopy) !== 0;
    this.sawMapping ||= (call.flags & CallFlag.mapSeen) !== 0;
    if (call.inlinedWait) this.traits.hasInlinedWait = true;
    if (call.pieces.isFull) this.pieceCapHit++;
    if ((call.flags & CallFlag.inferredEnd) !== 0) this.inferredEnds++;
    const { waitRule } = this.context;
    if (row >= 0 && !this.walk.isTimeless && !Number.isNaN(endNs)) keeper.offer(row, call, endNs, waitRule, duration);
  }

  private leaveOut(kind: string, returnedBytes: number): void {
    const entry = this.leftOut.get(kind) ?? { calls: 0, bytes: 0 };
    entry.calls++;
    if (returnedBytes > 0) entry.bytes += returnedBytes;
    this.leftOut.set(kind, entry);
  }

  private countWakes(call: OpenCall): void {
    const w = call.wakes;
    if (w.length === 0) return;
    let own = this.wakesByThread.get(call.tid);
    for (let i = 0; i < w.length; i += WAKE_FIELDS) {
      let ofThread = own?.find((entry) => entry.reason === w[i]);
      if (ofThread === undefined) {
        ofThread = blankWakes(w[i]);
        if (own === undefined) {
          own = [ofThread];
          this.wakesByThread.set(call.tid, own);
        } else own.push(ofThread);
      }
      addWake(this.wakeCounts[w[i]], w, i);
      addWake(ofThread, w, i);
    }
  }
}

/** Wakeups of one reason (number of WAKE_REASONS). */
export interface WakeCount {
  readonly reason: number;
  count: number;
  useless: number;
  early: number;
}

const blankWakes = (reason: number): WakeCount => ({ reason, count: 0, useless: 0, early: 0 });

function addWake(counts: WakeCount, wakes: readonly number[], at: number): void {
  counts.count++;
  counts.early += wakes[at + WakeAt.early];
  counts.useless += wakes[at + WakeAt.useless];
}
