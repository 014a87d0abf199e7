import { Edge, Kind, Source } from '../src/model/events.ts';
import type { Vocabulary } from '../src/model/vocabulary.ts';
import { type LineHead, Outcome } from './payload-line.ts';
import { takeSock } from './payload-net.ts';
import { NumberStyles, Style } from './payload-numbers.ts';
import { resolveSymbol, type SymbolEntry } from './payload-symbols.ts';
import {
  bytesOf,
  cursor,
  findBytes,
  findField,
  hexDigitOf,
  scanAddress,
  scanHex,
  scanNumber,
  scanSignedDec,
  scanSignedHex,
  textOf,
} from './scan.ts';

const RETURN_ARROW = bytesOf(' <- ');
const SKB = bytesOf('skb=');
const SK = bytesOf('sk=');
const SOCK = bytesOf('sock=');
const LIST = bytesOf('list=');
const PINNED_LIST = bytesOf('pinned_list=');
const NO_PLACE = new Uint8Array(0);

/** Other spellings users give to an argument the vocabulary asks for. */
const ALIASES: Record<string, readonly string[]> = {
  len: ['size', 'length', 'skblen', 'skb_len', 'count', 'nbytes'],
  size: ['len', 'length', 'count'],
  bytes: ['len', 'size', 'copy'],
  ret: ['retval', 'rc', 'arg1', 'result', 'copied', 'eaten'],
  cookie: ['ret', 'retval', 'arg1'],
  nonblock: ['noblock'],
};

interface FieldPlan {
  key: Uint8Array;
  name: string;
  style: number;
  certain: boolean;
  /** 0..3 → arg0..arg3 */
  slot: number;
}

/** What one probe event means, made when its first line is read and again when its place in the text changes. */
interface KprobePlan {
  symbol: SymbolEntry;
  isReturn: boolean;
  isUsed: boolean;
  fields: FieldPlan[];
  /** Bytes of the place, up to the offset: `tcp_recvmsg+0x0/0xd10` of the entry, ` <- tcp_recvmsg` of the return. */
  place: Uint8Array;
  warned: boolean;
}

/** One event name that prints `(place) args`. */
export interface KprobeEntry {
  readonly event: string;
  entry: KprobePlan | null;
  return: KprobePlan | null;
}

export function makeKprobeEntry(event: string): KprobeEntry {
  return { event, entry: null, return: null };
}

/**
 * kprobe, kretprobe and fprobe events of all tools:
 *   tcp_recvmsg: (tcp_recvmsg+0x0/0x200) sk=0x… len=65536                      ftrace: the place names the function
 *   tcp_recvmsg_ret: (inet_recvmsg+0x52/0x130 <- tcp_recvmsg) ret=65536        the function is right of the arrow
 *   probe:tcp_recvmsg__return: (ffffffffa628de40 <- ffffffffa62c93b2) arg1=0x5a8   perf, trace-cmd: the event name decides
 */
export class KprobeDecoder {
  readonly styles: NumberStyles;
  private readonly head: LineHead;
  private readonly vocabulary: Vocabulary;

  constructor(head: LineHead) {
    this.head = head;
    const context = head.writer.context;
    this.vocabulary = context.vocabulary;
    this.styles = new NumberStyles(context.facts);
  }

  /** `start` is at the '('. */
  decode(entry: KprobeEntry, buf: Uint8Array, start: number, end: number): number {
    let close = start + 1;
    while (close < end && buf[close] !== 41) close++;
    if (close === end) return Outcome.foreign;
    const arrow = findBytes(buf, start, close, RETURN_ARROW);
    const isReturn = arrow >= 0;
    const placeStart = isReturn ? arrow + RETURN_ARROW.length : start + 1;
    let plan = isReturn ? entry.return : entry.entry;
    if (plan === null || !samePlace(plan.place, buf, placeStart, close)) {
      plan = this.makePlan(entry.event, isReturn, buf, placeStart, close);
      if (isReturn) entry.return = plan;
      else entry.entry = plan;
    }
    if (!plan.isUsed) return Outcome.unused;
    return this.addRow(entry, plan, buf, close + 1, end);
  }

  private addRow(entry: KprobeEntry, plan: KprobePlan, buf: Uint8Array, start: number, end: number): number {
    const head = this.head;
    const batch = head.writer.batch;
    const meaning = plan.symbol.meaning!;
    const kind = plan.isReturn ? meaning.exit : meaning.enter;
    const row = head.addRow(kind, Source.kprobe, plan.isReturn ? Edge.exit : Edge.enter, plan.symbol.id);
    for (const field of plan.fields) {
      const at = findField(buf, start, end, field.key);
      if (at < 0) continue;
      const value =
        kind === Kind.pinEnd ? scanAddress(buf, at, end) : this.readNumber(entry, plan, field, buf, at, end);
      if (field.slot === 0) batch.arg0[row] = value;
      else if (field.slot === 1) batch.arg1[row] = value;
      else if (field.slot === 2) batch.arg2[row] = value;
      else batch.arg3[row] = value;
    }
    if (kind === Kind.pinEnd) {
      // ret is the pinned list: NULL = refused, ERR_PTR up to 2.6.27 (its low 52 bits are near 2^52)
      const list = batch.arg0[row];
      batch.obj[row] = list;
      batch.arg0[row] = Number.isNaN(list) ? list : list === 0 || list > 2 ** 52 - 4096 ? 0 : 1;
      return Outcome.used;
    }
    if (plan.isReturn) return Outcome.used;
    let sock = findField(buf, start, end, SK);
    if (sock < 0) sock = findField(buf, start, end, SOCK);
    takeSock(head, row, buf, sock, end);
    let object = findField(buf, start, end, SKB);
    if (object < 0) object = findField(buf, start, end, LIST);
    if (object < 0) object = findField(buf, start, end, PINNED_LIST);
    if (object >= 0) batch.obj[row] = scanAddress(buf, object, end);
    return Outcome.used;
  }

  private readNumber(
    entry: KprobeEntry,
    plan: KprobePlan,
    field: FieldPlan,
    buf: Uint8Array,
    at: number,
    end: number,
  ): number {
    if (field.style === Style.bareHex) {
      if (buf[at] === 45) return scanSignedDec(buf, at, end);
      const value = scanSignedHex(buf, at, end);
      if (!field.certain && value > 15) this.warn(entry, plan, field, 'hex');
      return value;
    }
    const value = scanNumber(buf, at, end);
    if (cursor.end < end && hexDigitOf(buf[cursor.end]) >= 0) {
      // a letter after all: the field is bare hex, and what was read before may be wrong
      if (value > 9 || !field.certain) this.warn(entry, plan, field, 'hex from here on');
      field.style = Style.bareHex;
      field.certain = true;
      return plan.isReturn ? scanSignedHex(buf, at, end) : scanHex(buf, at, end);
    }
    if (!field.certain && value > 9) this.warn(entry, plan, field, 'decimal');
    return value;
  }

  private warn(entry: KprobeEntry, plan: KprobePlan, field: FieldPlan, reading: string): void {
    const { writer, line } = this.head;
    writer.context.diagnostics.count(
      'hex-ambiguous',
      plan.warned
        ? undefined
        : { file: writer.context.fileName, line, text: `${entry.event}.${field.name}`, reason: `read as ${reading}` },
    );
    if (!plan.warned) {
      plan.warned = true;
      writer.report.notes.push(
        `kprobe argument ${entry.event}.${field.name} read as ${reading}: nothing in the bundle says which`,
      );
    }
  }

  private makePlan(event: string, isReturn: boolean, buf: Uint8Array, start: number, end: number): KprobePlan {
    const strings = this.head.writer.context.strings;
    const printed = textOf(buf, start, end).trim();
    const place = buf.slice(start, end);
    const [, name, offset] = /^([^+\s]*)(?:\+0x([0-9a-f]+))?/.exec(printed) ?? [];
    const isAddress = name === undefined || /^(?:0x)?[0-9a-f]{6,16}$/.test(name) || name === '';
    let symbol = isAddress ? this.resolveEvent(event) : resolveSymbol(this.vocabulary, strings, name);
    // a probe in the middle of a function is not its entry (endbr64 and the ftrace nop move the entry by 4 or 5 bytes)
    const isInside = !isReturn && !isAddress && offset !== undefined && Number.parseInt(offset, 16) > 8;
    if (symbol === null) symbol = resolveSymbol(this.vocabulary, strings, event);
    const meaning = symbol.meaning;
    const kind = meaning === undefined ? Kind.none : isReturn ? meaning.exit : meaning.enter;
    const isUsed = kind !== Kind.none && !isInside;
    const wanted = meaning === undefined ? [] : isReturn ? meaning.exitArgs : meaning.enterArgs;
    // every return value is wanted, also where the vocabulary does not name it
    const names = isReturn && wanted.length === 0 ? ['ret'] : wanted;
    const fields: FieldPlan[] = [];
    names.forEach((spellings, slot) => {
      for (const spelling of new Set(spellings.split('|').flatMap((one) => [one, ...(ALIASES[one] ?? [])]))) {
        if (spelling === '') continue;
        if (fields.some((field) => field.name === spelling)) continue;
        const { style, certain } = this.styles.styleOf(event, symbol.name, spelling);
        fields.push({ key: bytesOf(`${spelling}=`), name: spelling, style, certain, slot });
      }
    });
    // later plans overwrite earlier ones per slot: the first spelling of the vocabulary is asked last
    fields.reverse();
    return { symbol, isReturn, isUsed, fields, place: isAddress ? NO_PLACE : place, warned: false };
  }

  /** perf and trace-cmd print addresses: the definition in the bundle, else the event's name, names the function. */
  private resolveEvent(event: string): SymbolEntry | null {
    const strings = this.head.writer.context.strings;
    const bare = event.slice(event.lastIndexOf(':') + 1);
    const defined = this.styles.definitions.get(bare);
    for (const name of defined === undefined ? possibleFunctions(bare) : [defined.symbol]) {
      const entry = resolveSymbol(this.vocabulary, strings, name);
      if (entry.meaning !== undefined) return entry;
    }
    return null;
  }
}

function* possibleFunctions(event: string): Generator<string> {
  const bases = [event, event.replace(/_\d+$/, '')];
  for (const base of [...bases]) {
    bases.push(base.replace(/_{1,2}(?:return|ret|exit|out|in|entry|enter|begin|end|start|probe)$/, ''));
  }
  for (const base of [...bases]) bases.push(base.replace(/^(?:p|r|kp|kr|krp|kprobe|kretprobe|probe|my|ret)_/, ''));
  for (const base of bases) {
    yield base;
    yield base.replace(/_\d+$/, '');
    yield `__${base}`;
    yield `_${base}`;
  }
}

/** An address (empty place) fits always: the event name was asked. */
function samePlace(place: Uint8Array, buf: Uint8Array, start: number, end: number): boolean {
  if (place.length === 0) return true;
  if (place.length !== end - start) return false;
  for (let i = 0; i < place.length; i++) if (place[i] !== buf[start + i]) return false;
  return true;
}
