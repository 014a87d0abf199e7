import * as v from 'valibot';
import { type CallRow, CallTable, LINK_KINDS, MECHANISM_IDS } from '../calls.ts';
import { FACT_DOMAINS } from '../environment.ts';
import { CLAUSE_COLUMNS, DECLINE_EVIDENCE, DECLINE_REASONS } from '../mechanism.ts';
import { StringTable } from '../string-table.ts';
import { WAKE_REASONS } from '../wake-reasons.ts';
import { arrivalTotals, savedArrivals } from './arrivals.ts';
import { scheduleTotals } from './schedule.ts';
import { count, countsByName, decimal, flag, list, number, text, unknownNumber } from './values.ts';

const MAX_CALLS = 20_000_000;
const MAX_STRINGS = 5_000_000;
const MAX_ROWS = 5_000_000;
/** 292 years of nanoseconds, bytes of a receive: whatever a column holds, 63 bits are enough. */
const MAX_VALUE = 2 ** 63;

/** How many codes a column knows; others hold numbers. */
const CODES: ReadonlyMap<string, number> = new Map<keyof CallRow, number>([
  ['mechanism', MECHANISM_IDS.length],
  ['declineReason', DECLINE_REASONS.length],
  ['declineKnownBy', DECLINE_EVIDENCE.length],
  ['wakeReason', WAKE_REASONS.length],
  ['link', LINK_KINDS.length],
  ['pinned', 3],
  ['protocol', 3],
  ['state', 256],
  ['family', 256],
  ...Object.values(CLAUSE_COLUMNS).map((name): [keyof CallRow, number] => [name, 2 * DECLINE_EVIDENCE.length]),
]);
const COLUMN_NAMES = new CallTable(new StringTable()).columnNames;
const STRING_COLUMNS: ReadonlySet<string> = new Set<keyof CallRow>(['comm', 'entry', 'sock', 'flow']);
const INT_COLUMNS: ReadonlySet<string> = new Set<keyof CallRow>(['tid', 'cpuStart', 'cpuEnd', 'copyCpu', 'tgid']);
/** What can be no less than nothing. */
const SIGNED_COLUMNS: ReadonlySet<string> = new Set<keyof CallRow>(['startNs', 'endNs', 'returnedBytes', 'flags']);

type Columns = Record<string, (number | null)[]>;

/** undefined = fine, else what is wrong, 'NAME[ROW]: …'. Millions of numbers: a loop of our own. */
function checkColumns(columns: Columns, strings: number, files: number): string | undefined {
  const rows = columns.startNs?.length ?? 0;
  if (rows > MAX_CALLS) return `startNs: more than ${MAX_CALLS} calls`;
  for (const name of COLUMN_NAMES) {
    const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (column === undefined) continue;
    if (!Array.isArray(column)) return `${name}: no list`;
    if (column.length !== rows) return `${name}: ${column.length} values for ${rows} calls`;
    const limit = STRING_COLUMNS.has(name) ? strings : name === 'file' ? files : CODES.get(name);
    for (let row = 0; row < rows; row++) {
      const value = column[row];
      if (value === null || isFit(value, name, limit)) continue;
      return `${name}[${row}]: not a value of this column`;
    }
  }
  return undefined;
}

function isFit(value: unknown, name: string, limit: number | undefined): boolean {
  if (typeof value !== 'number' || !(Math.abs(value) <= MAX_VALUE)) return false;
  if (limit !== undefined) return Number.isInteger(value) && value >= -1 && value < limit;
  if (INT_COLUMNS.has(name)) return Number.isInteger(value) && value >= -1 && value < 2 ** 31;
  return value >= 0 || SIGNED_COLUMNS.has(name);
}

const example = v.object({ file: text, line: number, text, reason: text });

const report = v.object({
  file: text,
  format: text,
  variant: text,
  wrapping: text,
  bytes: count,
  account: v.object({
    lines: count,
    parsed: count,
    comment: count,
    unused: count,
    unknown: count,
    malformed: count,
  }),
  malformedExamples: list(example),
  events: count,
  samples: count,
  unknownEvents: count,
  eventNames: countsByName,
  tasks: countsByName,
  lost: list(v.object({ source: text, cpu: number, amount: unknownNumber, line: number }), MAX_ROWS),
  lostEvents: count,
  clock: v.object({ kind: v.picklist(['seconds', 'relative', 'ticks', 'none']), resolutionNs: unknownNumber }),
  firstNs: v.nullable(decimal),
  lastNs: v.nullable(decimal),
  undone: v.optional(list(text), []),
  notes: list(text),
});

const profile = v.object({
  isRounded: v.optional(flag),
  listedPct: v.optional(number),
  caseRecord: v.optional(text),
  chains: v.optional(
    list(v.object({ row: text, symbol: text, percent: number, path: list(text), line: number }), MAX_ROWS),
  ),
  file: text,
  format: text,
  event: text,
  sampling: text,
  imagesOnly: flag,
  isDifference: flag,
  rows: list(
    v.object({
      symbol: text,
      image: text,
      app: text,
      cpu: number,
      samples: unknownNumber,
      weight: unknownNumber,
      percent: unknownNumber,
      line: number,
    }),
    MAX_ROWS,
  ),
  totalSamples: unknownNumber,
  totalWeight: unknownNumber,
});

const fact = v.object({
  domain: v.picklist(FACT_DOMAINS),
  key: text,
  text,
  value: unknownNumber,
  unit: text,
  moment: v.picklist(['before', 'after', '']),
  file: text,
  line: number,
  record: text,
});

const timeline = v.object({
  notes: list(text),
  wakeReasons: list(v.object({ reason: text, count, useful: count, useless: count, early: count })),
  wakesByThread: v.optional(
    list(v.object({ tid: number, reason: text, count, useless: count, early: count }), MAX_ROWS),
  ),
  leftOut: v.optional(list(v.object({ kind: text, calls: count, bytes: count })), []),
  unrecordedReceivers: v.optional(list(v.object({ comm: text, copies: count, bytes: v.nullable(number) }), MAX_ROWS)),
  delack: v.object({ episodes: count, addedNs: unknownNumber }),
  unlinkedEarlyCopies: count,
  links: v.object({ none: count, socket: count, wakeup: count, time: count }),
  evidence: v.object({
    callEntry: v.picklist(['syscall', 'function', 'none']),
    hasReturns: flag,
    hasSwitches: flag,
    hasWakeups: flag,
    hasPinProbes: flag,
    hasSubmitProbes: flag,
    hasDescriptors: flag,
    hasWaitProbes: flag,
    hasCopyLengths: flag,
    hasCopyEnds: flag,
    hasSoftirq: flag,
    hasClock: flag,
    isGraph: flag,
    entriesOnly: flag,
    earlyInSoftirq: count,
    earlyInReader: count,
    issuePendingInSoftirq: count,
    netRxSoftirqs: count,
    busyPollSeen: flag,
    selectPollSeen: flag,
  }),
  descriptorSizes: list(v.object({ bytes: count, count })),
  arrivals: v.optional(arrivalTotals),
  schedule: v.optional(scheduleTotals),
  marks: v.optional(
    list(
      v.object({
        file: count,
        atNs: number,
        line: number,
        side: text,
        keys: list(text),
        netRxNs: unknownNumber,
        arrived: v.optional(list(v.object({ device: text, entered: count, received: count, bytes: number }))),
      }),
    ),
  ),
  totals: v.object({ softirqNetRxNs: unknownNumber, spanNs: unknownNumber, readerOnCpuNs: unknownNumber }),
  allCalls: v.optional(
    v.object({
      calls: count,
      kept: count,
      returnedBytes: unknownNumber,
      dmaBytes: unknownNumber,
      cpuCopyBytes: unknownNumber,
      durationNs: unknownNumber,
    }),
  ),
});

const release = v.nullable(list(count, 3));
const kernelEra = v.object({
  release: text,
  from: release,
  until: release,
  netDma: v.picklist(['seen', 'possible', 'impossible']),
  reason: text,
});

const diagnostic = v.object({
  name: text,
  severity: v.picklist(['info', 'doubt', 'loss']),
  origin: v.picklist(['capture', 'input', 'analysis']),
  count,
  meaning: text,
  advice: text,
  examples: list(example),
});

/** One run of `saved` (src/model/saved-run.ts). */
export const savedRun = v.pipe(
  v.object({
    name: text,
    strings: list(text, MAX_STRINGS),
    files: list(v.object({ name: text, baseNs: decimal })),
    columns: v.custom<Columns>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
    reports: list(report),
    profiles: list(profile),
    facts: list(fact, MAX_ROWS),
    diagnostics: list(diagnostic),
    timeline,
    arrivals: v.optional(savedArrivals),
    era: v.optional(kernelEra),
    captureId: v.optional(v.nullable(text)),
    labels: v.optional(v.record(text, text)),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { columns, strings, files } = dataset.value;
    const wrong = checkColumns(columns, strings.length, files.length);
    if (wrong !== undefined) addIssue({ message: `columns.${wrong}` });
  }),
);
