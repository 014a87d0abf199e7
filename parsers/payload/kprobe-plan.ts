import { Kind } from '../../src/model/events.ts';
import { nameTable } from '../../src/model/name-table.ts';
import type { StringTable } from '../../src/model/string-table.ts';
import type { Vocabulary } from '../../src/model/vocabulary.ts';
import type { ReadContext } from '../contract.ts';
import { copyBytes } from '../text/bytes.ts';
import { bytesOf, textOf } from '../text/scan.ts';
import { NumberStyles } from './numbers.ts';
import { resolveSymbol, type SymbolEntry } from './symbols.ts';

const NO_PLACE = new Uint8Array(0);

/** Other spellings users give to an argument the vocabulary asks for. */
const ALIASES: Record<string, readonly string[]> = nameTable({
  len: ['size', 'length', 'skblen', 'skb_len', 'count', 'nbytes'],
  size: ['len', 'length', 'count'],
  bytes: ['len', 'size', 'copy'],
  ret: ['retval', 'rc', 'arg1', 'result', 'copied', 'eaten'],
  cookie: ['ret', 'retval', 'arg1'],
  nonblock: ['noblock'],
});

/** What a field of the text fills: 0..3 = arg0..arg3. */
export const Role = { none: -1, sock: 4, object: 5, word: 6 } as const;

/** Fields that are no arguments of the vocabulary: the socket, and what `obj` identifies (skb or pinned list). */
const ROLES: Record<string, number> = nameTable({
  sk: Role.sock,
  sock: Role.sock,
  skaddr: Role.sock,
  skb: Role.object,
  skbaddr: Role.object,
  list: Role.object,
  pinned_list: Role.object,
});
const MAX_FIELDS = 64;

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
  /** The last line had fewer of them than this probe's lines have: it was cut. */
  isShort: boolean;
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

/** Finds out what the lines of a probe mean: its function from the place or the name, its fields from their keys. */
export class KprobePlanner {
  readonly styles: NumberStyles;
  private readonly vocabulary: Vocabulary;
  private readonly strings: StringTable;

  constructor(context: ReadContext) {
    this.vocabulary = context.vocabulary;
    this.strings = context.strings;
    this.styles = new NumberStyles(context.facts);
  }

  makePlan(entry: KprobeEntry, isReturn: boolean, buf: Uint8Array, start: number, end: number): KprobePlan {
    const { event, known } = entry;
    const { vocabulary, strings } = this;
    const printed = textOf(buf, start, end).trim();
    const place = copyBytes(buf, start, end);
    const [, name, offset] = /^([^+\s]*)(?:\+0x([0-9a-f]+))?/.exec(printed) ?? [];
    const isAddress = name === undefined || /^(?:0x)?[0-9a-f]{6,16}$/.test(name) || name === '';
    let symbol = isAddress ? this.resolveEvent(event) : resolveSymbol(vocabulary, strings, name);
    // a probe in the middle of a function is not its entry (endbr64 and the ftrace nop move the entry by 4 or 5 bytes)
    const isInside = !isReturn && !isAddress && offset !== undefined && Number.parseInt(offset, 16) > 8;
    if (symbol === null) symbol = resolveSymbol(vocabulary, strings, event);
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
      isShort: false,
      known: fieldsOf,
      place: isAddress ? NO_PLACE : place,
      whole: NO_PLACE,
    };
  }

  /** perf and trace-cmd print addresses: the definition in the bundle, else the event's name, names the function. */
  resolveEvent(event: string): SymbolEntry | null {
    const { vocabulary, strings } = this;
    const bare = event.slice(event.lastIndexOf(':') + 1);
    const defined = this.styles.definitions.get(bare);
    for (const name of defined === undefined ? possibleFunctions(bare) : [defined.symbol]) {
      const entry = resolveSymbol(vocabulary, strings, name);
      if (entry.meaning !== undefined) return entry;
    }
    return null;
  }

  /** The keys of this line in their order, with what each fills. Words without '=' belong to a string before them. */
  learnFields(entry: KprobeEntry, plan: KprobePlan, buf: Uint8Array, start: number, end: number): FieldPlan[] {
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
