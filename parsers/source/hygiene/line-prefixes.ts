import type { Damage } from './damage.ts';

/**
 * What logs, pagers and mailers put before every line. Each has a grammar of its own that no trace line begins with; numbers
 * must grow from line to line as well. Only lines that have the prefix lose it, and nothing behind it: the indentation of
 * function_graph and the task name keep their columns.
 */
interface Prefix {
  readonly id: string;
  readonly title: string;
  readonly pattern: RegExp;
  /** Group 1 is a number that counts lines: `all` of them (cat -n), or some (grep -n). */
  readonly counts?: 'all' | 'some';
}

const ISO = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?`;
const ISO_T = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?`;
const DAY_TIME = String.raw`[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,6})?`;
/** A year behind the time only where the day of the week stands before it (ctime): else it is the first count of a row. */
const SYSLOG_TIME = String.raw`(?:[A-Z][a-z]{2} ${DAY_TIME}(?: (?:19|20)\d\d)?|${DAY_TIME})`;
/** `trace-save[911]: `, `kernel: `. */
const IDENT = String.raw`[^\s:\[\]]{1,64}(?:\[\d+\])?:`;
const PRIORITY = String.raw`(?:<\d{1,3}>)?`;

const PREFIXES: readonly Prefix[] = [
  {
    id: 'journald',
    title: 'journal or syslog prefixes',
    pattern: new RegExp(String.raw`^${PRIORITY}(?:${SYSLOG_TIME}|${ISO}) [^\s\[\]]{1,64} ${IDENT}(?: |$)`),
  },
  {
    id: 'syslog-5424',
    title: 'syslog prefixes',
    pattern: new RegExp(String.raw`^<\d{1,3}>1 ${ISO_T} \S+ \S+ \S+ \S+ (?:-|\[[^\]]*\])(?: \ufeff?|$)`),
  },
  {
    id: 'container-log',
    title: 'container log prefixes',
    pattern: new RegExp(String.raw`^(?:\[?[\w.-]+(?:/[\w.-]+){1,2}\]? )?${ISO_T} (?:std(?:out|err) [FP](?: |$))?`),
  },
  {
    id: 'container-log',
    title: 'container log prefixes',
    pattern: /^(?:\[(?:pod|container)\/[\w./-]+\]|[a-z][\w.-]{0,40}-\d+ +\||[a-z][\w.-]{0,40}_\d+ +\|)(?: |$)/,
  },
  {
    id: 'log-stamp',
    title: 'time stamps of a log',
    pattern: new RegExp(String.raw`^(?:\[(?:${ISO}|${SYSLOG_TIME})\]|${SYSLOG_TIME}|${ISO_T})(?: |$)`),
  },
  {
    id: 'log-time',
    title: 'time stamps of a log',
    pattern: new RegExp(String.raw`^(?:${ISO}|\[\d\d:\d\d:\d\d(?:\.\d{1,9})?\])(?: |$)`),
  },
  { id: 'log-stamp', title: 'time stamps of a log', pattern: /^1\d{9}\.\d{3,9}(?: |$)/ },
  { id: 'log-time', title: 'time stamps of a log', pattern: /^\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: (?!AM |PM )|$)/ },
  {
    id: 'log-stamp',
    title: 'time stamps of a log',
    pattern: /^\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} +\d+ +\d+ [VDIWEF] [^:]{1,40}:(?: |$)/,
  },
  { id: 'line-numbers', title: 'line numbers', pattern: /^ *(\d+)(?:\t| *[|\u2502](?: |$))/, counts: 'all' },
  { id: 'line-numbers', title: 'line numbers', pattern: /^\[ *(\d+)\](?: |$)/, counts: 'all' },
  { id: 'line-numbers', title: 'line numbers', pattern: /^ {0,7}(\d+)(?: |$)/, counts: 'all' },
  { id: 'line-numbers', title: 'line numbers', pattern: /^(?:[\w.~+-]*[/.][\w./~+-]*[:-])?(\d+)[:-]/, counts: 'some' },
  // Behind a BOM or colour, `file:` alone.
  {
    id: 'file-names',
    title: 'file names of grep',
    pattern: /^(?!\S*\.dat:)(?:[\w.~+-]*\/[\w./~+-]+|[\w~+-]+\.(?:txt|log|out|trace|ftrace|perf|script|md)):/,
  },
  { id: 'mail-quotes', title: 'mail quotes', pattern: /^(?:[>|] ?)+/ },
  { id: 'comment-marks', title: 'comment marks', pattern: /^(?:\/\/+|;;?|%%?|--) ?(?=.)/ },
  { id: 'diff-marks', title: 'marks of a patch', pattern: /^\+/ },
  { id: 'tabs', title: 'tabs before every line', pattern: /^\t/ },
];

const MIN_LINES = 3;
const MIN_SHARE = 0.6;
/** Where every line must have it: such characters begin lines of formats, too. */
const STRICT: ReadonlySet<string> = new Set(['tabs', 'file-names', 'comment-marks', 'diff-marks']);
/** Their own wrapper knows them (source/wrappers.ts), unless another prefix stands behind. */
export const WEAK_PREFIXES: ReadonlySet<string> = new Set([
  'mail-quotes',
  'tabs',
  'comment-marks',
  'file-names',
  'log-time',
]);

/** Every prefix that may stand before these lines, strongest first. */
export function findPrefixes(lines: readonly string[]): Damage[] {
  return PREFIXES.map(toDamage).filter((damage) => damage.isIn(lines));
}

function toDamage(prefix: Prefix): Damage {
  const { id, title, pattern } = prefix;
  return {
    id,
    title,
    isIn: (lines) => isBefore(lines, prefix),
    start: () => (line) => line.replace(pattern, ''),
  };
}

function isBefore(lines: readonly string[], { id, pattern, counts }: Prefix): boolean {
  let full = 0;
  let hits = 0;
  let steps = 0;
  let previous = Number.NaN;
  for (const line of lines) {
    const found = pattern.exec(line);
    if (line.trim() !== '') full++;
    if (found === null) continue;
    hits++;
    if (counts === undefined) continue;
    const number = Number(found[1]);
    if (counts === 'all' ? number === previous + 1 : number > previous) steps++;
    previous = number;
  }
  if (hits < MIN_LINES || hits < full * (STRICT.has(id) ? 0.97 : MIN_SHARE)) return false;
  return counts === undefined || steps >= (hits - 1) * 0.95;
}
