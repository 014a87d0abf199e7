import type { DiagnosticExample } from './index.ts';

/** What a reader did with every line of one file. lines = parsed + comment + unused + unknown + malformed, always. */
export interface LineAccount {
  lines: number;
  /** Became events, samples, rows or facts (continuation lines and frames included). */
  parsed: number;
  /** Header, comment, blank. */
  comment: number;
  /** A well-formed line of an event or function that recvscope knows or can name but does not use. */
  unused: number;
  /** Not of this format (prose, shell prompt, messages of the tool). */
  unknown: number;
  malformed: number;
}

export interface LostRange {
  /** 'trace_pipe LOST', 'entries header', 'PERF_RECORD_LOST', 'graph' … */
  source: string;
  cpu: number;
  /** NaN = amount not printed. */
  amount: number;
  line: number;
}

/** One recognised stretch of one file (most files have one). */
export interface FileReport {
  file: string;
  /** 'ftrace', 'function_graph', 'perf-script', 'trace-cmd', 'opreport', … 'unknown', 'binary'. */
  format: string;
  /** Refinement: 'latency', 'trace_pipe', 'callgraph', 'version 0.9.9' …; '' none. */
  variant: string;
  /** gzip, zstd, '' plain. */
  wrapping: string;
  /** What copying had done to the text and was undone before it was read: 'HTML escapes', 'line numbers'. */
  undone: string[];
  bytes: number;
  account: LineAccount;
  malformedExamples: DiagnosticExample[];
  /** Lines that could not be read by the event they name. */
  unreadableEvents: Map<string, number>;
  events: number;
  samples: number;
  unknownEvents: number;
  /** Count by event name as printed (functions: by tracer), sorted by name on output. */
  eventNames: Map<string, number>;
  tasks: Map<string, number>;
  lost: LostRange[];
  lostEvents: number;
  clock: { kind: 'seconds' | 'relative' | 'ticks' | 'none'; resolutionNs: number };
  firstNs: bigint | null;
  lastNs: bigint | null;
  notes: string[];
}

function emptyAccount(): LineAccount {
  return { lines: 0, parsed: 0, comment: 0, unused: 0, unknown: 0, malformed: 0 };
}

export function makeFileReport(file: string, format: string): FileReport {
  return {
    file,
    format,
    variant: '',
    wrapping: '',
    undone: [],
    bytes: 0,
    account: emptyAccount(),
    malformedExamples: [],
    unreadableEvents: new Map(),
    events: 0,
    samples: 0,
    unknownEvents: 0,
    eventNames: new Map(),
    tasks: new Map(),
    lost: [],
    lostEvents: 0,
    clock: { kind: 'none', resolutionNs: Number.NaN },
    firstNs: null,
    lastNs: null,
    notes: [],
  };
}
