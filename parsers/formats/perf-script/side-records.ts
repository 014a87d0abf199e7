import { Edge, Kind, Source, TaskState } from '../../../src/model/events.ts';
import type { EventWriter } from '../../events/writer.ts';
import type { PerfClock } from './clock.ts';
import type { EventLine } from './event-line.ts';
import type { PerfEvent } from './events.ts';
import { type PerfRecord, RecordKind } from './record.ts';
import { readSideRecord, readSwitchRecord, type SwitchRecord } from './side-lines.ts';

/** Records of perf itself among the events (--show-task-events, --show-lost-events, --show-switch-events and the like). */
export class SideRecords {
  /** sched_switch was recorded: it says more than switch records do. */
  hasSchedSwitch = false;
  private readonly writer: EventWriter;
  private readonly record: PerfRecord;
  private readonly clock: PerfClock;
  private readonly unnamed: PerfEvent;

  constructor(writer: EventWriter, record: PerfRecord, clock: PerfClock, unnamed: PerfEvent) {
    this.writer = writer;
    this.record = record;
    this.clock = clock;
    this.unnamed = unnamed;
  }

  /** `at` is at its PERF_RECORD_; `head`: what stands before it, null when nothing does. True: events were lost. */
  take(head: EventLine | null, buf: Uint8Array, at: number, end: number, line: number): boolean {
    const { writer, record } = this;
    const side = readSideRecord(buf, at, end);
    // Synthesized records carry time 0: they say nothing about when.
    const hasTime = head !== null && (head.timeHigh !== 0 || head.timeLow !== 0);
    const atNs = hasTime ? this.clock.take(head) : Number.NaN;
    record.close();
    record.open(RecordKind.side, this.unnamed, line);
    writer.countName(writer.context.strings.intern(side.type));
    if (side.type.startsWith('PERF_RECORD_SWITCH') && head !== null) {
      const found = Number.isNaN(atNs) || !head.hasIds ? null : readSwitchRecord(buf, at, end);
      if (found !== null && !this.hasSchedSwitch) {
        this.takeSwitch(head, found, buf, atNs, line);
        return false;
      }
    }
    if (!side.isLoss) {
      writer.account.unused++;
      return false;
    }
    writer.account.parsed++;
    record.isUsed = true;
    writer.addLost(side.type, -1, side.lost, atNs, line);
    return true;
  }

  /** record --switch-events: who left the CPU and who got it. sched_switch says the same and more, where it is recorded. */
  private takeSwitch(head: EventLine, found: SwitchRecord, buf: Uint8Array, atNs: number, line: number): void {
    const { writer, clock } = this;
    clock.beforeRows();
    const firstRow = writer.batch.length;
    const kind = found.isOut ? Kind.switchOut : Kind.switchIn;
    const row = writer.addRow(kind, Source.tracepoint, Edge.point, atNs, line);
    const { batch } = writer;
    batch.cpu[row] = head.cpu;
    batch.tid[row] = head.tid;
    batch.comm[row] =
      head.commEnd > head.commStart ? writer.internComm(head.tid, buf, head.commStart, head.commEnd) : -1;
    batch.probe[row] = writer.context.strings.intern('sched_switch');
    if (found.isPreempted) batch.arg0[row] = TaskState.running;
    batch.arg1[row] = found.otherTid;
    clock.afterRows(firstRow);
    writer.account.parsed++;
    writer.report.events++;
    this.record.isUsed = true;
  }
}
