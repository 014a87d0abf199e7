import { CONTEXT_UNKNOWN, Edge, Kind, Source } from '../../../../src/model/events.ts';
import type { StringId } from '../../../../src/model/units.ts';
import type { ReadContext } from '../../../contract.ts';
import type { EventWriter } from '../../../events/writer.ts';
import { hexDigitOf, scanAddress, scanNumber } from '../../../text/numbers.ts';
import { bytesOf, findField, startsWith } from '../../../text/scan.ts';
import { type GraphFunction, GraphNames } from './names.ts';
import { MAX_DEPTH, type TaskStack } from './stacks.ts';
import { type GraphTree, Tree } from './tree.ts';

const RET = bytesOf('ret=');
const EQUALS = bytesOf('= ');
const CALLER = bytesOf('<-');
const SOCK = bytesOf('sk=');
const SKB = bytesOf('skb=');
const MAX_EXAMPLES = 5;

/** What a line of the tree came to. */
export const Taken = { malformed: 0, used: 1, unused: 2 } as const;

/**
 * Turns entries, leaves and returns into rows. The same for `trace` text and trace-cmd report: the reader sets who and
 * when, this class keeps the names, asks the task's stack and writes the row.
 *
 * A leaf whose return value is printed carries it in arg3: the row stands for both edges.
 */
export class GraphRows {
  atNs = Number.NaN;
  cpu = -1;
  tid = -1;
  comm: StringId = -1;
  context: number = CONTEXT_UNKNOWN;
  line = 0;
  depth = 0;
  /** Duration that the statement shows; NaN none. */
  durNs = Number.NaN;
  /** False where nothing tells the CPUs apart: lines are counted, no row is written. */
  isEmitting = true;
  /** Entries and leaves seen; a text with returns only was recorded with tracing_thresh. */
  openings = 0;
  missingEntries = 0;
  missingReturns = 0;
  private namelessOrphans = 0;
  private readonly orphanLines: number[] = [];
  readonly names: GraphNames;
  private readonly writer: EventWriter;

  constructor(writer: EventWriter, context: ReadContext) {
    this.writer = writer;
    this.names = new GraphNames(context.strings, context.vocabulary);
  }

  /** Function index of a statement as scanned, -1 for a brace without name. */
  indexOf(tree: GraphTree, buf: Uint8Array): number {
    if (tree.nameEnd === tree.nameStart) return -1;
    return this.names.indexOf(buf, tree.nameStart, tree.nameEnd, tree.nameHash);
  }

  /** Takes one statement, never a comment; `tree` holds its arguments and note. */
  take(kind: number, index: number, tree: GraphTree, buf: Uint8Array, stack: TaskStack): number {
    const { depth, durNs } = this;
    if (depth > MAX_DEPTH) return Taken.malformed;
    this.writer.report.events++;
    if (!this.isEmitting) return this.countOnly(kind, index);
    if (kind === Tree.close) return this.takeReturn(index, tree, buf, stack);
    const called = this.names.functions[index];
    this.openings++;
    this.names.counts[index]++;
    this.missingReturns += kind === Tree.leaf ? stack.leaf(depth) : stack.enter(depth, index);
    if (called.enter === Kind.none) return Taken.unused;
    // Nobody will see the end of a function that has no exit kind.
    const edge = kind === Tree.leaf ? Edge.whole : called.exit === Kind.none ? Edge.point : Edge.enter;
    const row = this.addRow(called.enter, edge, called);
    const batch = this.writer.batch;
    batch.arg0[row] = called.softirq;
    if (tree.argsEnd > tree.argsStart) this.readArguments(row, called, buf, tree.argsStart, tree.argsEnd);
    if (kind === Tree.leaf) batch.durNs[row] = durNs;
    if (tree.noteEnd > tree.noteStart) {
      const caller = this.callerOf(buf, tree);
      if (caller >= 0) batch.parent[row] = caller;
      if (kind === Tree.leaf && called.hasReturn) {
        const value = readReturn(buf, tree.noteStart, tree.noteEnd, called.exit);
        if (called.enter === Kind.engineDone) batch.arg0[row] = value;
        else batch.arg3[row] = value;
      }
    }
    return Taken.used;
  }

  /** Where strands cannot be told apart: names are counted, no stack is kept. */
  private countOnly(kind: number, index: number): number {
    if (kind !== Tree.close) {
      this.openings++;
      this.names.counts[index]++;
    }
    return Taken.unused;
  }

  private takeReturn(printed: number, tree: GraphTree, buf: Uint8Array, stack: TaskStack): number {
    const { depth, durNs } = this;
    const open = stack.openAt(depth);
    const index = printed >= 0 ? printed : open;
    this.missingReturns += stack.exit(depth);
    const isOrphan = index < 0 || index !== open;
    if (isOrphan) {
      this.countOrphan();
      // The frame that stood there in the meantime never returned as far as the text shows.
      if (open >= 0) this.missingReturns++;
      if (index < 0) {
        this.namelessOrphans++;
        return Taken.unused;
      }
    }
    const called = this.names.functions[index];
    if (isOrphan) this.names.counts[index]++;
    if (called.exit === Kind.none) return called.enter === Kind.none ? Taken.unused : Taken.used;
    const row = this.addRow(called.exit, Edge.exit, called);
    const batch = this.writer.batch;
    batch.durNs[row] = durNs;
    batch.arg0[row] = called.softirq;
    if (tree.noteEnd > tree.noteStart && called.hasReturn) {
      batch.arg0[row] = readReturn(buf, tree.noteStart, tree.noteEnd, called.exit);
    }
    return Taken.used;
  }

  private addRow(kind: number, edge: number, called: GraphFunction): number {
    const row = this.writer.addRow(kind, Source.graph, edge, this.atNs, this.line);
    const batch = this.writer.batch;
    batch.cpu[row] = this.cpu;
    batch.tid[row] = this.tid;
    batch.comm[row] = this.comm;
    batch.context[row] = this.context;
    batch.probe[row] = called.probeId;
    batch.depth[row] = this.depth;
    return row;
  }

  /** `sk=0xffff8881, msg=0xffff8882, len=0x10000, flags=0` (6.15 on) */
  private readArguments(row: number, called: GraphFunction, buf: Uint8Array, start: number, end: number): void {
    const batch = this.writer.batch;
    for (let i = 0; i < called.enterArgs.length && i < 4; i++) {
      for (const key of called.enterArgs[i]) {
        const at = findField(buf, start, end, key);
        if (at < 0) continue;
        const value = scanNumber(buf, at, end);
        if (i === 0) batch.arg0[row] = value;
        else if (i === 1) batch.arg1[row] = value;
        else if (i === 2) batch.arg2[row] = value;
        else batch.arg3[row] = value;
        break;
      }
    }
    const sock = findField(buf, start, end, SOCK);
    if (sock >= 0) {
      // Without 0x, the spelling of all tools.
      const first = startsWith(buf, sock, end, HEX_PREFIX) ? sock + 2 : sock;
      let stop = first;
      while (stop < end && hexDigitOf(buf[stop]) >= 0) stop++;
      if (stop - first >= 6) batch.sock[row] = this.writer.intern(buf, first, stop);
    }
    const skb = findField(buf, start, end, SKB);
    if (skb >= 0) batch.obj[row] = scanAddress(buf, skb, end);
  }

  /** `<-tcp_recvmsg+0x63/0x1c0` (6.13 on); -1 when the note names none. */
  callerOf(buf: Uint8Array, tree: GraphTree): StringId {
    if (!startsWith(buf, tree.noteStart, tree.noteEnd, CALLER)) return -1;
    const start = tree.noteStart + 2;
    let end = start;
    while (end < tree.noteEnd && buf[end] !== 43 && buf[end] !== 32) end++;
    return end > start ? this.writer.intern(buf, start, end) : -1;
  }

  private countOrphan(): void {
    this.missingEntries++;
    if (this.orphanLines.length < MAX_EXAMPLES) this.orphanLines.push(this.line);
  }

  /** Functions by name, into the report: after the writer has closed it. */
  addCounts(into: Map<string, number>): void {
    this.names.addCounts(into);
  }

  /** Losses found while matching, into the diagnostics; returns the notes for the report. */
  finish(context: ReadContext): string[] {
    if (this.openings === 0 && this.missingEntries > 0 && this.namelessOrphans === 0) {
      return ['returns only: recorded with tracing_thresh, calls below the threshold are not in the text'];
    }
    if (this.missingEntries > 0) {
      context.diagnostics.count(
        'lost-graph-entry',
        { file: context.fileName, line: this.orphanLines[0], reason: 'return-without-entry' },
        this.missingEntries,
      );
    }
    if (this.missingReturns > 0) {
      context.diagnostics.count(
        'lost-graph-return',
        { file: context.fileName, reason: 'entry-without-return' },
        this.missingReturns,
      );
    }
    return [];
  }
}

const HEX_PREFIX = bytesOf('0x');

/** `ret=-11`, `<-x+0x1/0x2 ret=0x0` (6.15 on), `= 0x10000` (6.5 – 6.14); NaN when none is printed. */
export function readReturn(buf: Uint8Array, start: number, end: number, exitKind: number): number {
  let at = findField(buf, start, end, RET);
  if (at < 0 && startsWith(buf, start, end, EQUALS)) at = start + 2;
  if (at < 0) return Number.NaN;
  const value = scanNumber(buf, at, end);
  // A pointer to the pinned list; NULL or an ERR_PTR is a refusal.
  if (exitKind === Kind.pinEnd) return Number.isNaN(value) ? value : value > 0 || value < -4095 ? 1 : 0;
  return value;
}
