import type { StringId } from '../../src/model/units.ts';
import type { EventWriter } from '../event-writer.ts';
import { isDigit } from '../scan.ts';
import type { GraphColumns } from './function-graph-columns.ts';
import type { GraphLayout } from './function-graph-layout.ts';
import { type GraphNames, HASH_SEED, mixHash } from './graph-names.ts';
import type { TaskStack, TaskStacks } from './graph-stacks.ts';
import { GraphTails } from './graph-tails.ts';
import { type GraphTree, Tree } from './graph-tree.ts';

const BLANK = 32;
const BAR = 124;
const NEWLINE = 10;
const FOUR_BLANKS = 0x20202020;
const PROC_WIDTH = 14;
const DURATION_WIDTH = 14;
const TASK_SLOTS = 1024;
const LANES = 16;
const MAX_LANE_BYTES = 64;
const MAX_FAST_NAME = 256;

/**
 * The common line at fixed places. The printer pads every column, so from line to line the same bytes stand at the same
 * offsets: dots, parentheses and bars are checked where the last line had them, digits are read between them. Anything
 * else (a long pid, an arrow, a banner) is left to GraphColumns, which reads any width; both must agree on every line
 * (test/parsers/function-graph-fast.test.ts).
 *
 *     ·····.······ |  ·0) rxbench-351···· | +·17.496·us···|  ····name();
 *          dot          paren   window      duration       bar
 */
export class FastGraphLine {
  /** True when a template fits the layout. */
  isReady = false;
  /** A Tree kind. */
  kind = 0;
  /** Function of the statement, -1 for a brace without name and for comments. */
  index = -1;
  /** First byte after the tree text; the newline, or a CR before it. */
  end = 0;
  comm: StringId = -1;
  private lane = -1;
  private layout: GraphLayout | null = null;
  private dot = -1;
  private paren = -1;
  private proc = -1;
  private flags = -1;
  private flagsSize = 0;
  private duration = 0;
  private secondsText = new Uint8Array(16);
  private seconds = -1;
  private readonly columns: GraphColumns;
  private readonly tree: GraphTree;
  private readonly writer: EventWriter;
  private readonly names: GraphNames;
  private readonly tails = new GraphTails();
  // The last prefix of each CPU (by the last digit of its number) and what it says.
  private laneStart = 0;
  private laneSize = 0;
  private readonly laneBytes = new Uint8Array(LANES * MAX_LANE_BYTES);
  private readonly laneView = new DataView(this.laneBytes.buffer);
  private readonly laneCpus = new Int32Array(LANES);
  private readonly laneTids = new Int32Array(LANES);
  private readonly laneComms = new Int32Array(LANES);
  private readonly laneStacks: (TaskStack | null)[] = new Array(LANES).fill(null);
  private stackGeneration = 0;
  // Task windows seen, by their bytes: tid and name of `  rxbench-351   `.
  private readonly words = new Int32Array(TASK_SLOTS * 4);
  private readonly tids = new Int32Array(TASK_SLOTS).fill(-2);
  private readonly comms = new Int32Array(TASK_SLOTS);

  constructor(columns: GraphColumns, tree: GraphTree, names: GraphNames, writer: EventWriter) {
    this.columns = columns;
    this.names = names;
    this.tree = tree;
    this.writer = writer;
  }

  /** Takes the places of a line that GraphColumns has just read. */
  learn(layout: GraphLayout, start: number): void {
    const { dotAt, parenAt, flagsStart, flagsEnd, barAt } = this.columns;
    const dot = layout.abs ? dotAt - start : -1;
    const paren = layout.cpu ? parenAt - start : -1;
    const flagsSize = layout.lat ? flagsEnd - flagsStart : 0;
    if (
      this.isReady &&
      layout === this.layout &&
      dot === this.dot &&
      paren === this.paren &&
      flagsSize === this.flagsSize
    )
      return;
    this.isReady = false;
    if (!layout.dur || layout.rel || dot > 15) return;
    this.layout = layout;
    this.dot = dot;
    this.paren = paren;
    this.seconds = -1;
    let at = 0;
    if (layout.abs) at = dot + 11;
    if (layout.cpu) at = paren + 2;
    this.proc = layout.proc ? at : -1;
    if (layout.proc) at += PROC_WIDTH + 3;
    this.flags = layout.lat ? at + 1 : -1;
    this.flagsSize = flagsSize;
    if (layout.lat) at += 1 + flagsSize + 3;
    // Both CPU and task, or the prefix is not worth remembering.
    this.laneStart = layout.abs ? dot + 7 : 0;
    const laneEnd = layout.lat ? this.flags - 1 : at;
    this.laneSize = layout.cpu && layout.proc ? laneEnd - this.laneStart : 0;
    if (this.laneSize > MAX_LANE_BYTES) this.laneSize = 0;
    this.laneBytes.fill(0);
    this.duration = at;
    this.isReady = barAt - start === at + DURATION_WIDTH;
    if (!this.isReady) this.layout = null;
  }

  /** Reads the line at `pos`; returns the position after its newline, -1 when the line is not of the common kind. */
  scan(buf: Uint8Array, view: DataView, pos: number): number {
    const columns = this.columns;
    const durAt = pos + this.duration;
    const bar = durAt + DURATION_WIDTH;
    if (buf[bar] !== BAR || buf[bar + 1] !== BLANK || buf[bar + 2] !== BLANK) return -1;
    columns.cpu = -1;
    columns.tid = -1;
    if (this.dot >= 0 && !this.scanTime(buf, view, pos)) return -1;
    if (!this.scanLane(buf, view, pos)) return -1;
    if (this.flags >= 0 && !this.scanFlags(buf, pos + this.flags)) return -1;
    if (view.getInt32(durAt, true) === FOUR_BLANKS) {
      if (
        view.getInt32(durAt + 4, true) !== FOUR_BLANKS ||
        view.getInt32(durAt + 8, true) !== FOUR_BLANKS ||
        view.getInt16(durAt + 12, true) !== 0x2020
      ) {
        return -1;
      }
      columns.durNs = Number.NaN;
    } else if (!this.scanDuration(buf, durAt)) return -1;
    const tails = this.tails;
    const tail = tails.guess(view, bar, columns.cpu);
    if (tail >= 0) {
      const { tree } = this;
      this.kind = tails.kinds[tail];
      this.index = tails.functions[tail];
      columns.depth = tails.depths[tail];
      tree.argsStart = tree.argsEnd = tree.noteStart = tree.noteEnd = 0;
      const next = bar + tails.sizes[tail];
      this.end = next - 1;
      return next;
    }
    return this.scanTail(buf, view, bar);
  }

  /** From the bar on, without a good guess. */
  private scanTail(buf: Uint8Array, view: DataView, bar: number): number {
    const columns = this.columns;
    const base = bar + 3;
    let at = base;
    while (view.getInt32(at, true) === FOUR_BLANKS) {
      at += 4;
      if (at - base > MAX_FAST_NAME) return -1;
    }
    while (buf[at] === BLANK) at++;
    columns.treeStart = at;
    columns.depth = (at - base) >> 1;
    const next = this.scanTree(buf, view, at);
    if (next < 0) return -1;
    const { tree, kind } = this;
    const isNamed = tree.nameEnd > tree.nameStart;
    this.index =
      isNamed && kind <= Tree.close ? this.names.indexOf(buf, tree.nameStart, tree.nameEnd, tree.nameHash) : -1;
    const isPlain = tree.argsEnd === tree.argsStart && tree.noteEnd === tree.noteStart && buf[next - 2] !== BLANK;
    // Arguments and values would not come again.
    if (kind <= Tree.close && isPlain && next - 1 === this.end) {
      this.tails.learn(buf, bar, next, columns.cpu, kind, columns.depth, this.index);
    }
    return next;
  }

  private scanTree(buf: Uint8Array, view: DataView, start: number): number {
    const tree = this.tree;
    const first = buf[start];
    if (first === 125 && buf[start + 1] === NEWLINE) {
      this.kind = Tree.close;
      tree.nameStart = tree.nameEnd = tree.argsStart = tree.argsEnd = tree.noteStart = tree.noteEnd = start;
      this.end = start + 1;
      return start + 2;
    }
    if (first === 125 || first === 47) return this.scanRest(buf, view, start);
    let at = start;
    let hash = HASH_SEED;
    // Bytes below '.' end a name: '(' and whatever does not belong in one.
    let stop = 0;
    let word = 0;
    for (;;) {
      word = view.getInt32(at, true);
      stop = (word - 0x2e2e2e2e) & ~word & 0x80808080;
      if (stop !== 0) break;
      hash = mixHash(hash, word);
      at += 4;
      if (at - start > MAX_FAST_NAME) return -1;
    }
    const tail = (31 - Math.clz32(stop & -stop)) >> 3;
    if (tail > 0) hash = mixHash(hash, word & ((1 << (tail * 8)) - 1));
    at += tail;
    if (at === start || buf[at] !== 40 || buf[at + 1] !== 41) return this.scanRest(buf, view, start);
    const next = buf[at + 2];
    let end = at + 3;
    if (next === 59) this.kind = Tree.leaf;
    else if (next === BLANK && buf[end] === 123) {
      this.kind = Tree.entry;
      end++;
    } else return this.scanRest(buf, view, start);
    if (buf[end] !== NEWLINE) return this.scanRest(buf, view, start);
    tree.nameStart = start;
    tree.nameEnd = at;
    tree.nameHash = hash;
    tree.argsStart = tree.argsEnd = at + 1;
    tree.noteStart = tree.noteEnd = at + 1;
    this.end = end;
    return end + 1;
  }

  /** Arguments, comments, names on closing braces: the columns are read, the tree goes the general way. */
  private scanRest(buf: Uint8Array, view: DataView, start: number): number {
    const last = buf.length - 4;
    let newline = start;
    // Four bytes at a time until one is below 0x0b.
    while (newline <= last) {
      const word = view.getInt32(newline, true);
      if (((word - 0x0b0b0b0b) & ~word & 0x80808080) !== 0) break;
      newline += 4;
    }
    while (newline < buf.length && buf[newline] !== NEWLINE) newline++;
    if (newline === buf.length) return -1;
    let end = newline;
    while (end > start && buf[end - 1] === 13) end--;
    this.end = end;
    this.kind = this.tree.scan(buf, start, end);
    return this.kind === Tree.bad ? -1 : newline + 1;
  }

  private scanTime(buf: Uint8Array, view: DataView, pos: number): boolean {
    const columns = this.columns;
    const size = this.dot;
    const dot = pos + size;
    if (buf[dot] !== 46 || buf[dot + 7] !== BLANK || buf[dot + 8] !== BAR || buf[dot + 9] !== BLANK) return false;
    if (buf[dot + 10] !== BLANK) return false;
    const text = this.secondsText;
    let i = 0;
    while (i < size && buf[pos + i] === text[i]) i++;
    if ((i < size || this.seconds < 0) && !this.scanSeconds(buf, pos, size)) return false;
    const word = view.getInt32(dot + 1, true);
    if ((word & 0xf0f0f0f0) !== 0x30303030 || ((word + 0x06060606) & 0xf0f0f0f0) !== 0x30303030) return false;
    const tens = buf[dot + 5] - 48;
    const ones = buf[dot + 6] - 48;
    if (tens < 0 || tens > 9 || ones < 0 || ones > 9) return false;
    const digits = word - 0x30303030;
    const pairs = digits * 10 + (digits >>> 8);
    const four = (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff);
    columns.atHigh = this.seconds;
    columns.atLow = (four * 100 + tens * 10 + ones) * 1000;
    columns.atDigits = 6;
    return true;
  }

  private scanSeconds(buf: Uint8Array, pos: number, size: number): boolean {
    let at = pos;
    const dot = pos + size;
    while (at < dot && buf[at] === BLANK) at++;
    if (at === dot || dot - at > 12) return false;
    let seconds = 0;
    for (; at < dot; at++) {
      if (!isDigit(buf[at])) return false;
      seconds = seconds * 10 + (buf[at] - 48);
    }
    this.seconds = seconds;
    for (let i = 0; i < size; i++) this.secondsText[i] = buf[pos + i];
    return true;
  }

  /** CPU and task: the bytes between time and flags, compared with what this CPU had on its last line. */
  private scanLane(buf: Uint8Array, view: DataView, pos: number): boolean {
    this.lane = -1;
    if (this.laneSize < 8) return (this.paren < 0 || this.scanCpu(buf, pos)) && this.scanTaskAt(buf, view, pos);
    const lane = buf[pos + this.paren - 1] & (LANES - 1);
    const at = pos + this.laneStart;
    const known = lane * MAX_LANE_BYTES;
    const laneView = this.laneView;
    const last = this.laneSize - 8;
    let isSame = view.getFloat64(at + last, true) === laneView.getFloat64(known + last, true);
    for (let i = 0; isSame && i < last; i += 8) {
      isSame = view.getFloat64(at + i, true) === laneView.getFloat64(known + i, true);
    }
    if (!isSame) {
      if (!this.scanCpu(buf, pos) || !this.scanTask(buf, view, pos + this.proc)) return false;
      this.laneBytes.set(buf.subarray(at, at + this.laneSize), known);
      this.laneCpus[lane] = this.columns.cpu;
      this.laneTids[lane] = this.columns.tid;
      this.laneComms[lane] = this.comm;
      this.laneStacks[lane] = null;
    }
    this.columns.cpu = this.laneCpus[lane];
    this.columns.tid = this.laneTids[lane];
    this.comm = this.laneComms[lane];
    this.lane = lane;
    return true;
  }

  private scanTaskAt(buf: Uint8Array, view: DataView, pos: number): boolean {
    if (this.proc >= 0) return this.scanTask(buf, view, pos + this.proc);
    this.comm = -1;
    return true;
  }

  /** Stack of the task of the line just scanned. */
  stackOf(stacks: TaskStacks): TaskStack {
    const { tid, cpu } = this.columns;
    const lane = this.lane;
    if (lane < 0) return stacks.of(tid, cpu);
    if (this.stackGeneration !== stacks.generation) {
      this.laneStacks.fill(null);
      this.stackGeneration = stacks.generation;
    }
    let stack = this.laneStacks[lane];
    if (stack === null) {
      stack = stacks.of(tid, cpu);
      // Making it may have dropped others.
      if (this.stackGeneration === stacks.generation) this.laneStacks[lane] = stack;
    }
    stack.lastCpu = cpu;
    return stack;
  }

  private scanCpu(buf: Uint8Array, pos: number): boolean {
    const paren = pos + this.paren;
    const from = this.dot >= 0 ? pos + this.dot + 11 : pos;
    if (buf[paren] !== 41 || buf[paren + 1] !== BLANK) return false;
    let cpu = 0;
    let scale = 1;
    let at = paren - 1;
    for (; at >= from; at--) {
      const digit = buf[at] - 48;
      if (digit < 0 || digit > 9) break;
      cpu += digit * scale;
      scale *= 10;
    }
    if (scale === 1 || scale > 100000) return false;
    for (; at >= from; at--) if (buf[at] !== BLANK) return false;
    this.columns.cpu = cpu;
    return true;
  }

  /** Bytes of the window as four words, seen before or read once. */
  private scanTask(buf: Uint8Array, view: DataView, start: number): boolean {
    if (buf[start + PROC_WIDTH] !== BLANK || buf[start + PROC_WIDTH + 1] !== BAR) return false;
    if (buf[start + PROC_WIDTH + 2] !== BLANK) return false;
    const a = view.getInt32(start, true);
    const b = view.getInt32(start + 4, true);
    const c = view.getInt32(start + 8, true);
    const d = view.getInt16(start + 12, true);
    const mixed = Math.imul(
      a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0x85ebca6b) ^ Math.imul(d, 0xc2b2ae35),
      0x27d4eb2f,
    );
    const slot = (mixed ^ (mixed >>> 15)) & (TASK_SLOTS - 1);
    const words = this.words;
    const at = slot * 4;
    if (
      this.tids[slot] === -2 ||
      words[at] !== a ||
      words[at + 1] !== b ||
      words[at + 2] !== c ||
      words[at + 3] !== d
    ) {
      if (!this.columns.readProc(buf, start, start + PROC_WIDTH)) return false;
      words[at] = a;
      words[at + 1] = b;
      words[at + 2] = c;
      words[at + 3] = d;
      this.tids[slot] = this.columns.tid;
      this.comms[slot] = this.writer.intern(buf, this.columns.commStart, this.columns.commEnd);
    }
    this.columns.tid = this.tids[slot];
    this.comm = this.comms[slot];
    return true;
  }

  private scanFlags(buf: Uint8Array, start: number): boolean {
    const end = start + this.flagsSize;
    if (buf[start - 1] !== BLANK || buf[end] !== BLANK || buf[end + 1] !== BAR || buf[end + 2] !== BLANK) return false;
    for (let i = start; i < end; i++) {
      const c = buf[i];
      if (!(c === 46 || (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || isDigit(c))) return false;
    }
    this.columns.flagsStart = start;
    this.columns.flagsEnd = end;
    return true;
  }

  /** `+ 17.496 us   ` in 14 bytes: the dot tells how many digits stand where. */
  private scanDuration(buf: Uint8Array, start: number): boolean {
    if (!isMark(buf[start]) || buf[start + 1] !== BLANK) return false;
    const first = start + 2;
    let us = 0;
    let dot = first;
    for (; dot < first + 7; dot++) {
      const digit = buf[dot] - 48;
      if (digit < 0 || digit > 9) break;
      us = us * 10 + digit;
    }
    // Three decimals up to four digits, then fewer: seven digits in all.
    const size = dot - first;
    if (size === 0 || size > 6 || buf[dot] !== 46) return false;
    const tenth = buf[dot + 1] - 48;
    let ns = us * 1000 + tenth * 100;
    let at = dot + 2;
    if (tenth < 0 || tenth > 9) return false;
    if (size < 6) {
      const digit = buf[at++] - 48;
      if (digit < 0 || digit > 9) return false;
      ns += digit * 10;
      if (size < 5) {
        const last = buf[at++] - 48;
        if (last < 0 || last > 9) return false;
        ns += last;
      }
    }
    if (buf[at] !== BLANK || buf[at + 1] !== 117 || buf[at + 2] !== 115) return false;
    for (at += 3; at < start + DURATION_WIDTH; at++) if (buf[at] !== BLANK) return false;
    this.columns.durNs = ns;
    return true;
  }
}

function isMark(c: number): boolean {
  return c === BLANK || c === 43 || c === 33 || c === 35 || c === 42 || c === 64 || c === 36;
}
