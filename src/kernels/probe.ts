import { type EventKindName, Kind } from '../model/events.ts';
import type { ProbeMeaning } from '../model/vocabulary.ts';

interface ProbeOptions {
  from?: string;
  to?: string;
  note?: string;
  /** Printed field names in the order arg0..arg3; 'len|size' lists spellings. */
  enter?: readonly string[];
  exit?: readonly string[];
}

const make =
  (kind: ProbeMeaning['kind']) =>
  (name: string, enter: EventKindName, exit: EventKindName, o: ProbeOptions = {}): ProbeMeaning => ({
    name,
    kind,
    enter: Kind[enter],
    exit: Kind[exit],
    eraFrom: o.from ?? '',
    eraTo: o.to ?? '',
    note: o.note ?? '',
    enterArgs: o.enter ?? [],
    exitArgs: o.exit ?? [],
  });

export const defineFunction = make('function');
/** A trace event is one moment: what ends is an event of its own. */
export const defineTracepoint = (name: string, enter: EventKindName, options?: ProbeOptions): ProbeMeaning =>
  make('tracepoint')(name, enter, 'none', options);
export const defineSyscall = make('syscall');
