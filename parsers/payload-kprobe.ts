import { Edge, Kind, Source } from '../src/model/events.ts';
import type { Vocabulary } from '../src/model/vocabulary.ts';
import { copyBytes } from './bytes.ts';
import { type LineHead, Outcome } from './payload-line.ts';
import { takeSock } from './payload-net.ts';
import { NumberStyles, Style } from './payload-numbers.ts';
import { resolveSymbol, type SymbolEntry } from './payload-symbols.ts';
import {
  bytesOf,
  cursor,
  findBytes,
  hexDigitOf,
  scanAddress,
  scanHex,
  scanNumber,
  scanSignedDec,
  scanSignedHex,
  startsWith,
  textOf,
} from './scan.ts';

const RETURN_ARROW = bytesOf(' <- ');
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

/** What a field of the text fills: 0..3 = arg0..arg3. */
export const Role = { none: -1, sock: 4, object: 5, word: 6 } as const;

/** Fields that are no arguments of the vocabulary: the socket, and what `obj` identifies (skb or pinned list). */
const ROLES: Record<string, number> = {
  sk: Role.sock,
  sock: Role.sock,
  skaddr: Role.sock,
  skb: Role.object,
  skbaddr: Role.object,
  list: Role.object,
  pinned_list: Role.object,
};
const MAX_FIELDS = 64;
const MAX_WARNINGS = 1000;
const MAX_NOTES = 20;

export interface FieldPlan {
  /** `len=`, in the order of the text. */
  key: Uint8Array;
  name: string;
  role: number;
  style: number;
  certain: boolean;
}

/** What one probe event means, made when its first line is read and again when its place in the text changes. */
export interface KprobePlan {
  symbol: SymbolEntry;
  isReturn: boolean;
  isUsed: boolean;
  /** Spellings of the vocabulary's arguments by slot, best first. */
  wanted: readonly (readonly string[])[];
  /** Fields as the last line had them; an event prints the same ones every time. */
  fields: FieldPlan[];
  /** Styles found out so far, by field. */
  known: Map<string, FieldPlan>;
  /** The place as printed: `tcp_recvmsg+0x0/0xd10` of an entry, `tcp_recvmsg` of a return; empty for an address. */
  place: Uint8Array;
  /** The last `(…)` of this plan, callers included. */
  whole: Uint8Array;
}

/** One event name that prints `(place) args`. */
export interface KprobeEntry {
  readonly event: string;
  entry: KprobePlan | null;
  return: KprobePlan | null;
  /** Styles found out so far by function and edge: a damaged place must not make them forgotten. */
  readonly known: Map<string, Map<string, FieldPlan>>;
}

export function makeKprobeEntry(event: string): KprobeEntry {
  return { event, entry: null, return: null, known: new Map() };
}

/**
 * kprobe, kretprobe and fprobe events of all tools:
 *   tcp_recvmsg: (tcp_recvmsg+0x0/0x200) sk=0x… len=65536                      ftrace: the place names the function
 *   tcp_recvmsg_ret: (inet_recvmsg+0x52/0x130 <- tcp_recvmsg) ret=65536        the function is right of the arrow
 *   probe:tcp_recvmsg__return: (ffffffffa628de40 <- ffffffffa62c93b2) arg1=0x5a8   perf, trace-cmd: the event name decides
 */
export class KprobeDecoder {
  readonly styles: NumberStyles;
  /** The plan that read the last line. */
  lastPlan: KprobePlan | null = null;
  /** And the event it belonged to. */
  lastEntry: KprobeEntry | null = null;
  /** Raised when a field turns out to be written in another style than thought. */
  generation = 0;
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
    this.lastEntry = entry;
    this.lastPlan = null;
    // Most lines repeat a place seen before, byte for byte.
    const entryPlan = entry.entry;
    if (entryPlan !== null && startsWith(buf, start, end, entryPlan.whole)) {
      this.lastPlan = entryPlan;
      return entryPlan.isUsed
        ? this.addRow(entry, entryPlan, buf, start + entryPlan.whole.length, end)
        : Outcome.unused;
    }
    const returnPlan = entry.return;
    if (returnPlan !== null && startsWith(buf, start, end, returnPlan.whole)) {
      this.lastPlan = returnPlan;
      return returnPlan.isUsed
        ? this.addRow(entry, returnPlan, buf, start + returnPlan.whole.length, end)
        : Outcome.unused;
    }
    let close = start + 1;
    while (close < end && buf[close] !== 41) close++;
    if (close === end) return Outcome.foreign;
    const arrow = findBytes(buf, start, close, RETURN_ARROW);
    const isReturn = arrow >= 0;
    const placeStart = isReturn ? arrow + RETURN_ARROW.length : start + 1;
    let plan = isReturn ? entry.return : entry.entry;
    if (plan === null || !samePlace(plan.place, buf, placeStart, close)) {
      plan = this.makePlan(entry, isReturn, buf, placeStart, close);
      if (isReturn) entry.return = plan;
      else entry.entry = plan;
    }
    plan.whole = copyBytes(buf, start, close + 1);
    this.lastPlan = plan;
    if (!plan.isUsed) return Outcome.unused;
    return this.addRow(entry, plan, buf, close + 1, end);
  }

  private addRow(entry: KprobeEntry, plan: KprobePlan, buf: Uint8Array, start: number, end: number): number {
    const head = this.head;
    const batch = head.writer.batch;
    const meaning = plan.symbol.meaning!;
    const kind = plan.isReturn ? meaning.exit : meaning.enter;
    const row = head.addRow(kind, Source.kprobe, plan.isReturn ? Edge.exit : Edge.enter, plan.symbol.id);
    if (!this.readFields(entry, plan, row, kind, buf, start, end)) {
      plan.fields = this.learnFields(entry, plan, buf, start, end);
      this.readFields(entry, plan, row, kind, buf, start, end);
    }
    if (kind === Kind.pinEnd) {
      // ret is the pinned list: NULL = refused, ERR_PTR up to 2.6.27 (its low 52 bits are near 2^52)
      const list = batch.arg0[row];
      batch.obj[row] = list;
      batch.arg0[row] = Number.isNaN(list) ? list : list === 0 || list > 2 ** 52 - 4096 ? 0 : 1;
      return Outcome.used;
    }
    return Outcome.used;
  }

  /** Walks ` a=1 b=2`; false when the keys are not those of the plan. */
  private readFields(
    entry: KprobeEntry,
    plan: KprobePlan,
    row: number,
    kind: number,
    buf: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    const { head } = this;
    const batch = head.writer.batch;
    const { fields } = plan;
    let pos = start;
    for (let k = 0; ; k++) {
      while (pos < end && buf[pos] === 32) pos++;
      if (pos >= end) return k === fields.length;
      if (k === fields.length) return false;
      const field = fields[k];
      if (!startsWith(buf, pos, end, field.key)) return false;
      const at = pos + field.key.length;
      pos = at;
      while (pos < end && buf[pos] !== 32) pos++;
      switch (field.role) {
        case Role.none:
          break;
        case Role.word:
          // `l` of a line that was cut is no `len=`.
          if (pos > at) return false;
          break;
        case Role.sock:
          takeSock(head, row, buf, at, pos);
          break;
        case Role.object:
          batch.obj[row] = scanAddress(buf, at, pos);
          break;
        default: {
          const isAddress = kind === Kind.pinEnd;
          const value = isAddress ? scanAddress(buf, at, pos) : this.readNumber(entry, plan, field, buf, at, pos);
          if (field.role === 0) batch.arg0[row] = value;
          else if (field.role === 1) batch.arg1[row] = value;
          else if (field.role === 2) batch.arg2[row] = value;
          else batch.arg3[row] = value;
        }
      }
    }
  }

  /** The keys of this line in their order, with what each fills. Words without '=' belong to a string before them. */
  private learnFields(entry: KprobeEntry, plan: KprobePlan, buf: Uint8Array, start: number, end: number): FieldPlan[] {
    const words = textOf(buf, start, end)
      .split(' ')
      .filter((word) => word !== '');
    const names = words.map((word) => /^[\w.]+(?==)/.exec(word)?.[0] ?? '');
    const slotOf = new Map<string, number>();
    plan.wanted.forEach((spellings, slot) => {
      const present = spellings.find((name) => names.includes(name) && !slotOf.has(name));
      if (present !== undefined) slotOf.set(present, slot);
    });
    return names.map((name, k) => {
      const key = bytesOf(name === '' ? words[k] : `${name}=`);
      const known = plan.known.get(name);
      const role =
        name === '' ? Role.word : (slotOf.get(name) ?? (plan.isReturn ? Role.none : (ROLES[name] ?? Role.none)));
      if (known !== undefined && known.role === role) return known;
      const { style, certain } = this.styles.styleOf(entry.event, plan.symbol.name, name);
      const field = { key, name, role, style, certain };
      if (name !== '' && plan.known.size < MAX_FIELDS) plan.known.set(name, field);
      return field;
    });
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
      if (!field.certain && value > 15) this.warn(entry, field, 'hex');
      return value;
    }
    const value = scanNumber(buf, at, end);
    if (cursor.end < end && hexDigitOf(buf[cursor.end]) >= 0) {
      // a letter after all: the field is bare hex, and what was read before may be wrong
      if (value > 9 || !field.certain) this.warn(entry, field, 'hex from here on');
      field.style = Style.bareHex;
      field.certain = true;
      this.generation++;
      return plan.isReturn ? scanSignedHex(buf, at, end) : scanHex(buf, at, end);
    }
    if (!field.certain && value > 9) this.warn(entry, field, 'decimal');
    return value;
  }

  /** Counted once a field, however many lines carry it: it is one doubt. */
  private warn(entry: KprobeEntry, field: FieldPlan, reading: string): void {
    const { writer, line } = this.head;
    const name = `${entry.event}.${field.name}`;
    if (this.warned.has(name)) return;
    const example = { file: writer.context.fileName, line, text: name, reason: `read as ${reading}` };
    writer.context.diagnostics.count('hex-ambiguous', example);
    if (this.warned.size < MAX_WARNINGS) this.warned.add(name);
    if (this.warned.size > MAX_NOTES) return;
    writer.report.notes.push(`kprobe argument ${name} read as ${reading}: nothing in the bundle says which`);
  }
  private readonly warned = new Set<string>();

  /** Nothing proves how the last event writes this field, and nobody has been told yet. */
  mustWarn(field: FieldPlan): boolean {
    return !field.certain && !this.warned.has(`${this.lastEntry!.event}.${field.name}`);
  }

  private makePlan(entry: KprobeEntry, isReturn: boolean, buf: Uint8Array, start: number, end: number): KprobePlan {
    const { event, known } = entry;
    const strings = this.head.writer.context.strings;
    const printed = textOf(buf, start, end).trim();
    const place = copyBytes(buf, start, end);
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
    const spellings = names.map((name) =>
      name === '' ? [] : [...name.split('|'), ...name.split('|').flatMap((one) => ALIASES[one] ?? [])],
    );
    const key = `${isReturn ? 'return' : 'entry'} ${symbol.name}`;
    const fieldsOf = known.get(key) ?? new Map<string, FieldPlan>();
    if (known.size < MAX_FIELDS) known.set(key, fieldsOf);
    return {
      symbol,
      isReturn,
      isUsed,
      wanted: spellings,
      fields: [],
      known: fieldsOf,
      place: isAddress ? NO_PLACE : place,
      whole: NO_PLACE,
    };
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
