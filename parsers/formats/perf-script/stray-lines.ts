import { Edge, Kind, Source } from '../../../src/model/events.ts';
import type { EventWriter } from '../../events/writer.ts';
import { isBlank, skipBlanks, textOf, trimEnd } from '../../text/scan.ts';
import { EventLine } from './event-line.ts';
import { endOfHead } from './event-parts.ts';
import type { PerfEvent } from './events.ts';
import { readInlineFrame } from './frame/inline.ts';
import { FrameLine, isPageSizes } from './frame/line.ts';
import type { FrameTable } from './frame/table.ts';
import type { MissingFields } from './missing-fields.ts';
import { type PerfRecord, RecordKind } from './record.ts';
import { isDetailLine, isElision, isLostChunks, isToolMessage, readItraceError } from './side-lines.ts';

/** Itrace errors that say data is gone: 7 overflow packet, 8 lost trace data (intel-pt-decoder.h). */
const ITRACE_LOSS_CODES = new Set([7, 8]);

/** Lines that are neither event line, frame nor blank: details of the open record, losses told in words, gaps, prose. */
export class StrayLines {
  private readonly writer: EventWriter;
  private readonly record: PerfRecord;
  private readonly frames: FrameTable;
  private readonly unnamed: PerfEvent;
  private readonly missing: MissingFields;
  private readonly line = new EventLine();
  private readonly frame = new FrameLine();

  constructor(writer: EventWriter, record: PerfRecord, frames: FrameTable, unnamed: PerfEvent, missing: MissingFields) {
    this.writer = writer;
    this.record = record;
    this.frames = frames;
    this.unnamed = unnamed;
    this.missing = missing;
  }

  take(buf: Uint8Array, start: number, end: number, line: number, isCutTail: boolean): void {
    const { writer, record } = this;
    const { account } = writer;
    const code = readItraceError(buf, start, end);
    if (!Number.isNaN(code)) {
      record.close();
      if (ITRACE_LOSS_CODES.has(code)) {
        account.parsed++;
        writer.addLost('instruction trace', -1, Number.NaN, Number.NaN, line);
      } else account.unused++;
      return;
    }
    if (isElision(buf, start, end)) {
      account.comment++;
      record.close();
      writer.context.diagnostics.count('gap-in-text', {
        file: writer.context.fileName,
        line,
        text: textOf(buf, start, end),
      });
      writer.addRow(Kind.boundary, Source.marker, Edge.point, Number.NaN, line);
      return;
    }
    if (isLostChunks(buf, start, end)) {
      account.parsed++;
      writer.addLost('perf lost chunks', -1, Number.NaN, Number.NaN, line);
      return;
    }
    if (isToolMessage(buf, start, end)) {
      account.unknown++;
      return;
    }
    if (record.hasLeaf && isPageSizes(buf, skipBlanks(buf, start, end), trimEnd(buf, start, end))) {
      account.parsed++;
      record.close();
      return;
    }
    if (record.isOpen && isDetailLine(buf, start, end)) {
      account.parsed++;
      return;
    }
    if (record.isOpen && buf[start] === 9 && this.tryLooseFrame(buf, start, end, line)) return;
    // namespaces of a side record, or a line break inside the text of a trace event
    if (record.takesContinuation(buf[start])) {
      if (record.isUsed) account.parsed++;
      else account.unused++;
      return;
    }
    if (record.isOpen && this.tryLooseFrame(buf, start, end, line)) return;
    if (isCutTail) {
      this.takeCutTail(line);
      return;
    }
    if (!record.isOpen && this.tryBareHead(buf, start, end, line)) return;
    this.missing.takeStray(buf, start, end, line);
    writer.addUnknown(buf, start, end, line);
  }

  /** Hand-made text puts words where the address belongs: `TAB address symbol (module)`. */
  private tryLooseFrame(buf: Uint8Array, start: number, end: number, line: number): boolean {
    const last = trimEnd(buf, start, end);
    if (!isBlank(buf[start]) || buf[last - 1] !== 41) return false;
    const ip = skipBlanks(buf, start, last);
    let p = ip;
    while (p < last && !isBlank(buf[p])) p++;
    this.frame.parseSymbol(buf, skipBlanks(buf, p, last), last);
    if (this.frame.dsoEnd <= this.frame.dsoStart) return false;
    this.frame.ipStart = ip;
    this.frame.ipEnd = p;
    this.writer.account.parsed++;
    this.record.addFrame(this.frames.intern(this.frame, buf), line);
    return true;
  }

  /**
   * `-F comm,tid,ip,sym`: `rxbench 24067 ` and no colon at all; perf leaves a blank at the end. Without both name and id
   * (`rxbench `, `[001]    5025125 `) only a frame below proves it.
   */
  tryBareHead(buf: Uint8Array, start: number, end: number, line: number): boolean {
    const limit = endOfHead(buf, start, end);
    if (limit - start > 160) return false;
    if ((limit === end && buf[end - 1] !== 32) || !this.line.parseHeadOnly(buf, start, limit)) return false;
    const at = this.line;
    const hasComm = at.commEnd > at.commStart;
    if (limit === start) return false;
    const comm = hasComm ? this.writer.internComm(at.tid, buf, at.commStart, at.commEnd) : -1;
    if (!hasComm || !at.hasIds) {
      this.record.offerHead({ task: comm, cpu: at.cpu, period: at.period, line });
      return true;
    }
    this.writer.account.parsed++;
    this.writer.report.events++;
    this.record.open(RecordKind.sample, this.unnamed, line);
    this.record.noteOrigin(comm, at.cpu, at.period);
    return true;
  }

  /** A text without chains, one sample a line: `         swapper     0  ffffffff821f2c2b pv_native_safe_halt`. */
  tryFlat(buf: Uint8Array, start: number, end: number, line: number): boolean {
    const limit = endOfHead(buf, start, end);
    const { line: at, frame, record, writer } = this;
    if (limit === end || !at.parseHeadOnly(buf, start, limit)) return false;
    if (!readInlineFrame(frame, buf, limit, end) || frame.symbolEnd === frame.symbolStart) return false;
    const comm = at.commEnd > at.commStart ? writer.internComm(at.tid, buf, at.commStart, at.commEnd) : -1;
    record.close();
    writer.account.parsed++;
    writer.report.events++;
    record.open(RecordKind.sample, this.unnamed, line);
    record.noteOrigin(comm, at.cpu, at.period);
    record.addFrame(this.frames.intern(frame, buf), line);
    record.close();
    return true;
  }

  takeCutTail(line: number): void {
    const { writer } = this;
    writer.account.unknown++;
    writer.context.diagnostics.count('truncated-tail', { file: writer.context.fileName, line });
  }
}
