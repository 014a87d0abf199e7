import { readCount } from '../../text/counts.ts';
import { GENERIC, NAMED, type StatRow } from './row.ts';

/**
 * One line of what perf stat prints for people (tools/perf/util/stat-display.c: print_noise_pct, printout, abs_printout):
 *   [time] [CPU0 | S0-D0-C0 cpus | comm-tid]  count [unit] event [cgroup]  # metric   ( +- noise% )  (counted%)
 * Counts are grouped and decimals marked as the locale has it; up to 3.13 the share was [62.51%].
 */
const TIME = String.raw`(?<time>\d+[.,]\d{9})\s+`;
const AGGREGATE = String.raw`(?:(?<aggregate>(?:S\d+|D\d+|N\d+)(?:-[A-Z]+\d+)*|CPU\d+)(?:\s+(?<cpus>\d+)(?=\s+(?:<not |\d)))?|(?<thread>\S.{0,15}-\d+))\s+`;
const COUNT = String.raw`(?<count><not counted>|<not supported>|\d[\d.,'’ ]*?)`;
const UNIT = String.raw`(?:(?<unit>msec|ns|us|ms|Joules|[KMG]i?B|[Bb]ytes|C|%|m?W|V|[MG]Hz|slots)\s+)?`;
const EVENT = String.raw`(?<event>[A-Za-z_][\w.:/=,@+{}-]*)(?<msec> \(msec\))?(?<cgroup>\s+[/\w][\w./:@-]*)?`;
const TAIL = String.raw`(?<metric>\s+#\s.*?)?(?:\s+\(\s*\+-\s*(?<noise>[\d.,]+)%\s*\))?(?:\s+[([](?<running>[\d.,]+)%[)\]])?`;
const ROW = new RegExp(String.raw`^\s*(?:${TIME})?(?:${AGGREGATE})?${COUNT}\s+${UNIT}${EVENT}${TAIL}\s*$`);
/** A second metric of the line above, or one without count. */
const METRIC = /^\s*(?:\d+[.,]\d{9}\s+)?(?:\S+\s+(?:\d+\s+)?)?#\s+[\d.,]+\s*%?\s+\S/;
const ELAPSED =
  /^\s*([\d.,]+)(?: \+- ([\d.,]+))? seconds (time elapsed|user|sys)\b(?:\s+\(\s*\+-\s*([\d.,]+)%\s*\))?\s*$/;

/** What this line marks decimals with; '' the line does not tell. */
export function tellDecimalMark(line: string): ',' | '.' | '' {
  const match = /\(\s*\d{1,3}([.,])\d\d%\)|([.,])\d{9}\b|([.,])\d+ seconds |([.,])\d\d msec\b/.exec(line);
  return (match?.slice(1).find((mark) => mark !== undefined) as ',' | '.' | undefined) ?? '';
}

function readNumber(text: string, mark: ',' | '.'): number {
  const plain = mark === ',' ? text.replace(/[.'’ ]/g, '').replace(',', '.') : text.replace(/[,'’ ]/g, '');
  return readCount(plain);
}

export function readPeopleRow(line: string, mark: ',' | '.'): StatRow | null {
  const groups = ROW.exec(line)?.groups;
  if (groups === undefined) return null;
  const { time = '', aggregate, thread, count, unit = '', event, msec, metric = '', noise, running } = groups;
  const value = count.startsWith('<') ? Number.NaN : readNumber(count, mark);
  const shown = readMetric(metric, mark);
  return {
    time: time.replace(',', '.'),
    aggregate: aggregate ?? thread?.trim() ?? '',
    text: Number.isNaN(value) ? count : String(value),
    value,
    unit: msec === undefined ? unit : 'msec',
    event,
    variancePct: noise === undefined ? Number.NaN : readNumber(noise, mark),
    runtimeNs: Number.NaN,
    runningPct: running === undefined ? Number.NaN : readNumber(running, mark),
    metric: shown.value,
    metricUnit: shown.unit,
  };
}

/** `#    0.54  insn per cycle`, `#   61.20% of all LL-cache accesses`. */
function readMetric(text: string, mark: ',' | '.'): { value: number; unit: string } {
  const match = /^\s+#\s+(-?[\d.,]+)\s*(\S.*?)\s*$/.exec(text);
  if (match === null) return { value: Number.NaN, unit: '' };
  return { value: readNumber(match[1], mark), unit: match[2].replace(/\s+/g, ' ') };
}

/** Nobody but perf prints such a line, whatever stands above it. */
export function isPlainlyOurs(line: string): boolean {
  const groups = ROW.exec(line)?.groups;
  if (groups === undefined) return false;
  const { event, metric, running, noise, time, count } = groups;
  const isKnown = GENERIC.test(event) || NAMED.test(event);
  const isMarked = metric !== undefined || running !== undefined || noise !== undefined || count.startsWith('<');
  return (isKnown && (isMarked || time !== undefined)) || (isMarked && time !== undefined);
}

export interface Elapsed {
  what: string;
  seconds: number;
  noisePct: number;
}

export function readElapsed(line: string, mark: ',' | '.'): Elapsed | null {
  const match = ELAPSED.exec(line);
  if (match === null) return null;
  const noisePct = match[4] === undefined ? Number.NaN : readNumber(match[4], mark);
  return { what: match[3], seconds: readNumber(match[1], mark), noisePct };
}

export function isMetricLine(line: string): boolean {
  return METRIC.test(line);
}
