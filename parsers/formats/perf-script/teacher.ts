import { CONTEXT_UNKNOWN } from '../../../src/model/events.ts';
import type { EventWriter } from '../../events/writer.ts';
import type { PayloadDecoder } from '../../payload/decoder.ts';
import * as L from '../../wasm/layout.ts';
import type { LineScanner } from '../../wasm/line-scanner.ts';
import { meaningOf } from '../../wasm/meanings.ts';
import { learnArguments } from '../../wasm/plans.ts';
import { EventTeacher } from '../../wasm/teacher.ts';
import type { EventLine } from './event-line.ts';
import type { PerfEvent } from './events.ts';

const PAREN = 40;

/** What the last line handled by the scanner was. */
interface LastLine {
  event: number;
  comm: number;
  cpu: number;
  period: number;
  line: number;
  isUsed: boolean;
}

/**
 * Teaches a scanner the lines of perf script. Heads of event lines repeat: `rxbench 23674 [000] ` stands on thousands of lines,
 * and so does every event name. Both are remembered as bytes with what EventLine.parseTimed made of them.
 */
export class PerfTeacher extends EventTeacher {
  /** Of the head that readHead has read. */
  event = -1;
  comm = -1;
  atNs = Number.NaN;

  constructor(scanner: LineScanner, writer: EventWriter, payload: PayloadDecoder) {
    super(scanner, writer, payload, L.PERF);
  }

  readLast(): LastLine {
    const { scanner } = this;
    const left = scanner.int(L.LAST_PREFIX);
    return {
      event: scanner.int(scanner.int(L.LAST_NAME) + L.EVENT),
      comm: scanner.int(left + L.COMM),
      cpu: scanner.int(left + L.CPU),
      period: scanner.double(L.LAST_PERIOD),
      line: scanner.double(L.LAST_LINE),
      isUsed: scanner.int(L.LAST_IS_USED) === 1,
    };
  }

  /** Fills `at` with what the scanner knows of the line. */
  readHead(at: EventLine): { buf: Uint8Array; start: number; end: number } {
    const { scanner } = this;
    const left = scanner.int(L.PREFIX);
    const name = scanner.int(L.NAME);
    this.event = scanner.int(name + L.EVENT);
    this.comm = scanner.int(left + L.COMM);
    this.atNs = scanner.double(L.AT_NS);
    at.hasTime = true;
    at.isSideRecord = false;
    at.tid = scanner.int(left + L.TID);
    at.cpu = scanner.int(left + L.CPU);
    at.period = scanner.double(L.PERIOD);
    at.nameStart = scanner.int(L.NAME_START);
    at.nameEnd = scanner.int(L.NAME_END) - 1;
    at.payload = scanner.int(L.PAYLOAD);
    return { buf: scanner.heap, start: scanner.int(L.LINE_START), end: scanner.int(L.LINE_END) };
  }

  /** After the reader has decoded a payload: the next one of its kind may be the scanner's. */
  learnFromPayload(at: EventLine, event: PerfEvent): void {
    const { scanner, payload } = this;
    const { entry } = event;
    if (entry.syscall !== null) scanner.setInt(scanner.int(L.PREFIX) + L.THREAD, payload.threads.placeOf(at.tid));
    else if (scanner.heap[at.payload] === PAREN && event.class === 'trace') {
      this.learnPlace(entry, scanner.int(L.NAME));
    }
  }

  /** Remembers a line that parseTimed has just read, if it lies in the scanner's memory. */
  learn(at: EventLine, buf: Uint8Array, start: number, comm: number, event: PerfEvent): void {
    const { scanner, writer } = this;
    if (buf !== scanner.heap) return;
    this.learnLeft(at, buf, start, comm);
    const { nameStart, nameEnd } = at;
    if (nameEnd - nameStart < 4 || buf[nameEnd] !== 58) return;
    for (let i = nameStart; i < nameEnd; i++) if (buf[i] === 32 || buf[i] === 9) return;
    const c = buf[nameStart];
    if (c >= 48 && c <= 57) return;
    const { entry } = event;
    const isTrace = event.class === 'trace' && !event.isText;
    const meaning = isTrace ? meaningOf(entry, 'colon') : { program: L.READER, countId: entry.countId };
    const slot = scanner.learnName(nameStart, nameEnd + 1, meaning, event.index, writer);
    if (slot > 0 && meaning.program === L.SYSCALL_ENTER) learnArguments(scanner, slot, entry.syscall!);
  }

  private learnLeft(at: EventLine, buf: Uint8Array, start: number, comm: number): void {
    const bracket = at.cpuOpen;
    if (!at.hasIds || bracket < start + 4 || at.cpu < 0) return;
    let end = bracket + 1;
    while (buf[end] >= 48 && buf[end] <= 57) end++;
    if (buf[end] !== 93 || buf[end + 1] !== 32) return;
    end += 2;
    // Only blanks between cpu and time: no time of day, no misc letters; and no other place where a time could end.
    for (let i = end; i < at.timeStart; i++) if (buf[i] !== 32) return;
    for (let i = start + 1; i < end; i++) {
      if (buf[i] === 58 && buf[i - 1] >= 48 && buf[i - 1] <= 57 && (buf[i + 1] === 32 || buf[i + 1] === 9)) return;
    }
    this.scanner.setInt(L.COLUMN, bracket - start);
    const thread = this.payload.threads.placeOf(at.tid);
    const meaning = {
      tid: at.tid,
      cpu: at.cpu,
      comm,
      context: CONTEXT_UNKNOWN,
      commOffset: at.commStart - start,
      thread,
    };
    this.scanner.learnPerfLeft(start, bracket, end, meaning, this.writer);
  }
}
