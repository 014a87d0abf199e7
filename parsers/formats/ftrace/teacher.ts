import type { EventWriter } from '../../events/writer.ts';
import type { PayloadDecoder } from '../../payload/decoder.ts';
import { isSyscallText, type NameEntry } from '../../payload/events.ts';
import { endOfSymbol, type SymbolEntry, softirqOfFunction } from '../../payload/symbols.ts';
import { NAME_BYTES, SYMBOL_BYTES } from '../../text/scan.ts';
import * as L from '../../wasm/layout.ts';
import type { LineScanner } from '../../wasm/line-scanner.ts';
import { meaningOf, type Spelling } from '../../wasm/meanings.ts';
import { learnArguments } from '../../wasm/plans.ts';
import { EventTeacher } from '../../wasm/teacher.ts';
import type { FunctionDecoder } from './function.ts';
import type { LeftPart } from './left-part.ts';

const COLON = 58;
const PAREN = 40;
/** The dash of `%16s-%-7d`, the pid and the cpu behind it: shorter left parts are not remembered. */
const MIN_LEFT_BYTES = 25;
/** Lines of other tracers in the dress of events. */
const NOT_EVENTS = new Set(['function', 'funcgraph_entry', 'funcgraph_exit']);

/** A line whose head the scanner has read; `slot`: that of its name, 0 when the scanner does not know it. */
interface KnownLine {
  buf: Uint8Array;
  start: number;
  body: number;
  end: number;
  slot: number;
}

/**
 * Teaches a scanner the lines of ftrace. Left parts repeat: `         rxbench-23632   [001] ..s1. ` stands on thousands of lines,
 * and so do event names, places of probes and function names. Never a second grammar: only lines whose dash stands in
 * column 16 are remembered, where the bytes up to the flags decide alone how the line is read.
 */
export class FtraceTeacher extends EventTeacher {
  /** null: trace-cmd report, which prints events only, functions too. */
  private readonly functions: FunctionDecoder | null;
  private readonly entries: NameEntry[] = [];
  private readonly places = new Map<NameEntry, number>();

  constructor(scanner: LineScanner, writer: EventWriter, payload: PayloadDecoder, functions: FunctionDecoder | null) {
    super(scanner, writer, payload, L.FTRACE);
    this.functions = functions;
  }

  /** The time of the last line and how many lines before it showed the same one: the scanner goes on counting. */
  setTimes(lastNs: number, sameTime: number): void {
    this.scanner.setDouble(L.LAST_NS, lastNs);
    this.scanner.setInt(L.SAME_TIME, sameTime);
  }
  get lastNs(): number {
    return this.scanner.double(L.LAST_NS);
  }
  get sameTime(): number {
    return this.scanner.int(L.SAME_TIME);
  }

  /** Fills the decoder's head with what the scanner knows of the line, and says where the line lies. */
  readHead(): KnownLine {
    const { scanner } = this;
    const { head } = this.payload;
    const left = scanner.int(L.PREFIX);
    head.atNs = scanner.double(L.AT_NS);
    head.tid = scanner.int(left + L.TID);
    head.cpu = scanner.int(left + L.CPU);
    head.comm = scanner.int(left + L.COMM);
    head.context = scanner.int(left + L.CONTEXT);
    return {
      buf: scanner.heap,
      start: scanner.int(L.LINE_START),
      body: scanner.int(L.NAME_START),
      end: scanner.int(L.LINE_END),
      slot: scanner.int(L.NAME),
    };
  }

  /** The event of the last line that the scanner handled. */
  lastEntry(): NameEntry {
    return this.entries[this.scanner.int(this.scanner.int(L.LAST_NAME) + L.EVENT)];
  }

  /** Remembers the left part that `left` has just read, if it lies in the scanner's memory. */
  learnLeft(left: LeftPart, buf: Uint8Array, start: number, comm: number, context: number): void {
    const { scanner } = this;
    if (buf !== scanner.heap || !left.isAligned || left.leftEnd - start < MIN_LEFT_BYTES) return;
    const thread = this.payload.threads.placeOf(left.tid);
    const meaning = { tid: left.tid, cpu: left.cpu, comm, context, commOffset: 0, thread };
    scanner.learnFtraceLeft(start, left.leftEnd, meaning, this.writer);
  }

  /**
   * Remembers how the body [start, end) is read, after the reader has decoded it. `slot`: the name's, when the scanner
   * knew it already.
   */
  learnBody(buf: Uint8Array, start: number, end: number, slot: number): void {
    const { scanner, payload } = this;
    if (buf !== scanner.heap) return;
    let nameEnd = start;
    while (nameEnd < end && NAME_BYTES[buf[nameEnd]] === 1) nameEnd++;
    let tokenEnd = nameEnd;
    while (tokenEnd < end && buf[tokenEnd] !== 32) tokenEnd++;
    if (nameEnd === start || tokenEnd === end) return;
    const c = buf[nameEnd];
    if (c === COLON && tokenEnd === nameEnd + 1) this.learnEvent(buf, start, nameEnd, end, slot);
    else if (this.functions === null) return;
    else if (c === PAREN) {
      const entry = payload.nameOf(buf, start, nameEnd);
      // `tcp_recvmsg(sk=0x…, …)` is a function with arguments.
      if (slot === 0 && isSyscallText(entry)) this.learnEntry(start, tokenEnd, entry, 'text');
    } else if (c === 32 && buf[nameEnd + 1] === 45 && buf[nameEnd + 2] === 62) {
      if (slot === 0) this.learnEntry(start, tokenEnd, payload.nameOf(buf, start, nameEnd), 'arrow');
    } else if (c === 32 && buf[nameEnd + 1] === 60 && buf[nameEnd + 2] === 45) {
      this.learnFunction(buf, start, nameEnd, end, slot);
    }
    this.learnThread();
  }

  private learnEvent(buf: Uint8Array, start: number, nameEnd: number, end: number, slot: number): void {
    const tokenEnd = nameEnd + 1;
    const entry = this.payload.nameOf(buf, start, nameEnd);
    const known = slot !== 0 ? slot : this.learnEntry(start, tokenEnd, entry, 'colon');
    let at = tokenEnd;
    while (at < end && buf[at] === 32) at++;
    if (at === end || buf[at] !== PAREN || entry.syscall !== null || known === 0) return;
    this.learnPlace(entry, known);
  }

  private learnEntry(start: number, end: number, entry: NameEntry, spelling: Spelling): number {
    const { scanner } = this;
    const meaning = NOT_EVENTS.has(entry.text)
      ? { program: L.READER, countId: entry.countId }
      : meaningOf(entry, spelling);
    let place = this.places.get(entry);
    if (place === undefined) {
      place = this.entries.push(entry) - 1;
      this.places.set(entry, place);
    }
    const slot = scanner.learnName(start, end, meaning, place, this.writer);
    if (slot === 0) return 0;
    if (meaning.program === L.SYSCALL_TEXT) {
      // Arguments begin inside the token: `sys_read(fd:`.
      scanner.setInt(slot + L.EXTRA, scanner.heap.indexOf(PAREN, start) + 1 - start);
    }
    if (meaning.program === L.SYSCALL_TEXT || meaning.program === L.SYSCALL_ENTER) {
      learnArguments(scanner, slot, entry.syscall!);
    }
    return slot;
  }

  /** `tcp_recvmsg <-inet_recvmsg`, without offsets, modules or arguments. */
  private learnFunction(buf: Uint8Array, start: number, nameEnd: number, end: number, slot: number): void {
    const { symbols } = this.functions!;
    for (let i = start; i < nameEnd; i++) if (SYMBOL_BYTES[buf[i]] !== 1) return;
    const parentStart = nameEnd + 3;
    if (slot === 0) this.learnSymbol(start, nameEnd, symbols.get(buf, start, nameEnd));
    if (end > parentStart && endOfSymbol(buf, parentStart, end) === end) {
      const { id } = symbols.get(buf, parentStart, end);
      this.scanner.learnName(nameEnd + 1, end, { program: L.PARENT, countId: id, itemId: id }, 0, this.writer);
    }
  }

  private learnSymbol(start: number, end: number, symbol: SymbolEntry): void {
    const { meaning, id } = symbol;
    const isUsed = meaning !== undefined && meaning.enter !== 0;
    const vector = isUsed ? softirqOfFunction(meaning) : Number.NaN;
    const named = isUsed
      ? { program: L.FUNCTION, countId: id, kind: meaning.enter, probe: id, extra: Number.isNaN(vector) ? -1 : vector }
      : { program: L.SKIP_FUNCTION, countId: id };
    this.scanner.learnName(start, end, named, 0, this.writer);
  }

  /** Syscalls of a thread are the scanner's once it has a place for their state. */
  private learnThread(): void {
    const left = this.scanner.int(L.PREFIX);
    if (left === 0 || this.scanner.int(left + L.THREAD) >= 0) return;
    this.scanner.setInt(left + L.THREAD, this.payload.threads.placeOf(this.scanner.int(left + L.TID)));
  }

  forgetLefts(): void {
    this.scanner.forgetLefts(this.writer);
  }
  override drain(): void {
    if (this.functions !== null) this.functions.lines += this.scanner.int(L.FUNCTIONS);
    this.scanner.setInt(L.FUNCTIONS, 0);
    super.drain();
  }
}
