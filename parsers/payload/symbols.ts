import { Kind } from '../../src/model/events.ts';
import type { StringTable } from '../../src/model/string-table.ts';
import type { StringId } from '../../src/model/units.ts';
import { type ProbeMeaning, stripCompilerSuffix, type Vocabulary } from '../../src/model/vocabulary.ts';
import { SYMBOL_BYTES } from '../text/scan.ts';
import { ByteTable } from './names.ts';

/** A kernel function as the text names it. */
export interface SymbolEntry {
  /** Canonical name, compiler suffix and syscall prefix stripped, interned. */
  readonly id: StringId;
  readonly name: string;
  readonly meaning: ProbeMeaning | undefined;
  readonly isSyscall: boolean;
}

/**
 * Entry points of a receive syscall are functions too: sys_recvfrom (2.6), SyS_recvfrom (3.x), __x64_sys_recvfrom (4.17 on).
 * read, readv and splice are left out: as a bare function they say nothing about a socket, and tcp_recvmsg follows anyway.
 */
const SYSCALL_FUNCTION =
  /^(?:sys_|SyS_|compat_sys_|__(?:x64|ia32|x32|arm64|riscv|s390x?|se|se_compat)_(?:compat_)?sys_)(\w+)$/;
const CLEAR_SYSCALLS = /^(recv|recvfrom|recvmsg|recvmmsg|select|pselect6|poll|ppoll|epoll_wait|epoll_pwait2?)$/;

export function resolveSymbol(vocabulary: Vocabulary, strings: StringTable, printed: string): SymbolEntry {
  const name = stripCompilerSuffix(printed);
  const meaning = vocabulary.lookUpFunction(name);
  if (meaning !== undefined) return { id: strings.intern(meaning.name), name: meaning.name, meaning, isSyscall: false };
  const syscall = SYSCALL_FUNCTION.exec(name)?.[1];
  if (syscall !== undefined && CLEAR_SYSCALLS.test(syscall)) {
    const called = vocabulary.lookUpSyscall(syscall);
    if (called !== undefined)
      return { id: strings.intern(called.name), name: called.name, meaning: called, isSyscall: true };
  }
  return { id: strings.intern(name), name, meaning: undefined, isSyscall: false };
}

export class SymbolTable {
  private readonly table: ByteTable<SymbolEntry>;

  constructor(vocabulary: Vocabulary, strings: StringTable) {
    this.table = new ByteTable((text) => resolveSymbol(vocabulary, strings, text), 14);
  }

  /** The symbol at `start` if it was seen before and a blank follows; its end is `guessEnd`. */
  guess(buf: Uint8Array, start: number, end: number): SymbolEntry | undefined {
    return this.table.guess(buf, start, end, 32);
  }
  /** The symbol that fills [start, end), as parents do. */
  guessWhole(buf: Uint8Array, start: number, end: number): SymbolEntry | undefined {
    return this.table.guessWhole(buf, start, end);
  }
  get guessEnd(): number {
    return this.table.guessEnd;
  }

  get(buf: Uint8Array, start: number, end: number): SymbolEntry {
    return this.table.get(buf, start, end);
  }
}

/** End of a C symbol at `pos`: letters, digits, '_', '.', '$'. */
export function endOfSymbol(buf: Uint8Array, pos: number, end: number): number {
  let i = pos;
  while (i < end && SYMBOL_BYTES[buf[i]] === 1) i++;
  return i;
}

/** softirqBegin/End of a function: which softirq it serves (arg0 of the kind); NaN when the name does not tell. */
export function softirqOfFunction(meaning: ProbeMeaning): number {
  if (meaning.enter !== Kind.softirqBegin) return Number.NaN;
  if (meaning.name === 'net_rx_action' || meaning.name === 'process_backlog' || meaning.name === '__napi_poll')
    return 1;
  return meaning.name === 'run_timer_softirq' ? 3 : Number.NaN;
}
