import type { EventWriter } from '../../events/writer.ts';
import { readCount } from '../../text/counts.ts';
import { DEFAULT_IRQ_COLUMN, readDrawnColumn } from './flags.ts';

const TRACER = /^# tracer: (\S+)/;
const ENTRIES = /entries-in-buffer\/entries-written: (\d+)\/(\d+)\s+#P:(\d+)/;
const LATENCY_SUMMARY = /^#? ?latency: (\d+) us, #(\d+)\/(\d+), CPU#(\d+) \|.*?#P:(\d+)/;
const LATENCY_VERSION = /^#? ?(\S+) latency trace v\S+ on (\S+)/;
/** What else the kernel prints behind `#`; everything else behind a `#` is a shell prompt or prose. */
const KNOWN_HEADER =
  /^#(?:$|[\s|/\\_]*$|\s+[-=|]|.*(?:=>|TASK-PID|TASK\/PID|\|\|\||_--|DURATION|FUNCTION|cmd +pid|WARNING|Snapshot|snapshot|delay|buffer started|The stack|Note:|entries|TIMESTAMP|latency|task:)|.*[|/\\]\s*$|#####)/;
/** Latency headers of 2.6.2x have no `#`. */
const OLD_LATENCY =
  /^(?:\S+ latency trace v\S+ on |-{20,}$|\s+latency: \d+ us, #| {4}-{10,}$| {4}\| task: | => (?:started|ended) at|\s+_-+=> |\s+\/ _-+=> |\s+\| *\/ |\s+\|+ |\s+cmd +pid )/;

/** Lines before (or between) the events: what they tell goes to the report and the facts. */
export class FtraceHeader {
  tracer = '';
  /** Column of hardirq/softirq among the flags, learnt from the drawing. */
  irqColumn = DEFAULT_IRQ_COLUMN;
  private readonly writer: EventWriter;
  private drawn: string[] = [];

  constructor(writer: EventWriter) {
    this.writer = writer;
  }

  /** A line that begins with '#'. False when it is none of the kernel's. */
  readHash(text: string, line: number): boolean {
    const tracer = TRACER.exec(text);
    if (tracer !== null) {
      this.tracer = tracer[1];
      this.drawn = [];
      this.irqColumn = DEFAULT_IRQ_COLUMN;
      this.writer.addFact('trace-option', 'tracer', tracer[1], line);
      return true;
    }
    const column = readDrawnColumn(text);
    if (column !== '') this.learnColumn(column);
    const entries = ENTRIES.exec(text);
    if (entries !== null) {
      this.writer.addFact('cpu', 'count', entries[3], line);
      this.noteOverwritten(readCount(entries[1]), readCount(entries[2]), line);
    }
    return this.readLatency(text, line) || KNOWN_HEADER.test(text);
  }

  /** Header lines of 2.6.2x latency tracers. */
  readOld(text: string, line: number): boolean {
    if (!OLD_LATENCY.test(text)) return false;
    const column = readDrawnColumn(text);
    if (column !== '') this.learnColumn(column);
    this.readLatency(text, line);
    return true;
  }

  private readLatency(text: string, line: number): boolean {
    const version = LATENCY_VERSION.exec(text);
    if (version !== null) {
      if (this.tracer === '') this.tracer = version[1];
      this.writer.addFact('kernel', 'release', version[2], line);
      return true;
    }
    const summary = LATENCY_SUMMARY.exec(text);
    if (summary === null) return false;
    this.writer.addFact('cpu', 'count', summary[5], line);
    this.noteOverwritten(readCount(summary[2]), readCount(summary[3]), line);
    return true;
  }

  private noteOverwritten(kept: number, written: number, line: number): void {
    if (written > kept) this.writer.noteLost('entries header', -1, written - kept, line);
  }

  /** Flag columns are drawn from left to right; `CPU#` of the latency layout and `delay` are not flags. */
  private learnColumn(name: string): void {
    if (name === 'cpu#' || name === 'delay') return;
    this.drawn.push(name);
    if (name.startsWith('hardirq')) this.irqColumn = this.drawn.length - 1;
  }
}
