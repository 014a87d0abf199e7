import { Edge, Kind, Source, Unread } from '../../../src/model/events.ts';
import type { StringId } from '../../../src/model/units.ts';
import type { LineHead } from '../../payload/line-head.ts';
import { bytesOf, findBytes, textOf } from '../../text/scan.ts';
import type { EventLine } from './event-line.ts';

/** The id of a head of any -F list: `tid`, `pid/tid`, then cpu, misc, time of day, time, period where they are printed. */
const TID =
  /(?:^|\s)(?:-?\d+\/)?(-?\d+)(?:\s+\[\d+\])?(?:\s+[A-Za-z]{1,6})?(?:\s+\d{4}-\d\d-\d\d \S+)?(?:\s+\d+\.\d+:)?(?:\s+\d+)?\s*$/;

/** The id in what stands before an event's name; NaN: none. */
export function readId(head: string): number {
  return Number(TID.exec(head)?.[1] ?? Number.NaN);
}

const SWITCH = bytesOf('sched_switch: ');
const SWITCH_LINE = /^(.*?)\s?(?:sched:)?sched_switch: prev_comm=.* prev_pid=(?:0x[0-9a-f]+ \()?(\d+)/;
const MAX_LINES = 20_000;
const MAX_LINE = 400;
/** One line in so many may be damaged. */
const DAMAGED = 100;

/**
 * Whose the ids before the events are. `-F pid` prints the process where `-F tid` prints the thread, a recording made in a
 * container the ids inside it, `-F comm,time` none at all (what looks like one is the end of a task name): in all three
 * sched_switch, whose prev_pid is the thread that ran, says something else. Then the thread of a line is the one that was
 * switched in last on its CPU, as for the kernel, which fills in both from the running task.
 */
export class PrintedIds {
  areThreads = true;
  /** Ids that are not those of a thread. */
  private readonly wrong = new Set<number>();
  private readonly running = new Map<number, { tid: number; comm: StringId }>();

  /** The head of the text, before its first line is read. */
  learn(buf: Uint8Array, start: number, end: number): void {
    if (findBytes(buf, start, end, SWITCH) < 0) return;
    let [switches, differing] = [0, 0];
    for (const line of textOf(buf, start, end).split('\n', MAX_LINES)) {
      const found = line.includes('sched_switch: ') ? SWITCH_LINE.exec(line.slice(0, MAX_LINE)) : null;
      if (found === null) continue;
      const [tid, prevTid] = [readId(found[1]), Number(found[2])];
      // A task that has ended is -1, 0 on old kernels.
      if (prevTid === 0 || tid === -1 || tid === 0) continue;
      switches++;
      if (tid === prevTid) continue;
      differing++;
      if (tid > 0) this.wrong.add(tid);
    }
    this.areThreads = differing < 2 || differing * DAMAGED < switches;
  }

  /** The thread of a line of a task of this name (-1: not printed); -1: not known. */
  threadOf(at: EventLine, comm: StringId, isSyscall: boolean): number {
    if (this.areThreads) return at.tid;
    const running = at.cpu < 0 ? undefined : this.running.get(at.cpu);
    if (running !== undefined) {
      // Switches are missing here and there, without a word of a loss.
      const isIdle = running.tid === 0;
      const isOther = comm >= 0 && comm !== (isIdle ? this.idleComm : running.comm);
      if (!isOther && !(isIdle && (isSyscall || (at.hasIds && at.tid !== 0)))) return running.tid;
      this.running.delete(at.cpu);
    }
    return at.hasIds && !this.wrong.has(at.tid) ? at.tid : -1;
  }

  /** After a line has added its rows: a sched_switch tells who runs now, a line of nobody may be of any thread. */
  noteRows(head: LineHead, isSwitch: boolean): void {
    if (this.areThreads) return;
    const { batch } = head.writer;
    const into = batch.length - 1;
    if (isSwitch) {
      if (head.cpu < 0 || into < 1 || batch.kind[into] !== Kind.switchIn) return;
      if (batch.tid[into - 1] === 0) this.idleComm = head.comm;
      this.running.set(head.cpu, { tid: batch.tid[into], comm: batch.comm[into] });
    } else if (head.tid < 0) {
      batch.arg0[head.addRow(Kind.unread, Source.marker, Edge.point, -1)] = Unread.thread;
    }
  }
  /** `swapper` before the events, `swapper/0` in them. */
  private idleComm: StringId = -1;

  /** A switch may be among the events that were lost. */
  forget(): void {
    this.running.clear();
  }
}
