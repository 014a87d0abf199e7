import { jsonText, readCount } from '../../text/counts.ts';
import { loadPapa } from '../../text/packages.ts';

/**
 * One row of perf stat -x SEP. Leading fields differ by option, so the counter value is looked for:
 *   [time] [CPU0 | S0-D0-C0,cpus | comm-tid] value,[unit,]event[,variance%],runtime,percent[,metric,metric unit][,cgroup]
 * Event names may hold the separator: `cpu/event=0xb7,umask=0x1/u`.
 */
export interface StatRow {
  /** Seconds of -I, 'summary', or ''. */
  time: string;
  /** CPU0, S0-D0-C0 … or ''. */
  aggregate: string;
  /** As printed, also `<not counted>`. */
  text: string;
  value: number;
  unit: string;
  event: string;
  variancePct: number;
  runtimeNs: number;
  /** Below 100 the value was scaled up: the counter was multiplexed. */
  runningPct: number;
  metric: number;
  metricUnit: string;
}

const UNITS = /^(?:|msec|ns|us|ms|s|sec|Joules|[KMG]?i?B|[Bb]ytes|C|%|m?W|Watts|V|[KMG]?Hz|slots|ticks)$/;
export const GENERIC =
  /^(?:cpu-clock|task-clock|context-switches|cs|cpu-migrations|migrations|page-faults|faults|minor-faults|major-faults|alignment-faults|emulation-faults|cgroup-switches|bpf-output|dummy|duration_time|user_time|system_time|cpu-cycles|cycles|instructions|branches|branch-instructions|branch-misses|cache-references|cache-misses|bus-cycles|ref-cycles|stalled-cycles-(?:frontend|backend)|(?:L1-[di]cache|LLC|[di]TLB|branch|node|L1-dcache)-[\w-]+|r(?=[0-9a-f]*\d)[0-9a-f]{2,})(?::[a-zA-Z]+)?$/;
export const NAMED = /^(?:[a-z][\w-]*:[\w-]+(?::[a-zA-Z]+)?|[\w-]+\/.*\/\w*)$/;
const ANY_EVENT = /^[A-Za-z_][\w.:/=@+-]*(?:\/.*\/\w*)?$/;

export function splitStatRow(line: string, separator: string): string[] {
  const { data } = loadPapa().parse<string[]>(line, { delimiter: separator, quoteChar: '\u0000', newline: '\n' });
  return joinEvents(data[0] ?? [], separator);
}

/** `cpu/event=0xb7` and `umask=0x1/u` are one name: a slash opens what the next slash closes. */
function joinEvents(fields: string[], separator: string): string[] {
  const joined: string[] = [];
  for (let i = 0; i < fields.length; i++) {
    let field = fields[i];
    if (/^[\w-]+\/[^/]*$/.test(field)) {
      let end = i + 1;
      while (end < fields.length && !fields[end].includes('/')) end++;
      if (end < fields.length) {
        field = fields.slice(i, end + 1).join(separator);
        i = end;
      }
    }
    joined.push(field);
  }
  return joined;
}

/** `previous` names the event for rows that carry a further metric only: `,,,,,,,0.40,insn per cycle`. */
export function readStatRow(fields: readonly string[], previous: StatRow | null): StatRow | null {
  const trimmed = fields.map((field) => field.trim());
  const metricOnly = readMetricRow(trimmed, previous);
  if (metricOnly !== null) return metricOnly;
  for (let at = 0; at < Math.min(5, trimmed.length - 1); at++) {
    if (!isCount(trimmed[at])) continue;
    const isNew = UNITS.test(trimmed[at + 1]) && ANY_EVENT.test(trimmed[at + 2] ?? '') && hasRuntime(trimmed, at + 3);
    // Up to 3.13 a row ended with the event, or with the variance of -r.
    const isOld = !isNew && trimmed.length <= at + 3 && (GENERIC.test(trimmed[at + 1]) || NAMED.test(trimmed[at + 1]));
    if (isNew) return makeRow(trimmed, at, trimmed[at + 1], at + 2);
    if (isOld) return makeRow(trimmed, at, '', at + 1);
  }
  return null;
}

function isCount(text: string): boolean {
  return /^-?\d+(?:\.\d+)?$/.test(text) || text === '<not counted>' || text === '<not supported>';
}

/** Behind the event: nothing, a cgroup, a variance, or run time and percent. */
function hasRuntime(fields: readonly string[], at: number): boolean {
  const isEventKnown = GENERIC.test(fields[at - 1]) || NAMED.test(fields[at - 1]);
  const rest = fields
    .slice(at)
    .findIndex((field, i, all) => /^\d+$/.test(field) && /^\d+\.\d\d$/.test(all[i + 1] ?? ''));
  return isEventKnown || (rest >= 0 && rest <= 2);
}

function makeRow(fields: readonly string[], at: number, unit: string, eventAt: number): StatRow {
  const text = fields[at];
  const before = fields.slice(0, at);
  const hasTime = before.length > 0 && /^(?:\d+\.\d+|summary)$/.test(before[0]);
  const row: StatRow = {
    time: hasTime ? before[0] : '',
    aggregate: before[hasTime ? 1 : 0] ?? '',
    text,
    value: readCount(text),
    unit,
    event: fields[eventAt],
    variancePct: Number.NaN,
    runtimeNs: Number.NaN,
    runningPct: Number.NaN,
    metric: Number.NaN,
    metricUnit: '',
  };
  let rest = fields.slice(eventAt + 1);
  // With -G the cgroup follows the event.
  if (rest.length > 0 && rest[0] !== '' && Number.isNaN(Number.parseFloat(rest[0]))) rest = rest.slice(1);
  if (rest[0]?.endsWith('%')) {
    row.variancePct = Number.parseFloat(rest[0]);
    rest = rest.slice(1);
  }
  if (rest.length >= 2 && /^\d+$/.test(rest[0])) {
    row.runtimeNs = readCount(rest[0]);
    row.runningPct = Number.parseFloat(rest[1]);
  }
  if (rest.length >= 4 && rest[2] !== '') {
    row.metric = readCount(rest[2]);
    row.metricUnit = rest[3];
  }
  return row;
}

function readMetricRow(fields: readonly string[], previous: StatRow | null): StatRow | null {
  const first = fields.findIndex((field) => field !== '');
  if (previous === null || first < 2 || fields.length - first !== 2 || !isCount(fields[first])) return null;
  const empty = { text: '', value: Number.NaN, unit: '', variancePct: Number.NaN, runtimeNs: Number.NaN };
  return {
    ...previous,
    ...empty,
    runningPct: Number.NaN,
    metric: readCount(fields[first]),
    metricUnit: fields[first + 1],
  };
}

/** `perf stat -j` prints an object per line. */
export function readStatJson(line: string): StatRow | null {
  if (!/^\s*\{"/.test(line) || !line.includes('"counter-value"')) return null;
  let record: unknown;
  try {
    record = JSON.parse(line.trim().replace(/,$/, ''));
  } catch {
    return null;
  }
  const field = (name: string): string => jsonText(record, name);
  const text = field('counter-value');
  const numberOf = (name: string): number => (field(name) === '' ? Number.NaN : readCount(field(name)));
  return {
    time: field('interval'),
    aggregate: field('cpu') || field('core') || field('die') || field('socket') || field('node') || field('thread'),
    text,
    value: readCount(text),
    unit: field('unit'),
    event: field('event'),
    variancePct: numberOf('variance'),
    runtimeNs: numberOf('event-runtime'),
    runningPct: numberOf('pcnt-running'),
    metric: numberOf('metric-value'),
    metricUnit: field('metric-unit'),
  };
}
