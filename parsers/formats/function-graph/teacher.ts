import { Kind } from '../../../src/model/events.ts';
import type { EventWriter } from '../../events/writer.ts';
import * as L from '../../wasm/layout.ts';
import type { LineScanner } from '../../wasm/line-scanner.ts';
import type { GraphColumns } from './columns.ts';
import type { GraphLayout } from './layout.ts';
import type { SharedClock } from './stacks/clock.ts';
import { type GraphRows, readReturn } from './stacks/rows.ts';
import type { SharedStacks, TaskStack } from './stacks/stacks.ts';
import { type GraphTree, Tree } from './stacks/tree.ts';
import { TASK_WIDTH } from './task.ts';

const DURATION_WIDTH = 14;
const BLANK = 32;
const CR = 13;

/**
 * Teaches a scanner the lines of function_graph. The printer pads every column, so from line to line the same bytes stand at
 * the same offsets; between them repeat the lane (cpu and task) and the statements of the tree.
 *
 *     ·····.······ |  ·0) rxbench-351···· | +·17.496·us···|  ····name();
 *          dot        lane                  duration        statement
 */
export class GraphTeacher {
  private readonly scanner: LineScanner;
  private readonly writer: EventWriter;
  private readonly rows: GraphRows;
  private isOff = false;
  private isReady = false;
  /** Functions whose meaning the scanner has. */
  private functions = 0;

  constructor(scanner: LineScanner, writer: EventWriter, rows: GraphRows) {
    this.scanner = scanner;
    this.writer = writer;
    this.rows = rows;
    scanner.readsGraph = true;
    scanner.setInt(L.DIGITS, 6);
    scanner.onNameCount = (slot, count) => {
      rows.names.counts[scanner.int(slot + L.EVENT)] += count;
    };
  }

  static shareStacks(scanner: LineScanner, writer: EventWriter): SharedStacks {
    const onForget = (): void => scanner.forgetLefts(writer);
    return { cells: scanner.ints, base: L.STACKS >> 2, count: L.MAX_STACKS, onForget };
  }

  shareClock(): SharedClock {
    const { doubles } = this.scanner;
    const first = L.CPU_CLOCKS >> 3;
    return {
      lastAt: doubles.subarray(first, first + L.MAX_CPUS),
      lastLeafNs: doubles.subarray(first + L.MAX_CPUS, first + 2 * L.MAX_CPUS),
      stamp: doubles.subarray(L.STAMP_NS >> 3, (L.STAMP_NS >> 3) + 2),
      onOutgrown: () => {
        this.isOff = true;
      },
    };
  }

  canRead(layout: GraphLayout): boolean {
    if (this.isOff || !this.isReady) return false;
    this.learnFunctions();
    if (!layout.abs) return true;
    const { baseSeconds } = this.writer.clock;
    this.scanner.setDouble(L.BASE_HIGH, baseSeconds);
    return !Number.isNaN(baseSeconds);
  }

  /** The columns mean something else now. */
  forget(): void {
    this.isReady = false;
    this.scanner.forgetLefts(this.writer);
  }

  /** Time of the last line that the scanner handled. */
  get lastNs(): number {
    return this.scanner.double(L.LAST_NS);
  }

  /** Who runs on a CPU has changed. */
  forgetTasks(): void {
    this.scanner.forgetLefts(this.writer);
  }

  /** Remembers what a line that the reader has just taken was made of, if it lies in the scanner's memory. */
  learn(layout: GraphLayout, columns: GraphColumns, buf: Uint8Array, start: number, stack: TaskStack): void {
    const { scanner } = this;
    if (buf !== scanner.heap || !layout.dur || !layout.cpu || layout.rel || layout.lat || columns.cpu >= L.MAX_CPUS)
      return;
    if (layout.abs && columns.atDigits !== 6) return;
    const dot = layout.abs ? columns.dotAt - start : -1;
    const paren = columns.parenAt - start;
    const lane = layout.abs ? dot + 7 : 0;
    const durationAt = paren + 2 + (layout.proc ? TASK_WIDTH + 3 : 0);
    // The lane alone tells cpu and task: what stands left of it is the time, what stands right of it the duration.
    if (columns.barAt - start !== durationAt + DURATION_WIDTH || durationAt - lane > L.TEXT_BYTES) return;
    const bar = columns.barAt - start;
    if (!this.isReady || scanner.int(L.BAR) !== bar || scanner.int(L.DOT) !== dot || scanner.int(L.LANE) !== lane) {
      scanner.forgetLefts(this.writer);
      scanner.setInt(L.DOT, dot);
      scanner.setInt(L.LANE, lane);
      scanner.setInt(L.LANE_SIZE, durationAt - lane);
      scanner.setInt(L.BAR, bar);
      this.isReady = true;
    }
    const { tid, comm } = this.rows;
    const meaning = { tid, cpu: columns.cpu, comm, context: 255, commOffset: 0, thread: stack.place };
    scanner.learnLane(start + lane, start + durationAt, meaning, this.writer);
  }

  /** Remembers the statement [tree.start, end) of the function `index` (-1: a brace without name). */
  learnStatement(kind: number, index: number, tree: GraphTree, buf: Uint8Array, end: number): void {
    const { start } = tree;
    const { scanner, rows } = this;
    if (
      buf !== scanner.heap ||
      kind > Tree.close ||
      end - start > L.TEXT_BYTES ||
      buf[start] === BLANK ||
      buf[end - 1] === CR
    )
      return;
    // Arguments would not come again.
    if (tree.argsEnd > tree.argsStart || index >= L.MAX_FUNCS) return;
    const called = index < 0 ? null : rows.names.functions[index];
    const hasNote = tree.noteEnd > tree.noteStart;
    let column = 0;
    let value = Number.NaN;
    if (called !== null && hasNote && called.hasReturn && kind !== Tree.entry) {
      value = readReturn(buf, tree.noteStart, tree.noteEnd, called.exit);
      column = kind === Tree.close || called.enter === Kind.engineDone ? 1 : 2;
    }
    const isCall = called !== null && kind !== Tree.close && called.enter !== Kind.none;
    const caller = hasNote && isCall ? rows.callerOf(buf, tree) : -1;
    const slot = scanner.learnStatement(start, end, kind, index, this.writer);
    scanner.setInt(slot + L.HAS_VALUE, column);
    scanner.setDouble(slot + L.VALUE, value);
    scanner.setInt(slot + L.CALLER, caller);
  }

  /** Meanings of the functions seen since the last time, for braces without name. */
  private learnFunctions(): void {
    const { functions } = this.rows.names;
    for (; this.functions < Math.min(functions.length, L.MAX_FUNCS); this.functions++) {
      const { enter, exit, probeId, softirq } = functions[this.functions];
      const at = L.FUNCS + this.functions * L.FUNC_BYTES;
      const cells = [enter, exit, probeId, Number.isNaN(softirq) ? -1 : softirq];
      cells.forEach((cell, i) => {
        this.scanner.setInt(at + i * 4, cell);
      });
    }
  }

  drain(): void {
    const { scanner, rows } = this;
    rows.openings += scanner.int(L.OPENINGS);
    scanner.setInt(L.OPENINGS, 0);
    scanner.drain(this.writer);
  }
}
