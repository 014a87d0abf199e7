import type { ReadContext } from '../../../contract.ts';
import type { EventWriter } from '../../../events/writer.ts';
import type { LineHead } from '../../../payload/line-head.ts';
import { scanDec, scanHex } from '../../../text/numbers.ts';
import { bytesOf, findField, skipBlanks } from '../../../text/scan.ts';
import { Columns, GraphColumns } from '../columns.ts';
import type { GraphLayout } from '../layout.ts';
import { hashName } from './names.ts';
import { GraphRows, Taken } from './rows.ts';
import { TaskStacks } from './stacks.ts';
import { GraphTree, Tree } from './tree.ts';

/** `      1.242 us   |    ktime_get();`: what follows `funcgraph_entry:` is the duration column and the tree. */
const TREE_ONLY: GraphLayout = { abs: false, rel: false, cpu: false, proc: false, lat: false, dur: true };

const FUNC = bytesOf('func=');
const DEPTH = bytesOf('depth=');
const CALL_TIME = bytesOf('calltime=');
const RETURN_TIME = bytesOf('rettime=');

/**
 * funcgraph_entry and funcgraph_exit of `trace-cmd report`, which prints task, CPU and time itself:
 *
 *     funcgraph_entry:        0.318 us   |    rw_verify_area();
 *     funcgraph_exit:       ! 118.2 us   |  }
 *     funcgraph_entry:      func=0xffffffffba5ddc00 depth=0                                       (-R, or no plugin)
 *     funcgraph_exit:       func=0xffffffffba5ddc00 depth=0 calltime=0x1f… rettime=0x1f… overrun=0x0
 */
export class TraceCmdGraph {
  private readonly rows: GraphRows;
  private readonly context: ReadContext;
  private readonly writer: EventWriter;
  private readonly columns = new GraphColumns();
  private readonly tree = new GraphTree();
  private readonly stacks = new TaskStacks();
  private unresolved = 0;

  constructor(writer: EventWriter, context: ReadContext) {
    this.writer = writer;
    this.context = context;
    this.rows = new GraphRows(writer, context);
  }

  /** True when the line was used or is of a function recvscope does not use; false: it cannot be read. */
  onEntry(head: LineHead, buf: Uint8Array, start: number, end: number): boolean {
    return this.take(head, buf, start, end, Tree.entry);
  }
  onExit(head: LineHead, buf: Uint8Array, start: number, end: number): boolean {
    return this.take(head, buf, start, end, Tree.close);
  }

  /** Taken.used or Taken.unused of the last line: what the account should say. */
  lastTaken: number = Taken.unused;

  /** Events of a CPU (-1: of all) were dropped: open calls are not carried across. */
  forgetCpu(cpu: number): void {
    this.stacks.forgetCpu(cpu);
  }

  /** Call once at the end: losses into the diagnostics, notes into the report. */
  finish(): void {
    this.rows.addCounts(this.writer.report.eventNames);
    this.writer.report.notes.push(...this.rows.finish(this.context));
    if (this.unresolved > 0) {
      this.writer.report.notes.push(
        `${this.unresolved} function_graph lines carry addresses instead of names: print without -R`,
      );
    }
  }

  private take(head: LineHead, buf: Uint8Array, start: number, end: number, edge: number): boolean {
    const { columns, tree, rows } = this;
    rows.atNs = head.atNs;
    rows.cpu = head.cpu;
    rows.tid = head.tid;
    rows.comm = head.comm;
    rows.context = head.context;
    rows.line = head.line;
    if (columns.scan(buf, start, end, TREE_ONLY) === Columns.all) {
      const kind = tree.scan(buf, columns.treeStart, end);
      const isPlausible = edge === Tree.close ? kind === Tree.close : kind === Tree.entry || kind === Tree.leaf;
      if (!isPlausible) return false;
      rows.depth = columns.depth;
      rows.durNs = columns.durNs;
      return this.account(rows.take(kind, rows.indexOf(tree, buf), tree, buf, this.stackOf()));
    }
    return this.takeRaw(buf, start, end, edge);
  }

  private takeRaw(buf: Uint8Array, start: number, end: number, edge: number): boolean {
    const func = findField(buf, start, end, FUNC);
    const depthAt = findField(buf, start, end, DEPTH);
    if (func < 0 || depthAt < 0) return false;
    const depth = readNumber(buf, depthAt, end);
    if (Number.isNaN(depth)) return false;
    const { tree, rows } = this;
    let pos = func;
    while (pos < end && buf[pos] !== 32 && buf[pos] !== 44 && buf[pos] !== 43) pos++;
    if (pos === func) return false;
    tree.nameStart = func;
    tree.nameEnd = pos;
    tree.nameHash = hashName(buf, func, pos);
    tree.argsStart = tree.argsEnd = tree.noteStart = tree.noteEnd = pos;
    if (buf[func] === 48 && (buf[func + 1] | 32) === 120) this.unresolved++;
    rows.depth = depth;
    rows.durNs = edge === Tree.close ? readDuration(buf, start, end) : Number.NaN;
    return this.account(rows.take(edge, rows.indexOf(tree, buf), tree, buf, this.stackOf()));
  }

  private stackOf() {
    return this.stacks.of(this.rows.tid, this.rows.cpu);
  }

  private account(taken: number): boolean {
    this.lastTaken = taken;
    return taken !== Taken.malformed;
  }
}

/** Times are ns since boot: exact in a double for the first hundred days, to a few ns after. */
function readDuration(buf: Uint8Array, start: number, end: number): number {
  const call = findField(buf, start, end, CALL_TIME);
  const back = findField(buf, start, end, RETURN_TIME);
  if (call < 0 || back < 0) return Number.NaN;
  const from = readNumber(buf, call, end);
  const to = readNumber(buf, back, end);
  return to >= from ? to - from : Number.NaN;
}

/** `0x1f` or `31`: report -R prints hex, the format without plugin decimal for signed fields. */
function readNumber(buf: Uint8Array, at: number, end: number): number {
  const pos = skipBlanks(buf, at, end);
  const isHex = buf[pos] === 48 && (buf[pos + 1] | 32) === 120;
  return isHex ? scanHex(buf, pos, end) : scanDec(buf, pos, end);
}
