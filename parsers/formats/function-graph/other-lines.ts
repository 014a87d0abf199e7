import type { EventWriter } from '../../events/writer.ts';
import { readCount } from '../../text/counts.ts';
import type { LineSplitter } from '../../text/lines.ts';
import { textOf } from '../../text/scan.ts';
import { BannerLine } from './banner.ts';
import { Columns } from './columns.ts';
import type { CommentLines } from './comments.ts';
import { type GraphLayout, readTitle } from './layout.ts';
import { classifySpecial, isHeaderLine, isPrompt, readHeader, Special } from './lines.ts';
import type { GraphState } from './state.ts';

/** So many lines of something else in a row are no stray message: what was open before is not what comes after. */
const PROSE_BREAKS_AFTER = 2;

/** The lines between the entries: headers, losses, banners, the rest of a comment, and what is no line of the tracer. */
export class OtherLines {
  /** Lines of something else since the last entry. */
  proseRun = 0;
  private readonly writer: EventWriter;
  private readonly state: GraphState;
  private readonly comments: CommentLines;
  private readonly splitter: LineSplitter;
  private readonly banner = new BannerLine();
  private maxOverruns = 0;

  constructor(writer: EventWriter, state: GraphState, comments: CommentLines, splitter: LineSplitter) {
    this.writer = writer;
    this.state = state;
    this.comments = comments;
    this.splitter = splitter;
  }

  /** False: none of the lines that a tracer prints between entries. */
  take(buf: Uint8Array, start: number, end: number, line: number): boolean {
    if (this.comments.isOpen) {
      this.comments.takeContinuation(buf, start, end);
      return true;
    }
    return this.takeSpecial(buf, start, end, line) || this.takeBanner(buf, start, end);
  }

  private takeSpecial(buf: Uint8Array, start: number, end: number, line: number): boolean {
    const { account, context } = this.writer;
    switch (classifySpecial(buf, start, end)) {
      case Special.blank:
      case Special.rule:
        account.comment++;
        return true;
      case Special.title:
        this.takeTitle(textOf(buf, start, end), line);
        return true;
      case Special.header:
        this.takeHeader(textOf(buf, start, end), line);
        return true;
      case Special.overruns:
        this.takeOverruns(textOf(buf, start, end));
        return true;
      case Special.bufferStarted:
      case Special.lost:
        return this.takeLoss(textOf(buf, start, end), line);
      case Special.tooBig:
        account.unused++;
        return true;
      case Special.stack:
        account.unused++;
        return true;
      case Special.gap:
        account.unknown++;
        context.diagnostics.count('gap-in-text', { file: context.fileName, line, reason: 'elision' });
        this.breakOff(line);
        return true;
      default:
        return false;
    }
  }

  /** A line that is none of ours, or a damaged one; `reached`: how far its columns could be read. */
  takeForeign(reached: number, buf: Uint8Array, start: number, end: number, line: number): void {
    const { writer, state } = this;
    const { account, context } = writer;
    if (this.splitter.isCutTail && state.isLayoutKnown) {
      account.unknown++;
      const text = textOf(buf, start, Math.min(end, start + 200));
      context.diagnostics.count('truncated-tail', { file: context.fileName, line, text, reason: 'no-newline' });
      return;
    }
    if (state.isLayoutKnown && reached !== Columns.none && !isColumnless(state.layout)) {
      writer.addMalformed(buf, start, end, line, reached === Columns.some ? 'columns' : 'statement');
      return;
    }
    writer.addUnknown(buf, start, end, line);
    if (end - start < 200 && isHeaderLine(textOf(buf, start, end))) return;
    this.proseRun++;
    if (this.proseRun === PROSE_BREAKS_AFTER || isPrompt(textOf(buf, start, Math.min(end, start + 200)))) {
      this.breakOff(line);
    }
  }

  private breakOff(line: number): void {
    this.comments.close();
    this.state.breakOff(line);
  }

  private takeTitle(text: string, line: number): void {
    const layout = readTitle(text);
    if (layout === null) {
      this.writer.account.unknown++;
      return;
    }
    this.writer.account.comment++;
    this.state.useLayout(layout, true, line);
  }

  private takeHeader(text: string, line: number): void {
    const header = readHeader(text);
    if (header === null && !isHeaderLine(text)) {
      this.writer.account.unknown++;
      if (this.proseRun++ === 0) this.breakOff(line);
      return;
    }
    this.writer.account.comment++;
    if (header !== null && header.release !== '') this.writer.addFact('kernel', 'release', header.release, line);
    if (header !== null && header.tracer !== '') this.breakOff(line);
  }

  private takeOverruns(text: string): void {
    const amount = readCount(/\(Overruns: (\d+)\)/.exec(text)?.[1] ?? 'NaN');
    if (Number.isNaN(amount)) {
      this.writer.account.unknown++;
      return;
    }
    this.writer.account.unused++;
    if (amount > this.maxOverruns) this.maxOverruns = amount;
  }

  /** `CPU:1 [LOST 503 EVENTS]` · `##### CPU 3 buffer started ####` */
  private takeLoss(text: string, line: number): boolean {
    const lost = /^\s*CPU:\s*(\d{1,5}) \[LOST (?:(\d+) )?EVENTS\]\s*$/.exec(text);
    const started = lost === null ? /^\s*##### CPU (\d{1,5}) buffer started ####\s*$/.exec(text) : null;
    if (lost === null && started === null) return false;
    const cpu = readCount((lost ?? started)![1]);
    const amount = lost?.[2] === undefined ? Number.NaN : readCount(lost[2]);
    this.writer.account.parsed++;
    this.writer.addLost(lost === null ? 'buffer started' : 'trace_pipe LOST', cpu, amount, this.state.lastNs, line);
    this.state.stacks.forgetCpu(cpu);
    return true;
  }

  /** Who runs on a CPU, where the lines themselves do not say it. */
  private takeBanner(buf: Uint8Array, start: number, end: number): boolean {
    const { banner, state, writer } = this;
    if (!banner.scan(buf, start, end)) return false;
    const { cpu, previous, next } = banner;
    const nextComm = writer.intern(buf, next.commStart, next.commEnd);
    writer.account.comment++;
    this.proseRun = 0;
    if (state.layout.proc && state.isLayoutKnown) return true;
    if (!state.sink.hasNamed(cpu)) {
      const comm = writer.intern(buf, previous.commStart, previous.commEnd);
      writer.flush();
      state.sink.nameFirstTask(cpu, previous.tid, comm);
      state.stacks.renameUnknown(cpu, previous.tid);
    }
    state.tasks.set(cpu, next.tid, nextComm);
    state.teacher?.forgetTasks();
    return true;
  }

  finish(): void {
    if (this.maxOverruns === 0) return;
    const { report } = this.writer;
    report.notes.push(`Overruns: ${this.maxOverruns} calls were nested deeper than the tracer's stack and are missing`);
  }
}

function isColumnless(layout: GraphLayout): boolean {
  return !layout.abs && !layout.rel && !layout.cpu && !layout.proc && !layout.lat && !layout.dur;
}
