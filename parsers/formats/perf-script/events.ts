import type { StringTable } from '../../../src/model/string-table.ts';
import type { StringId } from '../../../src/model/units.ts';
import type { Vocabulary } from '../../../src/model/vocabulary.ts';
import type { PayloadDecoder } from '../../payload/decoder.ts';
import type { NameEntry } from '../../payload/events.ts';
import { ByteTable } from '../../payload/names.ts';
import { bytesOf, textOf } from '../../text/scan.ts';

/** sampling: periodic samples of a hardware or software counter. trace: a tracepoint, probe or user event with a payload. */
export type EventClass = 'sampling' | 'trace';

export interface PerfEvent {
  readonly index: number;
  readonly name: string;
  readonly nameId: StringId;
  /** Settled by the name, or by the first payload when the name says nothing. */
  class: EventClass | 'undecided';
  /** Name without system and modifiers: `sched_switch`. */
  readonly shortName: string;
  /** `syscalls`, `probe`, `sched`, '' when not printed. */
  readonly system: string;
  /** Its payload is free text that may hold line breaks. */
  readonly isText: boolean;
  /** What the payload decoder knows about the name. */
  readonly entry: NameEntry;
}

/** Hardware, software and cache events of perf list, by their first letters. */
const SAMPLING_NAMES =
  /^(cycles|cpu-cycles|instructions|cache-|branch-|branches|bus-cycles|ref-cycles|stalled-cycles|slots|topdown-|cpu-clock|task-clock|page-faults|faults|minor-faults|major-faults|context-switches|cs$|cpu-migrations|migrations$|alignment-faults|emulation-faults|cgroup-switches|dummy|bpf-output|duration_time|user_time|system_time|L1-[di]cache|LLC-|dTLB-|iTLB-|node-|mem-|ibs_|intel_(pt|bts)|cs_etm|arm_spe|r[0-9a-f]{1,16}$|raw 0x|\[unknown\]$|\(unknown\)$)/;
/** `:ppp`, `:uhH`, `:P` … after an event name. */
const MODIFIERS = /^[ukhHGpPSDWebIR]+$/;
/** `cpu/event=0x3c,umask=0x0/u`, `cpu_core/cycles/P` and PMU names in capitals (`INST_RETIRED.ANY_P`, `MEM_TRANS_RETIRED.…:ldlat=64`). */
const PMU_NAME = /\/.*\/|^[A-Z][A-Z0-9_]*\.[A-Z0-9_.]+|^mem:0x/;

const TEXT_EVENTS = /^(print|bprint|bputs|puts|raw_data|console|tracing_mark_write|user_marker)$/;

export class EventNames {
  private readonly table: ByteTable<PerfEvent>;
  readonly all: PerfEvent[] = [];
  private readonly vocabulary: Vocabulary;
  private readonly strings: StringTable;
  private readonly decoder: PayloadDecoder;

  constructor(vocabulary: Vocabulary, strings: StringTable, decoder: PayloadDecoder) {
    this.decoder = decoder;
    this.vocabulary = vocabulary;
    this.strings = strings;
    this.table = new ByteTable<PerfEvent>((text) => this.make(text), 10, 20_000);
  }

  get(buf: Uint8Array, start: number, end: number): PerfEvent {
    return this.table.get(buf, start, end);
  }

  /** The event of records whose layout prints no event name. */
  make(name: string): PerfEvent {
    const parts = splitEventName(name);
    const event: PerfEvent = {
      index: this.all.length,
      name,
      nameId: this.strings.intern(name),
      class: this.classify(name, parts.system, parts.shortName),
      isText: TEXT_EVENTS.test(parts.shortName),
      entry: this.entryOf(parts.system, parts.shortName),
      ...parts,
    };
    this.all.push(event);
    return event;
  }

  private entryOf(system: string, shortName: string): NameEntry {
    const bytes = bytesOf(system === '' ? shortName : `${system}:${shortName}`);
    return this.decoder.nameOf(bytes, 0, bytes.length);
  }

  private classify(name: string, system: string, shortName: string): EventClass | 'undecided' {
    if (name === '') return 'sampling';
    if (PMU_NAME.test(name)) return 'sampling';
    if (system !== '') return 'trace';
    if (SAMPLING_NAMES.test(name)) return 'sampling';
    if (this.vocabulary.lookUpTracepoint(shortName) !== undefined || /^sys_(enter|exit)(_|$)/.test(shortName))
      return 'trace';
    return 'undecided';
  }
}

export function splitEventName(name: string): { system: string; shortName: string } {
  if (PMU_NAME.test(name)) return { system: '', shortName: name };
  const parts = name.split(':');
  if (parts.length > 1 && MODIFIERS.test(parts[parts.length - 1]) && !SYSTEMS.has(parts[0])) parts.pop();
  else if (parts.length > 2 && MODIFIERS.test(parts[parts.length - 1])) parts.pop();
  if (parts.length < 2 || !/^[A-Za-z_][\w-]*$/.test(parts[0])) return { system: '', shortName: parts.join(':') };
  return { system: parts[0], shortName: parts.slice(1).join(':') };
}

/** Systems whose event names are made of modifier letters only would be misread; none is known, `probe:S` is possible. */
const SYSTEMS = new Set(['probe', 'kprobes', 'uprobes', 'sched', 'irq', 'net', 'skb', 'tcp', 'sock', 'syscalls']);

const SHAPE = /^([\w-]+:[\w.@-]+(:[ukhHGpPSDWebIR]+)?|[^\s:]*\/[^\s]*\/[\w]*)$/;

/** Names that are certainly events even where they stand alone on a line (`-F event,ip,sym`). */
export function looksLikeEventName(name: string): boolean {
  return SAMPLING_NAMES.test(name) || PMU_NAME.test(name) || SHAPE.test(name);
}

export function isEventName(buf: Uint8Array, start: number, end: number): boolean {
  return end - start <= 256 && looksLikeEventName(textOf(buf, start, end));
}
