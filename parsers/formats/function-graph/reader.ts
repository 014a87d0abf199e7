import { CONTEXT_UNKNOWN } from '../../../src/model/events.ts';
import type { FormatReader, ReadContext, ReadResult } from '../../contract.ts';
import { EventWriter } from '../../events/writer.ts';
import { type LineHead, PayloadDecoder } from '../../payload/decoder.ts';
import { cursor } from '../../text/numbers.ts';
import { ScannerFeed, type ScannerTarget } from '../../wasm/feed.ts';
import { LineScanner } from '../../wasm/line-scanner.ts';
import { Columns, GraphColumns } from './columns.ts';
import { CommentLines, learnFromComments } from './comments.ts';
import { inferLayout } from './infer.ts';
import { isSameLayout } from './layout.ts';
import { OtherLines } from './other-lines.ts';
import { contextOfFlags } from './stacks/context.ts';
import { FirstTaskSink } from './stacks/first-task.ts';
import { Taken } from './stacks/rows.ts';
import { GraphTree, Tree } from './stacks/tree.ts';
import { GraphState } from './state.ts';

/** Reads function_graph text of every era and option set. */
export class FunctionGraphReader implements FormatReader, ScannerTarget {
  readonly head: LineHead;
  private readonly writer: EventWriter;
  private readonly payloads: PayloadDecoder;
  private readonly feed: ScannerFeed;
  private readonly state: GraphState;
  private readonly comments: CommentLines;
  private readonly others: OtherLines;
  private readonly columns = new GraphColumns();
  private readonly tree = new GraphTree();
  private untoldLines = 0;

  constructor(plainContext: ReadContext, learnBytes?: number) {
    const sink = new FirstTaskSink(plainContext.sink);
    const context = { ...plainContext, sink };
    const scanner = LineScanner.for(context);
    this.writer = new EventWriter(context, 'function_graph', scanner?.batch);
    this.payloads = new PayloadDecoder(this.writer);
    this.head = this.payloads.head;
    this.state = new GraphState(this.writer, sink, scanner);
    this.comments = new CommentLines(this.writer, this.payloads);
    this.feed = new ScannerFeed(this.writer, this, scanner, learnBytes);
    this.others = new OtherLines(this.writer, this.state, this.comments, this.feed.splitter);
  }

  push(chunk: Uint8Array): void {
    this.feed.push(chunk);
  }

  end(): ReadResult {
    this.feed.end();
    this.state.teacher?.drain();
    this.writer.account.lines = this.feed.splitter.lines;
    this.state.finish();
    this.others.finish();
    this.noteUntoldLines();
    const result = this.writer.finish();
    this.state.rows.addCounts(result.report.eventNames);
    this.state.sink.releaseAll();
    this.feed.giveBack();
    return result;
  }

  private noteUntoldLines(): void {
    if (this.untoldLines === 0) return;
    const { report, context } = this.writer;
    report.notes.push(
      this.state.canTellStrands
        ? `${this.untoldLines} lines of idle tasks: without funcgraph-cpu their CPUs cannot be told apart`
        : 'without funcgraph-cpu and funcgraph-proc lines of several CPUs cannot be told apart: no calls were built',
    );
    context.diagnostics.count('no-cpu', { file: context.fileName, reason: 'no-cpu-column' });
  }

  readHead(buf: Uint8Array, start: number, end: number): void {
    learnFromComments(this.payloads, buf.subarray(start, end));
  }

  readonly onLine = (buf: Uint8Array, start: number, end: number, line: number): void => {
    this.takeLine(buf, start, end, line);
  };

  isScannerReady(): boolean {
    const { state, comments } = this;
    return state.isLayoutKnown && !comments.isOpen && state.teacher!.canRead(state.layout);
  }

  takeHits(): void {
    const { state } = this;
    this.endOthers();
    if (state.layout.abs) {
      state.hasTimes = true;
      state.rows.atNs = state.teacher!.lastNs;
    }
  }

  /** The scanner knows a statement or it does not: there are no heads without payload. */
  takeHead(): void {}

  /** An entry ends whatever was going on between entries. */
  private endOthers(): void {
    this.state.candidate = null;
    this.comments.close();
    this.others.proseRun = 0;
    this.state.hasOpen = true;
  }

  private takeLine(buf: Uint8Array, start: number, end: number, line: number): void {
    const { state, columns, tree } = this;
    const reached = columns.scan(buf, start, end, state.layout);
    if (state.isLayoutKnown) {
      if (reached === Columns.all) {
        const kind = tree.scan(buf, columns.treeStart, end);
        if (kind !== Tree.bad) {
          this.takeEntry(kind, buf, start, end, line);
          return;
        }
      } else if (reached === Columns.arrow) {
        this.takeArrow();
        return;
      }
    }
    if (this.others.take(buf, start, end, line) || this.tryOtherLayout(buf, start, end, line)) return;
    this.others.takeForeign(reached, buf, start, end, line);
  }

  private takeEntry(kind: number, buf: Uint8Array, start: number, end: number, line: number): void {
    const { columns, tree, state } = this;
    const { layout, rows } = state;
    if (layout.proc) this.takeTask(buf);
    const index = rows.indexOf(tree, buf);
    this.endOthers();
    const cpu = columns.cpu;
    rows.line = line;
    rows.cpu = cpu;
    rows.atNs = this.takeTime();
    if (!layout.proc) {
      rows.tid = state.tasks.tidOf(cpu);
      rows.comm = state.tasks.commOf(cpu);
      this.writer.countComm(rows.comm);
    }
    rows.context = layout.lat ? contextOfFlags(buf, columns.flagsStart, columns.flagsEnd) : CONTEXT_UNKNOWN;
    if (kind === Tree.comment || kind === Tree.openComment) {
      this.comments.take(kind, tree, rows, buf);
      return;
    }
    // Idle tasks of all CPUs share pid 0: without the CPU column their lines cannot be told apart.
    rows.isEmitting = state.canTellStrands && (cpu >= 0 || rows.tid > 0);
    if (!rows.isEmitting) this.untoldLines++;
    const stack = state.stacks.of(rows.tid, cpu);
    rows.depth = columns.depth;
    rows.durNs = columns.durNs;
    const taken = rows.take(kind, index, tree, buf, stack);
    if (taken === Taken.used) this.writer.account.parsed++;
    else if (taken === Taken.unused) this.writer.account.unused++;
    else this.writer.addMalformed(buf, start, end, line, 'depth-out-of-range');
    const { teacher } = state;
    if (teacher !== null) {
      if (stack.hasMoved) teacher.forgetTasks();
      stack.hasMoved = false;
      teacher.learn(layout, columns, buf, start, stack);
      teacher.learnStatement(kind, index, tree, buf, end);
    }
    if (state.hasTimes && cpu >= 0) {
      const leafNs = kind === Tree.leaf && columns.durNs > 0 ? columns.durNs : 0;
      state.clock.take(rows.atNs, cpu, leafNs, line);
    }
  }

  private takeTask(buf: Uint8Array): void {
    const { tid, commStart, commEnd } = this.columns.task;
    const { rows } = this.state;
    rows.tid = tid;
    rows.comm = this.writer.internComm(tid, buf, commStart, commEnd);
  }

  /** Time of the line just scanned, NaN without a time column. */
  private takeTime(): number {
    const { columns, state, writer } = this;
    if (state.layout.abs) {
      state.hasTimes = true;
      cursor.high = columns.atHigh;
      cursor.low = columns.atLow;
      cursor.digits = columns.atDigits;
      return writer.clock.takeTime();
    }
    if (state.layout.rel) {
      state.hasTimes = true;
      const clock = writer.report.clock;
      clock.kind = 'relative';
      clock.resolutionNs = 1000;
      writer.stream.resolutionNs = 1000;
      return writer.clock.relativeNs(0, columns.relUs * 1000);
    }
    return Number.NaN;
  }

  /** `==========> |`: not balanced under a filter, and do_IRQ says the same where it is traced. */
  private takeArrow(): void {
    this.comments.close();
    this.others.proseRun = 0;
    this.writer.account.unused++;
  }

  /** Texts without header, and documents that quote several traces. */
  private tryOtherLayout(buf: Uint8Array, start: number, end: number, line: number): boolean {
    const { columns, state } = this;
    const found = inferLayout(columns, buf, start, end);
    if (found === null) return false;
    const isArrow = columns.scan(buf, start, end, found) === Columns.arrow;
    const kind = isArrow ? Tree.comment : this.tree.scan(buf, columns.treeStart, end);
    if (kind === Tree.bad) return false;
    const isSure = !state.isLayoutKnown || this.others.proseRun > 0;
    const isRepeated = state.candidate !== null && isSameLayout(state.candidate, found);
    if (state.isLayoutKnown && isSameLayout(found, state.layout)) return false;
    state.candidate = found;
    if (!isSure && !isRepeated) return false;
    state.useLayout(found, false, line);
    if (isArrow) this.takeArrow();
    else this.takeEntry(kind, buf, start, end, line);
    return true;
  }
}
