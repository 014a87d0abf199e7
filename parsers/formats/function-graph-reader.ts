import { CONTEXT_UNKNOWN, Edge, Kind, Source } from '../../src/model/events.ts';
import type { FormatReader, ReadContext, ReadResult } from '../contract.ts';
import { EventWriter } from '../event-writer.ts';
import { KernelFeed, type KernelTarget } from '../kernel/kernel-feed.ts';
import { LineKernel } from '../kernel/line-kernel.ts';
import { type LineHead, Outcome, PayloadDecoder } from '../payload.ts';
import { textOf } from '../scan.ts';
import { cursor } from '../scan-numbers.ts';
import { Columns, GraphColumns, MAX_BANNER_NAME_BYTES } from './function-graph-columns.ts';
import { decodeComment, learnFromComments } from './function-graph-comments.ts';
import { GraphKernel } from './function-graph-kernel.ts';
import {
  DEFAULT_LAYOUT,
  type GraphLayout,
  isSameLayout,
  nameLayout,
  readTitle,
  tellsStrandsApart,
} from './function-graph-layout.ts';
import { classifySpecial, isHeaderLine, isPrompt, readHeader, Special } from './function-graph-lines.ts';
import { GraphClock } from './graph-clock.ts';
import { contextOfFlags } from './graph-context.ts';
import { FirstTaskSink } from './graph-first-task.ts';
import { GraphRows, Taken } from './graph-rows.ts';
import { TaskStacks } from './graph-stacks.ts';
import { CpuTasks } from './graph-tasks.ts';
import { GraphTree, Tree } from './graph-tree.ts';

/** A marker with line breaks or a stack trace inside a comment. */
const MAX_COMMENT_LINES = 512;
/** So many lines of something else in a row are no stray message: what was open before is not what comes after. */
const PROSE_BREAKS_AFTER = 2;

/** Reads function_graph text of every era and option set. */
export class FunctionGraphReader implements FormatReader, KernelTarget {
  readonly head: LineHead;
  private readonly context: ReadContext;
  private readonly sink: FirstTaskSink;
  private readonly writer: EventWriter;
  private readonly rows: GraphRows;
  private readonly payloads: PayloadDecoder;
  private readonly feed: KernelFeed;
  private readonly kernel: GraphKernel | null;
  private readonly clock: GraphClock;
  private readonly columns = new GraphColumns();
  private readonly tree = new GraphTree();
  private readonly stacks: TaskStacks;
  private readonly tasks = new CpuTasks();

  private layout: GraphLayout = DEFAULT_LAYOUT;
  private isLayoutKnown = false;
  /** A damaged line can look like another layout: two in a row are a change. */
  private candidate: GraphLayout | null = null;
  private readonly variants = new Set<string>();
  private canTellStrands = true;
  private commentLinesLeft = 0;
  private isCommentUsed = false;
  private proseRun = 0;
  private hasOpenState = false;
  private hasTimes = false;
  private maxOverruns = 0;
  private untoldLines = 0;

  constructor(context: ReadContext, learnBytes?: number) {
    this.sink = new FirstTaskSink(context.sink);
    this.context = { ...context, sink: this.sink };
    const kernel = LineKernel.for(context);
    this.writer = new EventWriter(this.context, 'function_graph', kernel?.batch);
    this.rows = new GraphRows(this.writer, this.context);
    this.payloads = new PayloadDecoder(this.writer);
    this.head = this.payloads.head;
    this.kernel = kernel === null ? null : new GraphKernel(kernel, this.writer, this.rows);
    this.stacks = new TaskStacks(kernel === null ? null : GraphKernel.shareStacks(kernel, this.writer));
    this.clock = new GraphClock(this.context, this.kernel?.shareClock());
    this.feed = new KernelFeed(this.writer, this, kernel, learnBytes);
  }

  push(chunk: Uint8Array): void {
    this.feed.push(chunk);
  }

  end(): ReadResult {
    this.feed.end();
    this.kernel?.drain();
    const result = this.finish();
    this.feed.giveBack();
    return result;
  }

  readHead(buf: Uint8Array, start: number, end: number): void {
    learnFromComments(this.payloads, buf.subarray(start, end));
  }

  readonly onLine = (buf: Uint8Array, start: number, end: number, line: number): void => {
    this.takeLine(buf, start, end, line);
  };

  isKernelReady(): boolean {
    return this.isLayoutKnown && this.commentLinesLeft === 0 && this.kernel!.canRead(this.layout);
  }

  takeHits(): void {
    this.endOthers();
    if (this.layout.abs) {
      this.hasTimes = true;
      this.rows.atNs = this.kernel!.lastNs;
    }
  }

  /** The kernel knows a statement or it does not: there are no heads without payload. */
  takeHead(): void {}

  /** An entry ends whatever was going on between entries. */
  private endOthers(): void {
    this.candidate = null;
    this.commentLinesLeft = 0;
    this.proseRun = 0;
    this.hasOpenState = true;
  }

  private takeLine(buf: Uint8Array, start: number, end: number, line: number): void {
    const layout = this.layout;
    const reached = this.columns.scan(buf, start, end, layout);
    if (reached === Columns.all) {
      const kind = this.tree.scan(buf, this.columns.treeStart, end);
      if (kind !== Tree.bad && this.isLayoutKnown) {
        if (layout.proc) this.takeComm(buf);
        this.takeEntry(kind, this.rows.indexOf(this.tree, buf), buf, start, end, line);
        return;
      }
    } else if (reached === Columns.arrow && this.isLayoutKnown) {
      this.takeArrow();
      return;
    }
    this.takeOther(reached, buf, start, end, line);
  }

  private takeEntry(kind: number, index: number, buf: Uint8Array, start: number, end: number, line: number): void {
    const columns = this.columns;
    const rows = this.rows;
    this.endOthers();
    const cpu = columns.cpu;
    rows.line = line;
    rows.cpu = cpu;
    rows.atNs = this.takeTime();
    if (this.layout.proc) {
      rows.tid = columns.tid;
    } else {
      rows.tid = this.tasks.tidOf(cpu);
      rows.comm = this.tasks.commOf(cpu);
      this.writer.countComm(rows.comm);
    }
    rows.context = this.layout.lat ? contextOfFlags(buf, columns.flagsStart, columns.flagsEnd) : CONTEXT_UNKNOWN;
    if (kind === Tree.comment || kind === Tree.openComment) {
      this.takeComment(kind, buf, line);
      return;
    }
    // Idle tasks of all CPUs share pid 0: without the CPU column their lines cannot be told apart.
    rows.isEmitting = this.canTellStrands && (cpu >= 0 || rows.tid > 0);
    if (!rows.isEmitting) this.untoldLines++;
    const stack = this.stacks.of(rows.tid, cpu);
    const taken = rows.take(kind, index, this.tree, buf, stack, columns.depth, columns.durNs);
    if (taken === Taken.used) this.writer.account.parsed++;
    else if (taken === Taken.unused) this.writer.account.unused++;
    else this.writer.addMalformed(buf, start, end, line, 'depth-out-of-range');
    if (this.kernel !== null) {
      if (stack.hasMoved) this.kernel.forgetTasks();
      stack.hasMoved = false;
      this.kernel.learn(this.layout, columns, buf, start, end, rows.tid, rows.comm, stack);
      this.kernel.learnStatement(kind, index, this.tree, buf, columns.treeStart, end);
    }
    if (this.hasTimes && cpu >= 0) {
      const leafNs = kind === Tree.leaf && columns.durNs > 0 ? columns.durNs : 0;
      this.clock.take(rows.atNs, cpu, leafNs, line);
    }
  }

  private takeComm(buf: Uint8Array): void {
    const { tid, commStart, commEnd } = this.columns;
    this.rows.comm = this.writer.internComm(tid, buf, commStart, commEnd);
  }

  /** Time of the line just scanned, NaN without a time column. */
  private takeTime(): number {
    const columns = this.columns;
    if (this.layout.abs) {
      this.hasTimes = true;
      cursor.high = columns.atHigh;
      cursor.low = columns.atLow;
      cursor.digits = columns.atDigits;
      return this.writer.clock.takeTime();
    }
    if (this.layout.rel) {
      this.hasTimes = true;
      const clock = this.writer.report.clock;
      clock.kind = 'relative';
      clock.resolutionNs = 1000;
      this.writer.stream.resolutionNs = 1000;
      return this.writer.clock.relativeNs(0, columns.relUs * 1000);
    }
    return Number.NaN;
  }

  private takeComment(kind: number, buf: Uint8Array, line: number): void {
    const { rows, tree, payloads, head } = this;
    head.atNs = rows.atNs;
    head.cpu = rows.cpu;
    head.tid = rows.tid;
    head.comm = rows.comm;
    head.context = rows.context;
    head.line = line;
    const outcome = decodeComment(payloads, buf, tree.noteStart, tree.noteEnd);
    if (outcome === Outcome.malformed) {
      this.writer.addMalformed(buf, tree.noteStart, tree.noteEnd, line, 'payload');
      return;
    }
    this.isCommentUsed = outcome === Outcome.used;
    if (this.isCommentUsed) this.writer.account.parsed++;
    else this.writer.account.unused++;
    if (kind === Tree.openComment) this.commentLinesLeft = MAX_COMMENT_LINES;
  }

  /** `==========> |`: not balanced under a filter, and do_IRQ says the same where it is traced. */
  private takeArrow(): void {
    this.commentLinesLeft = 0;
    this.proseRun = 0;
    this.writer.account.unused++;
  }

  /** Everything that is not an entry of the known layout. */
  private takeOther(reached: number, buf: Uint8Array, start: number, end: number, line: number): void {
    const account = this.writer.account;
    if (this.commentLinesLeft > 0 && this.takeContinuation(buf, start, end)) return;
    switch (classifySpecial(buf, start, end)) {
      case Special.blank:
      case Special.rule:
        account.comment++;
        return;
      case Special.title:
        this.takeTitle(textOf(buf, start, end));
        return;
      case Special.header:
        this.takeHeader(textOf(buf, start, end), line);
        return;
      case Special.overruns:
        this.takeOverruns(textOf(buf, start, end));
        return;
      case Special.bufferStarted:
      case Special.lost:
        if (this.takeLoss(textOf(buf, start, end), line)) return;
        break;
      case Special.tooBig:
        account.unused++;
        return;
      case Special.gap:
        account.unknown++;
        this.context.diagnostics.count('gap-in-text', { file: this.context.fileName, line, reason: 'elision' });
        this.breakState(line);
        return;
      default:
        break;
    }
    if (this.takeBanner(buf, start, end)) return;
    if (this.tryOtherLayout(buf, start, end, line)) return;
    this.takeForeign(reached, buf, start, end, line);
  }

  private takeForeign(reached: number, buf: Uint8Array, start: number, end: number, line: number): void {
    const isOurs = this.isLayoutKnown && reached !== Columns.none && !isColumnless(this.layout);
    if (this.feed.splitter.isCutTail && this.isLayoutKnown) {
      this.writer.account.unknown++;
      const text = textOf(buf, start, Math.min(end, start + 200));
      this.context.diagnostics.count('truncated-tail', {
        file: this.context.fileName,
        line,
        text,
        reason: 'no-newline',
      });
      return;
    }
    if (isOurs) {
      this.writer.addMalformed(buf, start, end, line, reached === Columns.some ? 'columns' : 'statement');
      return;
    }
    this.writer.account.unknown++;
    if (isHeaderTailText(buf, start, end)) return;
    this.proseRun++;
    if (this.proseRun === PROSE_BREAKS_AFTER || isPrompt(textOf(buf, start, Math.min(end, start + 200)))) {
      this.breakState(line);
    }
  }

  /** A line inside a comment that was not closed on its own line. */
  private takeContinuation(buf: Uint8Array, start: number, end: number): boolean {
    let last = end;
    while (last > start && buf[last - 1] === 32) last--;
    const isEnd = last - start >= 2 && buf[last - 1] === 47 && buf[last - 2] === 42;
    this.commentLinesLeft = isEnd ? 0 : this.commentLinesLeft - 1;
    if (this.isCommentUsed) this.writer.account.parsed++;
    else this.writer.account.unused++;
    return true;
  }

  private takeTitle(text: string): void {
    const layout = readTitle(text);
    if (layout === null) {
      this.writer.account.unknown++;
      return;
    }
    this.writer.account.comment++;
    this.useLayout(layout, true);
  }

  private takeHeader(text: string, line: number): void {
    const header = readHeader(text);
    if (header === null && !isHeaderLine(text)) {
      this.writer.account.unknown++;
      if (this.proseRun++ === 0) this.breakState(line);
      return;
    }
    this.writer.account.comment++;
    if (header !== null && header.release !== '') this.writer.addFact('kernel', 'release', header.release, line);
    if (header !== null && header.tracer !== '') this.breakState(line);
  }

  private takeOverruns(text: string): void {
    const amount = Number(/\(Overruns: (\d+)\)/.exec(text)?.[1] ?? 'NaN');
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
    const cpu = Number((lost ?? started)![1]);
    const amount = lost?.[2] === undefined ? Number.NaN : Number(lost[2]);
    const at = this.hasTimes ? this.rows.atNs : Number.NaN;
    this.writer.account.parsed++;
    this.writer.addLost(lost === null ? 'buffer started' : 'trace_pipe LOST', cpu, amount, at, line);
    this.stacks.forgetCpu(cpu);
    return true;
  }

  /** ` 1)  rxsink-1055   =>    <idle>-0   ` */
  private takeBanner(buf: Uint8Array, start: number, end: number): boolean {
    const columns = this.columns;
    const arrow = columns.scanBanner(buf, start, end);
    if (arrow < 0) return false;
    const cpu = columns.cpu;
    const nextTid = columns.tid;
    const nextComm = this.writer.intern(buf, columns.commStart, columns.commEnd);
    this.writer.account.comment++;
    this.proseRun = 0;
    if (this.layout.proc && this.isLayoutKnown) return true;
    if (!this.sink.hasNamed(cpu)) {
      columns.readProc(buf, columns.treeStart, arrow, MAX_BANNER_NAME_BYTES);
      const prevComm = this.writer.intern(buf, columns.commStart, columns.commEnd);
      this.writer.flush();
      this.sink.nameFirstTask(cpu, columns.tid, prevComm);
      this.stacks.renameUnknown(cpu, columns.tid);
    }
    this.tasks.set(cpu, nextTid, nextComm);
    this.kernel?.forgetTasks();
    return true;
  }

  /** Texts without header, and documents that quote several traces. */
  private tryOtherLayout(buf: Uint8Array, start: number, end: number, line: number): boolean {
    const found = this.columns.infer(buf, start, end);
    if (found === null) return false;
    const isArrow = this.columns.scan(buf, start, end, found) === Columns.arrow;
    const kind = isArrow ? Tree.comment : this.tree.scan(buf, this.columns.treeStart, end);
    if (kind === Tree.bad) return false;
    const isSure = !this.isLayoutKnown || this.proseRun > 0;
    const isRepeated = this.candidate !== null && isSameLayout(this.candidate, found);
    if (this.isLayoutKnown && isSameLayout(found, this.layout)) return false;
    this.candidate = found;
    if (!isSure && !isRepeated) return false;
    this.useLayout(found, false);
    if (isArrow) this.takeArrow();
    else {
      if (found.proc) this.takeComm(buf);
      this.takeEntry(kind, this.rows.indexOf(this.tree, buf), buf, start, end, line);
    }
    return true;
  }

  private useLayout(layout: GraphLayout, isTitle: boolean): void {
    if (this.isLayoutKnown && (isTitle || !isSameLayout(layout, this.layout)))
      this.breakState(this.feed.splitter.lines);
    this.layout = layout;
    this.isLayoutKnown = true;
    this.candidate = null;
    this.kernel?.forget();
    this.canTellStrands = tellsStrandsApart(layout);
    this.sink.isPassing = layout.proc || !layout.cpu;
    this.variants.add(nameLayout(layout));
  }

  /** Nothing that is open may be carried across this line. */
  private breakState(line: number): void {
    this.commentLinesLeft = 0;
    if (!this.hasOpenState) return;
    this.hasOpenState = false;
    const at = this.hasTimes ? this.rows.atNs : Number.NaN;
    this.writer.addRow(Kind.boundary, Source.marker, Edge.point, at, -1, -1, line);
    this.writer.flush();
    this.sink.forget();
    this.stacks.forgetCpu(-1);
    this.tasks.forget();
    this.kernel?.forgetTasks();
    this.clock.forget();
  }

  private finish(): ReadResult {
    const { writer, context } = this;
    writer.account.lines = this.feed.splitter.lines;
    this.clock.end(writer.account.lines);
    const { report, stream } = writer;
    report.variant = [...this.variants].filter((name) => name !== '').join(', ');
    report.notes.push(...this.rows.finish(context));
    if (this.maxOverruns > 0) {
      report.notes.push(
        `Overruns: ${this.maxOverruns} calls were nested deeper than the tracer's stack and are missing`,
      );
    }
    const file = context.fileName;
    if (!this.hasTimes && this.isLayoutKnown) {
      stream.orderedPerCpuOnly = true;
      context.diagnostics.count('no-clock', { file, reason: 'no-time-column' });
    }
    if (this.untoldLines > 0) {
      report.notes.push(
        this.canTellStrands
          ? `${this.untoldLines} lines of idle tasks: without funcgraph-cpu their CPUs cannot be told apart`
          : 'without funcgraph-cpu and funcgraph-proc lines of several CPUs cannot be told apart: no calls were built',
      );
      context.diagnostics.count('no-cpu', { file, reason: 'no-cpu-column' });
    }
    if (this.isLayoutKnown && !this.layout.proc)
      context.diagnostics.count('no-task', { file, reason: 'no-task-column' });
    writer.flush();
    const result = writer.finish();
    this.rows.addCounts(report.eventNames);
    this.sink.releaseAll();
    return result;
  }
}

function isColumnless(layout: GraphLayout): boolean {
  return !layout.abs && !layout.rel && !layout.cpu && !layout.proc && !layout.lat && !layout.dur;
}

function isHeaderTailText(buf: Uint8Array, start: number, end: number): boolean {
  return end - start < 200 && isHeaderLine(textOf(buf, start, end));
}
