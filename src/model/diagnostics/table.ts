/**
 * Every way in which data can be lost or doubted, declared once. A reader that passes over something counts it here;
 * the report prints the counts. Severity: info = nothing lost; doubt = a number may be off; loss = data is missing.
 */
export type Severity = 'info' | 'doubt' | 'loss';
/** capture = the producer did it; input = the file was damaged or is not ours; analysis = recvscope's own limit. */
export type Origin = 'capture' | 'input' | 'analysis';

export interface DiagnosticSpec {
  severity: Severity;
  origin: Origin;
  /** What it means, one sentence. */
  meaning: string;
  /** What to do next time, one sentence; '' when nothing helps. */
  advice: string;
}

/** Rooms extend this table; the name is the code that tests and scripts check. */
export const DIAGNOSTICS = {
  'malformed-line': {
    severity: 'doubt',
    origin: 'input',
    meaning: 'A line of the format could not be parsed.',
    advice: 'Look at the first examples; send the file if it was printed by an unmodified tool.',
  },
  'unknown-line': {
    severity: 'info',
    origin: 'input',
    meaning: 'A line is not of the format around it: prose, a prompt, the output of another tool.',
    advice: '',
  },
  'truncated-tail': { severity: 'info', origin: 'input', meaning: 'The last line is cut.', advice: '' },
  'packed-data-broken': {
    severity: 'loss',
    origin: 'input',
    meaning: 'The packed data end early or are damaged: what came after is missing.',
    advice: 'Copy the file again, or compress it again.',
  },
  'printing-broke-off': {
    severity: 'loss',
    origin: 'input',
    meaning: 'The tool that prints a binary recording failed in the middle: what came after is missing.',
    advice: 'Print the recording by hand and look at the messages of the tool.',
  },
  'tool-message': {
    severity: 'info',
    origin: 'input',
    meaning: 'The tool that prints a binary recording wrote a message.',
    advice: '',
  },
  'trailing-bytes': {
    severity: 'info',
    origin: 'input',
    meaning: 'Bytes that follow the packed data were ignored.',
    advice: '',
  },
  'gap-in-text': {
    severity: 'doubt',
    origin: 'input',
    meaning: 'The text has an elision; open calls were not carried across.',
    advice: 'Attach the whole capture.',
  },
  'unknown-file': {
    severity: 'info',
    origin: 'input',
    meaning: 'A file of the bundle is none of the known formats.',
    advice: '',
  },
  'unreadable-file': {
    severity: 'doubt',
    origin: 'input',
    meaning: 'A file of the bundle could not be read.',
    advice: '',
  },
  'folder-cut': {
    severity: 'loss',
    origin: 'analysis',
    meaning: 'A folder holds more than is read of one: the rest was left out.',
    advice: 'Name the files, or raise --max-files and --max-folder-bytes.',
  },
  'binary-file': {
    severity: 'doubt',
    origin: 'input',
    meaning: 'A binary recording was found where text is read.',
    advice: 'Print it with perf script or trace-cmd report.',
  },
  'long-line': {
    severity: 'doubt',
    origin: 'input',
    meaning: 'A line is longer than the limit and was counted, not parsed.',
    advice: '',
  },
  'lost-events': {
    severity: 'loss',
    origin: 'capture',
    meaning: 'The producer says it lost events.',
    advice: 'Enlarge the buffer (buffer_size_kb, perf record -m) or record fewer events.',
  },
  'overwritten-events': {
    severity: 'loss',
    origin: 'capture',
    meaning: 'Old entries of the ring buffer were overwritten before it was read.',
    advice: 'Enlarge buffer_size_kb or read trace_pipe.',
  },
  'lost-graph-entry': {
    severity: 'loss',
    origin: 'capture',
    meaning: 'A function_graph return has no entry.',
    advice: 'Enlarge buffer_size_kb.',
  },
  'lost-graph-return': {
    severity: 'doubt',
    origin: 'capture',
    meaning: 'A function_graph entry has no return although its caller went on.',
    advice: 'Enlarge buffer_size_kb; start tracing before the load.',
  },
  'clock-backwards': {
    severity: 'doubt',
    origin: 'capture',
    meaning: 'Time stamps of one CPU step backwards.',
    advice: 'Record with trace_clock global or mono.',
  },
  'time-out-of-range': {
    severity: 'doubt',
    origin: 'input',
    meaning: 'A time stamp is too large to be one; the time of that event is unknown.',
    advice: '',
  },
  'clock-stands-still': {
    severity: 'doubt',
    origin: 'capture',
    meaning: 'Many successive lines carry one time stamp while durations grow.',
    advice: 'Record with trace_clock local or mono.',
  },
  'no-clock': {
    severity: 'doubt',
    origin: 'capture',
    meaning: 'The capture has no time stamps: order and durations only.',
    advice: 'echo 1 > options/funcgraph-abstime; echo 1 > options/funcgraph-proc',
  },
  'no-cpu': {
    severity: 'doubt',
    origin: 'capture',
    meaning: 'The capture does not say which CPU ran: lines of several CPUs cannot be told apart.',
    advice: 'echo 1 > options/funcgraph-cpu',
  },
  'no-task': {
    severity: 'doubt',
    origin: 'capture',
    meaning: 'The capture does not say which task ran.',
    advice:
      'function_graph: echo 1 > options/funcgraph-proc; perf script: print with tid (-F comm,tid,cpu,time,event,trace).',
  },
  'field-not-printed': {
    severity: 'doubt',
    origin: 'capture',
    meaning: 'The lines were printed without a field that calls rest on.',
    advice: 'Print the recording again: perf script -F comm,tid,cpu,time,event,trace.',
  },
  'clocks-differ': {
    severity: 'doubt',
    origin: 'capture',
    meaning: 'Files of one bundle run on different clocks and could not be aligned; they are kept apart.',
    advice: 'Record both with -k mono / trace_clock=mono.',
  },
  'file-repeated': {
    severity: 'info',
    origin: 'capture',
    meaning: 'A file holds the same events as another one of the bundle; its calls are counted once.',
    advice: '',
  },
  'clocks-aligned': {
    severity: 'info',
    origin: 'analysis',
    meaning: 'Files of one bundle ran on different clocks and were aligned on common events.',
    advice: '',
  },
  'call-cut-at-start': {
    severity: 'info',
    origin: 'capture',
    meaning: 'A receive call began before the capture.',
    advice: '',
  },
  'call-cut-at-end': {
    severity: 'info',
    origin: 'capture',
    meaning: 'A receive call was still open when the capture ended.',
    advice: '',
  },
  'call-damaged-by-loss': {
    severity: 'loss',
    origin: 'capture',
    meaning: 'Events were lost while a receive call was open; it is left out of statistics.',
    advice: 'Enlarge the buffer.',
  },
  'unpaired-exit': {
    severity: 'doubt',
    origin: 'capture',
    meaning: 'A return of a receive call has no entry.',
    advice: '',
  },
  'impossible-return': {
    severity: 'doubt',
    origin: 'input',
    meaning: 'A receive call returned more bytes than it was asked for; its bytes are unknown.',
    advice: 'Look at the line of the return: the text may be damaged, or an argument is not what its name says.',
  },
  'threads-forgotten': {
    severity: 'info',
    origin: 'analysis',
    meaning:
      'More threads than are remembered at once: what those outside receive calls had done before was forgotten.',
    advice: 'Record less time, or filter the recording by the receiving process.',
  },
  'max-calls-sampled': {
    severity: 'info',
    origin: 'analysis',
    meaning: 'More calls than --max-calls: totals are exact, distributions come from a seeded sample.',
    advice: 'Raise --max-calls.',
  },
  'early-copy-unlinked': {
    severity: 'doubt',
    origin: 'analysis',
    meaning: 'Early copies could not be tied to a call.',
    advice: 'Record sk= arguments with kprobes.',
  },
  'hex-ambiguous': {
    severity: 'doubt',
    origin: 'input',
    meaning: 'A kprobe argument could be hex or decimal; the reading chosen is named in the notes.',
    advice: 'Put the kprobe_events file beside the trace.',
  },
} as const satisfies Record<string, DiagnosticSpec>;

export type DiagnosticName = keyof typeof DIAGNOSTICS;
