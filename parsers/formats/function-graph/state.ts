import { Edge, Kind, Source } from '../../../src/model/events.ts';
import type { EventWriter } from '../../events/writer.ts';
import type { LineScanner } from '../../wasm/line-scanner.ts';
import { DEFAULT_LAYOUT, type GraphLayout, isSameLayout, nameLayout, tellsStrandsApart } from './layout.ts';
import { GraphClock } from './stacks/clock.ts';
import type { FirstTaskSink } from './stacks/first-task.ts';
import { GraphRows } from './stacks/rows.ts';
import { TaskStacks } from './stacks/stacks.ts';
import { CpuTasks } from './stacks/tasks.ts';
import { GraphTeacher } from './teacher.ts';

/** How the text is laid out now, and what is open in it: call stacks, tasks of the CPUs, clocks. */
export class GraphState {
  readonly sink: FirstTaskSink;
  readonly rows: GraphRows;
  readonly stacks: TaskStacks;
  readonly tasks = new CpuTasks();
  readonly clock: GraphClock;
  readonly teacher: GraphTeacher | null;
  layout: GraphLayout = DEFAULT_LAYOUT;
  isLayoutKnown = false;
  /** A damaged line can look like another layout: two in a row are a change. */
  candidate: GraphLayout | null = null;
  /** False: lines of several CPUs or tasks run into one another. */
  canTellStrands = true;
  /** A time column was seen. */
  hasTimes = false;
  /** Entries were read since the last break. */
  hasOpen = false;
  private readonly writer: EventWriter;
  private readonly variants = new Set<string>();

  constructor(writer: EventWriter, sink: FirstTaskSink, scanner: LineScanner | null) {
    this.writer = writer;
    this.sink = sink;
    this.rows = new GraphRows(writer, writer.context);
    this.teacher = scanner === null ? null : new GraphTeacher(scanner, writer, this.rows);
    this.stacks = new TaskStacks(scanner === null ? null : GraphTeacher.shareStacks(scanner, writer));
    this.clock = new GraphClock(writer.context, this.teacher?.shareClock());
  }

  /** The time of a line without one: that of the entry before it. */
  get lastNs(): number {
    return this.hasTimes ? this.rows.atNs : Number.NaN;
  }

  useLayout(layout: GraphLayout, isTitle: boolean, line: number): void {
    if (this.isLayoutKnown && (isTitle || !isSameLayout(layout, this.layout))) this.breakOff(line);
    this.layout = layout;
    this.isLayoutKnown = true;
    this.candidate = null;
    this.teacher?.forget();
    this.canTellStrands = tellsStrandsApart(layout);
    this.sink.isPassing = layout.proc || !layout.cpu;
    this.variants.add(nameLayout(layout));
  }

  /** Nothing that is open may be carried across this line. */
  breakOff(line: number): void {
    if (!this.hasOpen) return;
    this.hasOpen = false;
    this.writer.addRow(Kind.boundary, Source.marker, Edge.point, this.lastNs, line);
    this.writer.flush();
    this.sink.forget();
    this.stacks.forgetCpu(-1);
    this.tasks.forget();
    this.teacher?.forgetTasks();
    this.clock.forget();
  }

  /** What the columns say, and what is missing in them, into the report. */
  finish(): void {
    const { report, stream, context } = this.writer;
    const { fileName: file, diagnostics } = context;
    this.clock.end(report.account.lines);
    report.variant = [...this.variants].filter((name) => name !== '').join(', ');
    report.notes.push(...this.rows.finish(context));
    if (!this.isLayoutKnown) return;
    if (!this.hasTimes) {
      stream.orderedPerCpuOnly = true;
      diagnostics.count('no-clock', { file, reason: 'no-time-column' });
    }
    if (!this.layout.proc) diagnostics.count('no-task', { file, reason: 'no-task-column' });
  }
}
