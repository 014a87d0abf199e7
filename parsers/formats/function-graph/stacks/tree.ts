import { hashName } from './names.ts';

/** What the tree column of a line says. Shared by `trace` text and trace-cmd report. */
export const Tree = {
  /** Neither of the others. */
  bad: 0,
  /** `tcp_recvmsg() {` */
  entry: 1,
  /** `ktime_get();` */
  leaf: 2,
  /** `}` with or without a name */
  close: 3,
  /** An event or marker on a line of its own. */
  comment: 4,
  /** A comment whose end is not on this line (a marker with a line break, a stack trace). */
  openComment: 5,
} as const;

const BLANK = 32;
const SLASH = 47;
const STAR = 42;

// Takes the tree text apart, from its first character on:
//
//     tcp_recvmsg() {
//     foo(a=0x1, notify=1 [TWA_RESUME]); /* <-bar+0x8/0x20 ret=0x0 */
//     } /* tcp_sendmsg [mod] ret=-11 */        } /* foo = -22 */
//     /* sched_switch: prev_comm=... */
//
// Arguments may hold anything, so the end of a statement is looked for from the right. One instance is reused.
export class GraphTree {
  /** First character of the tree text. */
  start = 0;
  /** Function name without module; empty for a `}` without name. */
  nameStart = 0;
  nameEnd = 0;
  nameHash = 0;
  /** Between the parentheses. */
  argsStart = 0;
  argsEnd = 0;
  /** Inside the comment: `<-caller ret=0x0`, after the name of a `}`, or the text of a comment line. */
  noteStart = 0;
  noteEnd = 0;

  scan(buf: Uint8Array, start: number, lineEnd: number): number {
    let end = lineEnd;
    while (end > start && buf[end - 1] === BLANK) end--;
    if (start >= end) return Tree.bad;
    const first = buf[start];
    this.start = start;
    this.nameEnd = this.nameStart = start;
    this.argsEnd = this.argsStart = start;
    this.noteEnd = this.noteStart = start;
    if (first === 125) return this.scanClose(buf, start, end);
    if (first === SLASH && buf[start + 1] === STAR) return this.scanComment(buf, start, end);
    return this.scanCall(buf, start, end);
  }

  private scanCall(buf: Uint8Array, start: number, lineEnd: number): number {
    let pos = start;
    let c = 0;
    for (; pos < lineEnd; pos++) {
      c = buf[pos];
      if (c === 40 || c === BLANK) break;
    }
    if (pos === start || pos - start > MAX_NAME_BYTES) return Tree.bad;
    this.nameStart = start;
    this.nameEnd = pos;
    this.nameHash = hashName(buf, start, pos);
    if (c === BLANK) {
      // `veth_xmit [veth]() {`
      if (buf[pos + 1] !== 91) return Tree.bad;
      while (pos < lineEnd && buf[pos] !== 93) pos++;
      pos++;
    }
    if (pos >= lineEnd || buf[pos] !== 40) return Tree.bad;
    this.argsStart = pos + 1;
    let end = lineEnd;
    if (buf[end - 1] === SLASH && buf[end - 2] === STAR) {
      const note = findLastOpen(buf, pos, end - 2);
      if (note < 0) return Tree.bad;
      this.noteStart = note + 3;
      this.noteEnd = trimBlanks(buf, note + 3, end - 2);
      end = trimBlanks(buf, pos, note);
    }
    const last = buf[end - 1];
    if (last === 59 && buf[end - 2] === 41) {
      this.argsEnd = end - 2;
      return this.argsEnd >= this.argsStart ? Tree.leaf : Tree.bad;
    }
    if (last === 123 && buf[end - 2] === BLANK && buf[end - 3] === 41) {
      this.argsEnd = end - 3;
      return this.argsEnd >= this.argsStart ? Tree.entry : Tree.bad;
    }
    return Tree.bad;
  }

  private scanClose(buf: Uint8Array, start: number, end: number): number {
    if (start + 1 === end) return Tree.close;
    if (end - start < 8 || buf[start + 2] !== SLASH || buf[start + 3] !== STAR || buf[start + 1] !== BLANK)
      return Tree.bad;
    if (buf[end - 1] !== SLASH || buf[end - 2] !== STAR || buf[start + 4] !== BLANK) return Tree.bad;
    const noteEnd = trimBlanks(buf, start + 5, end - 2);
    let pos = start + 5;
    while (pos < noteEnd && buf[pos] !== BLANK) pos++;
    if (pos === start + 5 || pos - start > MAX_NAME_BYTES) return Tree.bad;
    this.nameStart = start + 5;
    this.nameEnd = pos;
    this.nameHash = hashName(buf, this.nameStart, pos);
    this.noteStart = pos < noteEnd ? pos + 1 : pos;
    this.noteEnd = noteEnd;
    return Tree.close;
  }

  private scanComment(buf: Uint8Array, start: number, end: number): number {
    this.noteStart = Math.min(start + 2, end);
    if (this.noteStart < end && buf[this.noteStart] === BLANK) this.noteStart++;
    if (end - start < 4 || buf[end - 1] !== SLASH || buf[end - 2] !== STAR) {
      this.noteEnd = end;
      return Tree.openComment;
    }
    this.noteEnd = Math.max(this.noteStart, trimBlanks(buf, this.noteStart, end - 2));
    return Tree.comment;
  }
}

/** KSYM_NAME_LEN is 512 since 6.1 (128 before). */
const MAX_NAME_BYTES = 512;

function trimBlanks(buf: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && buf[at - 1] === BLANK) at--;
  return at;
}

/** The last `/*` before `end`: arguments of strings could hold another. */
function findLastOpen(buf: Uint8Array, start: number, end: number): number {
  for (let i = end - 2; i > start; i--) if (buf[i] === SLASH && buf[i + 1] === STAR) return i;
  return -1;
}
