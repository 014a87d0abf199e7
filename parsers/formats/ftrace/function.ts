import { Edge, Kind, Source } from '../../../src/model/events.ts';
import { type LineHead, Outcome } from '../../payload/line-head.ts';
import { endOfSymbol, type SymbolEntry, SymbolTable, softirqOfFunction } from '../../payload/symbols.ts';
import { scanAddress, scanNumber } from '../../text/numbers.ts';
import { bytesOf, findBytes, findField, skipBlanks, startsWith } from '../../text/scan.ts';

const ARROW = bytesOf(' <-');
/** `sys_recvfrom(fd: 3, …)` is a syscall event. */
const SYSCALL = bytesOf('sys_');
const SK = bytesOf('sk=');
const SKB = bytesOf('skb=');

/**
 * Bodies of the function tracer:
 *   tcp_recvmsg <-inet_recvmsg
 *   tcp_recvmsg+0x0/0xd10 <ffffffff812b3000> <-inet_recvmsg+0x6b/0x80 <ffffffff812d…>      sym-offset, sym-addr
 *   tcp_recvmsg(sk=0xff…, msg=0x…, len=65536, flags=0) <-inet_recvmsg                      func-args, 6.15 on
 *   tcp_recvmsg [mod] <-inet_recvmsg (repeats: 3, last_ts: 12.345678)                     func-repeats
 *   tcp_recvmsg                                                                            noprint-parent
 *   trace_hardirqs_off_thunk (apic_timer_interrupt)                                        2.6.26 latency tracers
 */
export class FunctionDecoder {
  /** Function lines seen, used or not. */
  lines = 0;
  readonly symbols: SymbolTable;
  private readonly head: LineHead;
  private readonly argPlans = new Map<SymbolEntry, readonly (readonly Uint8Array[])[]>();

  constructor(head: LineHead) {
    this.head = head;
    const { vocabulary, strings } = head.writer.context;
    this.symbols = new SymbolTable(vocabulary, strings);
  }

  /** An Outcome; foreign when the body is not a function line. */
  decode(buf: Uint8Array, start: number, end: number): number {
    const guessed = this.symbols.guess(buf, start, end);
    const nameEnd = guessed === undefined ? endOfSymbol(buf, start, end) : this.symbols.guessEnd;
    if (nameEnd === start) return Outcome.foreign;
    let parentStart = -1;
    if (nameEnd + 2 < end && buf[nameEnd] === 32 && buf[nameEnd + 1] === 60 && buf[nameEnd + 2] === 45) {
      parentStart = nameEnd + 3;
    } else if (nameEnd < end) {
      if (buf[nameEnd] === 58) return Outcome.foreign;
      const arrow = findBytes(buf, nameEnd, end, ARROW);
      if (!isFunctionTail(buf, nameEnd, arrow < 0 ? end : arrow)) return Outcome.foreign;
      if (arrow >= 0) parentStart = arrow + ARROW.length;
      else if (buf[nameEnd] === 40 && startsWith(buf, start, end, SYSCALL)) return Outcome.foreign;
      else if (buf[nameEnd] === 32 && buf[nameEnd + 1] === 40) parentStart = nameEnd + 2;
    }
    this.lines++;
    const symbol = guessed ?? this.symbols.get(buf, start, nameEnd);
    const meaning = symbol.meaning;
    if (meaning === undefined || meaning.enter === Kind.none) return Outcome.unused;
    const row = this.head.addRow(meaning.enter, Source.function, Edge.point, symbol.id);
    const batch = this.head.writer.batch;
    if (parentStart >= 0) {
      // trace-cmd prints two dashes: `function: hrtick_start_fair <-- pick_next_task_fair`
      if (buf[parentStart] === 45) parentStart = skipBlanks(buf, parentStart + 1, end);
      const parent = this.symbols.guessWhole(buf, parentStart, end);
      if (parent !== undefined) batch.parent[row] = parent.id;
      else {
        const parentEnd = endOfSymbol(buf, parentStart, end);
        if (parentEnd > parentStart) batch.parent[row] = this.symbols.get(buf, parentStart, parentEnd).id;
      }
    }
    if (meaning.enter === Kind.softirqBegin) batch.arg0[row] = softirqOfFunction(meaning);
    if (nameEnd < end && buf[nameEnd] === 40) this.readArguments(symbol, row, buf, nameEnd + 1, end);
    return Outcome.used;
  }

  private readArguments(symbol: SymbolEntry, row: number, buf: Uint8Array, start: number, end: number): void {
    let plan = this.argPlans.get(symbol);
    if (plan === undefined) {
      plan = symbol.meaning!.enterArgs.map((names) =>
        names === '' ? [] : names.split('|').map((name) => bytesOf(`${name}=`)),
      );
      this.argPlans.set(symbol, plan);
    }
    const batch = this.head.writer.batch;
    const columns = [batch.arg0, batch.arg1, batch.arg2, batch.arg3];
    plan.forEach((spellings, slot) => {
      for (const key of spellings) {
        const at = findField(buf, start, end, key);
        if (at < 0) continue;
        columns[slot][row] = scanNumber(buf, at, end);
        break;
      }
    });
    this.head.takeSock(row, buf, findField(buf, start, end, SK), end);
    const skb = findField(buf, start, end, SKB);
    if (skb >= 0) batch.obj[row] = scanAddress(buf, skb, end);
  }
}

const REPEATS = bytesOf(' (repeats:');

/** What may stand between a function's name and its parent (or the end): offset, address, module, arguments, repeats. */
function isFunctionTail(buf: Uint8Array, pos: number, end: number): boolean {
  let i = pos;
  if (buf[i] === 43) {
    while (i < end && buf[i] !== 32 && buf[i] !== 40) i++;
    if (buf[i - 1] === 58) return false;
  }
  if (i < end && buf[i] === 40) return buf[end - 1] === 41 || buf[end - 1] === 93;
  while (i < end) {
    if (buf[i] !== 32) return false;
    const c = buf[i + 1];
    if (c === 91) i = skipTo(buf, i, end, 93);
    else if (c === 60) i = skipTo(buf, i, end, 62);
    else if (c === 40) {
      if (startsWith(buf, i, end, REPEATS)) return true;
      i = skipTo(buf, i, end, 41);
    } else return i + 1 >= end;
  }
  return i === end;
}

function skipTo(buf: Uint8Array, pos: number, end: number, close: number): number {
  let i = pos;
  while (i < end && buf[i] !== close) i++;
  return i + 1;
}
