import type { DetectionHead, Format } from '../contract.ts';
import { readTitles } from '../formats/oprofile/index.ts';
import { readPerfTitles } from '../formats/perf-report/index.ts';

/**
 * Whose line is it? Lines that only one format prints, told without what stands around them; all others belong to whatever
 * is being read. Only used where one text may end and another begin (borders.ts), never to read a line.
 */
export interface LineClaims {
  /** The first format that prints such a line; null = could be anyone's. */
  claim(lines: readonly string[], at: number, current: Format | null): Format | null;
  /** Whether `format` itself prints such a line: asked before all others. */
  owns(format: Format, lines: readonly string[], at: number): boolean;
  /** Whether it may have: formats that look like it may have, too. */
  mayOwn(format: Format, lines: readonly string[], at: number): boolean;
}

/** Their lines look alike: only a run of them tells, and only where lines of the other kind came before. */
const FAMILIES: readonly ReadonlySet<string>[] = [new Set(['ftrace', 'trace-cmd', 'function_graph'])];

export function areAkin(a: Format, b: Format): boolean {
  return a.id === b.id || FAMILIES.some((family) => family.has(a.id) && family.has(b.id));
}

/** `isLenient`: no format with lines of that look is in question beside this one. */
type Claim = (format: Format, line: string, next: string, isLenient: boolean) => boolean;

const MAX_LINE = 4000;
const EVENT_POINTS = 10;
/** `name: ` and blanks for what the name lacks of 20 (some versions: 18): the payload begins in one column. */
const PADDED_BYTES = 20;
const EVENT_NAME = /\d: +(?:\(\+\d+\) +)?([\w-]+:)( *)(\S?)/;

function headOf(...lines: string[]): DetectionHead {
  return { text: `${lines.join('\n')}\n`, lines, isWholeFile: false };
}

function scores(points: number): Claim {
  return (format, line) => format.detect(headOf(line)).score >= points;
}

/** trace-cmd pads the name of the event, ftrace never does: `sched_wakeup:         ` and `sched_wakeup: `. */
function isPadded(line: string): boolean | null {
  const event = EVENT_NAME.exec(line);
  if (event === null) return false;
  const [, name, blanks, first] = event;
  // Nothing behind the name, or a name as long as the column: could be either.
  if (first === '' || name.length > PADDED_BYTES) return null;
  return blanks.length > 1 && name.length + blanks.length >= PADDED_BYTES;
}

/** `comm-pid [cpu] time:` above a call chain is perf's old dialect; `function: a <-- b` is trace-cmd's, padded or not. */
const FRAME = /^\s+[0-9a-f]{4,16} \S.*\(\S.*\)$/;

/** CPU and flags joined, and yet the time in seconds: trace-cmd report -l. */
const REPORT_L = /^.{1,24}-\d+\s+\d+[.dDbX][A-Za-z0-9.]{2,6}\s+\d+\.\d{6,9}:\s+[\w-]+:/;
/** Two of them below each other: a call chain of a sample without event line. */
const BARE_FRAME = /^\t\s*[0-9a-f]{5,16} (?!\d+\s)[^\s<:|]/;
/** Rows that the side reader knows only below the head of their table. */
const SIDE_ROW =
  /^\s+CPU\d+(?:\s+CPU\d+)*\s*$|^\s*(?:HI|TIMER|NET_[TR]X|BLOCK|IRQ_POLL|TASKLET|SCHED|HRTIMER|RCU): +\d+(?: +\d+)*$|^(?:Features|Offload parameters) for \S+:$|^NIC statistics:$|^\t?[a-z][\w -]*: (?:on|off)(?: \[(?:fixed|requested \w+)\])?$/;
const TWO_DASHES = /: function: +\S+ <-- /;
const IPERF_TALK =
  /^(?:iperf 3\.\d|Control connection MSS|Connecting to host \S+, port|Client connecting to \S+, |Server listening on |Accepted connection from |\[[ *]*\d+\] local \S+ port|\[ ID\]\S* Interval)/;
const IPERF_TITLES = /^"?(?:time|timestamp)"?,.*\bbytes\b/i;

const CLAIMS: Readonly<Record<string, Claim>> = {
  function_graph: scores(EVENT_POINTS),
  'trace-cmd': (format, line) =>
    REPORT_L.test(line) || (isPadded(line) === true && format.detect(headOf(line)).score >= EVENT_POINTS),
  ftrace: (format, line, next, isLenient) =>
    !/^(?:#(?! tracer: )|CPU:)/.test(line) &&
    format.detect(headOf(line)).score >= EVENT_POINTS &&
    (isLenient ? isPadded(line) !== true : isPadded(line) === false) &&
    !TWO_DASHES.test(line) &&
    !FRAME.test(next),
  'perf-script': (format, line, next) =>
    line !== '# ========' &&
    (format.detect(headOf(line)).score >= EVENT_POINTS ||
      (BARE_FRAME.test(line) && BARE_FRAME.test(next)) ||
      (FRAME.test(next) && !FRAME.test(line) && format.detect(headOf(line, next)).score >= 14)),
  'iperf-csv': (format, line) => IPERF_TITLES.test(line) || format.detect(headOf(line)).score > 0,
  'iperf-text': (format, line) =>
    IPERF_TALK.test(line) || (line.startsWith('[') && format.detect(headOf(line)).score > 0),
  'iperf3-json': (_, line) => /^\t* *"version":\s*"iperf 3/.test(line),
  'perf-stat': (format, line) => /^[^,;\t|]*[,;\t|]/.test(line) && format.detect(headOf(line)).score > 0,
  'opreport-xml': (_, line) => /^<(?:profile|symboltable)\b|^<\/profile>/.test(line),
  'perf-report': (_, line) => /^# Samples: .* of events? '/.test(line) || readPerfTitles(line) !== null,
  opreport: (format, line) =>
    /^\s*samples\|\s+%\|/.test(line) ||
    (line.length < 400 && /samples/i.test(line) && readTitles(line) !== null) ||
    (/^\d/.test(line) && format.detect(headOf(line)).score > 0),
  opannotate: (format, line, next) =>
    (/^\/\*\s*$/.test(line) && /^ \* Command line: opannotate/.test(next)) || format.detect(headOf(line)).score >= 30,
  'side-snapshot': (format, line) => SIDE_ROW.test(line) || format.detect(headOf(line)).score >= EVENT_POINTS,
};

export function makeClaims(formats: readonly Format[]): LineClaims {
  const ask = (format: Format, lines: readonly string[], at: number, isLenient: boolean): boolean => {
    const line = lines[at];
    return line.length <= MAX_LINE && (CLAIMS[format.id]?.(format, line, lines[at + 1] ?? '', isLenient) ?? false);
  };
  return {
    owns: (format, lines, at) => ask(format, lines, at, false),
    // Frames are told by the event line above them; by themselves they could be anyone's.
    mayOwn: (format, lines, at) =>
      ask(format, lines, at, true) || (format.id === 'perf-script' && FRAME.test(lines[at])),
    claim(lines, at, current) {
      const isOwnPerhaps = current !== null && ask(current, lines, at, true);
      const isClaimed = (format: Format): boolean => {
        if (current === null || areAkin(format, current)) return format !== current && ask(format, lines, at, false);
        return !isOwnPerhaps && ask(format, lines, at, true);
      };
      return formats.find(isClaimed) ?? null;
    },
  };
}
