import { Edge, Source } from '../../src/model/events.ts';
import { nameTable } from '../../src/model/name-table.ts';
import type { ProbeMeaning } from '../../src/model/vocabulary.ts';
import { ENTERED, EXIT_SPELLING, EXITED, NONE, SPELLING, type ThreadStates } from '../events/thread-states.ts';
import { scanHex, scanSignedDec, scanSignedHex } from '../text/numbers.ts';
import { bytesOf, findField, skipBlanks, startsWith } from '../text/scan.ts';
import { type LineHead, Outcome } from './line-head.ts';

/** A receive (or poll) syscall of the vocabulary, ready for the hot loop. */
export interface SyscallEntry {
  readonly meaning: ProbeMeaning;
  readonly id: number;
  /** Field names (`size`) for arg0, arg1, arg2; null where the call prints nothing. */
  readonly args: readonly (Uint8Array | null)[];
  /** Position of the same arguments in `NR 45 (a, b, c, …)`; -1 none. */
  readonly positions: readonly number[];
  readonly isGetsockopt: boolean;
}

/** Argument order of the raw syscall, for the fields the vocabulary asks for. */
const RAW_ORDER: Record<string, readonly string[]> = nameTable({
  recvfrom: ['fd', 'ubuf', 'size', 'flags'],
  recv: ['fd', 'ubuf', 'size', 'flags'],
  recvmsg: ['fd', 'msg', 'flags'],
  recvmmsg: ['fd', 'mmsg', 'vlen', 'flags'],
  read: ['fd', 'buf', 'count'],
  readv: ['fd', 'vec', 'vlen'],
  preadv: ['fd', 'vec', 'vlen'],
  splice: ['fd_in', 'off_in', 'fd_out', 'off_out', 'len', 'flags'],
  getsockopt: ['fd', 'level', 'optname'],
  io_uring_enter: ['fd', 'to_submit', 'min_complete', 'flags'],
});

/** arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (arm64, riscv): receive calls only. */
const NUMBERS_X86_64: Record<number, string> = {
  0: 'read',
  7: 'poll',
  19: 'readv',
  23: 'select',
  45: 'recvfrom',
  47: 'recvmsg',
  55: 'getsockopt',
  232: 'epoll_wait',
  270: 'pselect6',
  271: 'ppoll',
  275: 'splice',
  281: 'epoll_pwait',
  295: 'preadv',
  299: 'recvmmsg',
  426: 'io_uring_enter',
  441: 'epoll_pwait2',
};
const NUMBERS_GENERIC: Record<number, string> = {
  22: 'epoll_pwait',
  63: 'read',
  65: 'readv',
  69: 'preadv',
  72: 'pselect6',
  73: 'ppoll',
  76: 'splice',
  207: 'recvfrom',
  209: 'getsockopt',
  212: 'recvmsg',
  243: 'recvmmsg',
  426: 'io_uring_enter',
  441: 'epoll_pwait2',
};
export function syscallNumbers(arch: string): Record<number, string> {
  return /aarch64|arm64|riscv|loongarch/.test(arch) ? NUMBERS_GENERIC : NUMBERS_X86_64;
}

export function makeSyscallEntry(meaning: ProbeMeaning, id: number): SyscallEntry {
  const order = RAW_ORDER[meaning.name] ?? [];
  const fields = [0, 1, 2].map((i) => meaning.enterArgs[i] ?? '');
  return {
    meaning,
    id,
    args: fields.map((field) => (field === '' ? null : bytesOf(field))),
    positions: fields.map((field) => (field === '' ? -1 : order.indexOf(field))),
    isGetsockopt: meaning.name === 'getsockopt',
  };
}

const LEVEL = bytesOf('level');
const OPTNAME = bytesOf('optname');
const IPPROTO_TCP = 6;
const TCP_ZEROCOPY_RECEIVE = 35;

/** trace-cmd report -R: `__syscall_nr=0 ret=0x340` */
const RAW_RESULT = bytesOf('__syscall_nr=');
const RESULT = bytesOf('ret=');

const NAMED = 1;
const RAW = 2;

/**
 * Syscall events of all tools. Enter arguments are hex with or without 0x in every version
 * (`size: 7530` is 30000, `size: 0x00010000`), results are signed.
 * Where raw_syscalls and syscalls were both recorded each call is told twice: the second telling adds no row.
 */
export class SyscallDecoder {
  readonly threads: ThreadStates;
  private readonly head: LineHead;

  constructor(head: LineHead, threads: ThreadStates) {
    this.head = head;
    this.threads = threads;
  }

  /** `fd: 4, ubuf: 7f…, size: 7530, flags: 100, addr: 0, addr_len: 0` */
  enterNamed(entry: SyscallEntry, buf: Uint8Array, start: number, end: number): number {
    if (entry.isGetsockopt) {
      if (this.readField(buf, start, end, LEVEL) !== IPPROTO_TCP) return this.forget(Outcome.unused);
      if (this.readField(buf, start, end, OPTNAME) !== TCP_ZEROCOPY_RECEIVE) return this.forget(Outcome.unused);
    }
    if (!this.begin(entry, NAMED)) return Outcome.used;
    const row = this.head.addRow(entry.meaning.enter, Source.syscall, Edge.enter, entry.id);
    const batch = this.head.writer.batch;
    const [first, second, third] = entry.args;
    if (first !== null) batch.arg0[row] = this.readField(buf, start, end, first);
    if (second !== null) batch.arg1[row] = this.readField(buf, start, end, second);
    if (third !== null) batch.arg2[row] = this.readField(buf, start, end, third);
    return Outcome.used;
  }

  /** `NR 45 (3, 7f…, 20000, 0, 0, 0)`; `start` is after the '('. */
  enterRaw(entry: SyscallEntry, buf: Uint8Array, start: number, end: number): number {
    const values = this.rawValues;
    values.fill(Number.NaN);
    let pos = start;
    for (let i = 0; i < values.length && pos < end; i++) {
      pos = skipBlanks(buf, pos, end);
      values[i] = scanHex(buf, pos, end);
      if (Number.isNaN(values[i])) this.head.isDamaged = true;
      while (pos < end && buf[pos] !== 44) pos++;
      pos++;
    }
    // `… 0, 0)`: without the end the line is cut.
    if (buf[end - 1] !== 41) this.head.isDamaged = true;
    if (entry.isGetsockopt && (values[1] !== IPPROTO_TCP || values[2] !== TCP_ZEROCOPY_RECEIVE)) {
      return this.forget(Outcome.unused);
    }
    if (!this.begin(entry, RAW)) return Outcome.used;
    const row = this.head.addRow(entry.meaning.enter, Source.syscall, Edge.enter, entry.id);
    const batch = this.head.writer.batch;
    const [first, second, third] = entry.positions;
    if (first >= 0) batch.arg0[row] = values[first];
    if (second >= 0) batch.arg1[row] = values[second];
    if (third >= 0) batch.arg2[row] = values[third];
    return Outcome.used;
  }
  private readonly rawValues = new Float64Array(6);

  /** `-> 0x5a8` (ftrace), `0x5a8` (perf, trace-cmd), ` = 1448` (raw: decimal). `start` is at the number. */
  exit(entry: SyscallEntry, buf: Uint8Array, start: number, end: number, isRaw: boolean): number {
    const { cells } = this.threads;
    const state = this.threads.of(this.head.tid);
    const spelling = isRaw ? RAW : NAMED;
    const isTold = state >= 0 && cells[state + EXITED] === entry.id && cells[state + EXIT_SPELLING] !== spelling;
    if (entry.isGetsockopt && (state < 0 || cells[state + ENTERED] !== entry.id)) {
      return isTold ? Outcome.used : Outcome.unused;
    }
    if (state >= 0) {
      if (cells[state + ENTERED] === NONE && isTold) {
        cells[state + EXITED] = NONE;
        return Outcome.used;
      }
      cells[state + ENTERED] = NONE;
      cells[state + EXITED] = entry.id;
      cells[state + EXIT_SPELLING] = spelling;
    }
    const isField = startsWith(buf, start, end, RAW_RESULT);
    if (isField) start = findField(buf, start, end, RESULT);
    if (start < 0) return Outcome.malformed;
    const isHex = buf[start] === 48 && (buf[start + 1] | 32) === 120;
    const value = isHex ? scanSignedHex(buf, start, end) : scanSignedDec(buf, start, end);
    if (Number.isNaN(value)) return Outcome.malformed;
    const row = this.head.addRow(entry.meaning.exit, Source.syscall, Edge.exit, entry.id);
    this.head.writer.batch.arg0[row] = value;
    // The event's own format is 0x%lx: `0` alone is what a cut left of `0x5a8`.
    if (value === 0 && !isHex && !isRaw && !isField) {
      this.head.writer.batch.arg0[row] = Number.NaN;
      this.head.isDamaged = true;
    }
    return Outcome.used;
  }

  /** False when the same entry was already told in the other spelling. */
  private begin(entry: SyscallEntry, spelling: number): boolean {
    const state = this.threads.make(this.head.tid);
    const { cells } = this.threads;
    const isTold = cells[state + ENTERED] === entry.id && cells[state + SPELLING] !== spelling;
    cells[state + SPELLING] = spelling;
    if (isTold) return false;
    cells[state + ENTERED] = entry.id;
    cells[state + EXITED] = NONE;
    return true;
  }

  /** Another getsockopt: its exit is not the end of a zero-copy receive. */
  private forget(outcome: number): number {
    const state = this.threads.of(this.head.tid);
    if (state >= 0) this.threads.cells[state + ENTERED] = NONE;
    return outcome;
  }

  /** `size: 0x00010000`, `size: 7530`: hex either way. `count=0x340`, `count=832` (trace-cmd report -R): as it looks. */
  private readField(buf: Uint8Array, start: number, end: number, name: Uint8Array): number {
    let at = findField(buf, start, end, name);
    while (at >= 0) {
      if (buf[at] === 58) {
        const value = scanHex(buf, skipBlanks(buf, at + 1, end), end);
        if (Number.isNaN(value)) this.head.isDamaged = true;
        return value;
      }
      if (buf[at] === 61) return this.head.numberAt(buf, at + 1, end);
      const next = findField(buf, at, end, name);
      if (next === at + name.length) return Number.NaN;
      at = next;
    }
    return Number.NaN;
  }
}
