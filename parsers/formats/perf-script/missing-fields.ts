import type { ReadContext } from '../../contract.ts';
import type { NameEntry } from '../../payload/events.ts';
import type { LineHead } from '../../payload/line-head.ts';
import { textOf } from '../../text/scan.ts';
import type { EventLine } from './event-line.ts';
import type { PerfEvent } from './events.ts';

/** `12.345678: fd: 0x4, …`: a payload right after the time, or after the ids of a line that has none. */
const UNNAMED =
  /(?:\d\.\d{6,9}:|\]|\d) +(?:(?:prev_comm|comm|skbaddr|sk_addr|sk|family|dev|call_site|vec|irq)=|fd: 0x|NR -?\d|napi poll on |\((?:[0-9a-f]{8,16}|0x)|0x[0-9a-f]+\s*$)/;
const MAX_HEAD = 200;
const PAREN = 40;

function hasUse(entry: NameEntry): boolean {
  return entry.decode !== null || entry.syscall !== null || entry.raw !== 0;
}

/**
 * Fields that the -F list of a text left out although what is told of trace events rests on them: time, tid, the event's name
 * and its payload (`trace`). The recording holds them; the text is to be printed again.
 */
export class MissingFields {
  private named = 0;
  private timeless = 0;
  private withoutIds = 0;
  private bare = 0;
  private unnamed = 0;
  private headsAlone = 0;
  /** The first line of each kind. */
  private readonly first = new Map<string, number>();

  /** A trace event of which recvscope has a use, unless the scanner knew its line: that has time and ids. */
  take(at: EventLine, buf: Uint8Array, event: PerfEvent, head: LineHead, areThreads: boolean): void {
    const { entry } = event;
    if (!hasUse(entry) && buf[at.payload] !== PAREN) return;
    const { line, tid } = head;
    this.named++;
    if (!at.hasTime) {
      this.timeless++;
      this.note('time', line);
    }
    if (tid < 0 && !(at.hasIds && areThreads)) {
      this.withoutIds++;
      this.note('tid', line);
    }
  }

  /** An event that says nothing without its fields stands alone: `sched:sched_switch: `. */
  isBare(entry: NameEntry, at: EventLine, end: number, line: number): boolean {
    if (at.payload < end || !hasUse(entry)) return false;
    this.bare++;
    this.note('trace', line);
    return true;
  }

  /** A head and nothing else, not even a frame below. */
  takeHeadAlone(line: number): void {
    this.headsAlone++;
    this.note('event and trace', line);
  }

  /** A line that was not understood. */
  takeStray(buf: Uint8Array, start: number, end: number, line: number): void {
    if (!UNNAMED.test(textOf(buf, start, Math.min(end, start + MAX_HEAD)))) return;
    this.unnamed++;
    this.note('event', line);
  }

  private note(field: string, line: number): void {
    if (!this.first.has(field)) this.first.set(field, line);
  }

  report(context: ReadContext, rows: number, hasFrames: boolean): void {
    const missing: [string, number][] = [];
    if (this.timeless > 0) missing.push(['time', this.timeless]);
    if (this.bare > 0) missing.push(['trace', this.bare]);
    if (this.unnamed > this.named) missing.push(['event', this.unnamed]);
    if (this.headsAlone > this.named && !hasFrames) missing.push(['event and trace', this.headsAlone]);
    for (const [reason, lines] of missing) {
      const text = `printed without ${reason}: add ${reason} to perf script -F`;
      context.diagnostics.count('field-not-printed', this.exampleOf(context, reason, text), lines);
    }
    if (this.withoutIds > 0 && (rows > 0 || this.bare > 0)) {
      const text = 'printed without tid: calls of several threads cannot be told apart; add tid to -F';
      context.diagnostics.count('no-task', this.exampleOf(context, 'tid', text, 'no-tid'), this.withoutIds);
    }
  }

  private exampleOf(context: ReadContext, field: string, text: string, reason = field) {
    return { file: context.fileName, line: this.first.get(field) ?? 0, text, reason };
  }
}
