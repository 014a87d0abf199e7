import { ArrivalTable, type SavedArrivals } from './arrivals/table.ts';
import { type CallRow, CallTable } from './calls.ts';
import type { Run } from './capture.ts';
import type { FileReport } from './diagnostics/accounting.ts';
import { UNKNOWN_ERA } from './kernel/era.ts';
import { StringTable } from './string-table.ts';

/**
 * A Run as plain JSON, kept inside a saved analysis so that `compare` and `report` accept it in place of the capture.
 * Columns are arrays by name, absent = null; 64-bit times are decimal text.
 */
export interface SavedRun {
  name: string;
  strings: string[];
  files: { name: string; baseNs: string }[];
  columns: Record<string, (number | null)[]>;
  reports: unknown[];
  profiles: Run['profiles'];
  facts: Run['facts'];
  diagnostics: Run['diagnostics'];
  timeline: Run['timeline'];
  arrivals?: SavedArrivals;
  captureId?: Run['captureId'];
  labels?: Run['labels'];
  /** Absent in files of 0.1.0. */
  era?: Run['era'];
}

const STRING_COLUMNS: ReadonlySet<keyof CallRow> = new Set(['comm', 'entry', 'sock', 'flow']);

export function saveRun(run: Run): SavedRun {
  const columns: SavedRun['columns'] = {};
  for (const name of run.calls.columnNames) {
    const column = run.calls.column(name);
    columns[name] = Array.from({ length: run.calls.length }, (_, row) => nullIfNaN(column.get(row)));
  }
  const strings = Array.from({ length: run.calls.strings.size }, (_, id) => run.calls.strings.textOf(id));
  return {
    name: run.name,
    strings,
    files: run.calls.files.map((file) => ({ name: file.name, baseNs: String(file.baseNs) })),
    columns,
    reports: run.files.map(saveFileReport),
    profiles: run.profiles,
    facts: run.facts,
    diagnostics: run.diagnostics,
    timeline: run.timeline,
    ...(run.arrivals === undefined ? {} : { arrivals: run.arrivals.save() }),
    captureId: run.captureId ?? null,
    labels: run.labels ?? {},
    era: run.era,
  };
}

export function restoreRun(saved: SavedRun, side: Run['side']): Run {
  const strings = new StringTable();
  // Two names that differ only in bytes that are not UTF-8 are saved as the same text: ids are mapped, not assumed.
  const idOf = saved.strings.map((text) => strings.intern(text));
  const calls = new CallTable(strings);
  for (const file of saved.files) calls.files.push({ name: file.name, baseNs: BigInt(file.baseNs) });
  const rows = saved.columns.startNs?.length ?? 0;
  for (let row = 0; row < rows; row++) {
    const values: Partial<CallRow> = {};
    for (const name of calls.columnNames) {
      const value = saved.columns[name]?.[row];
      if (value !== null && value !== undefined)
        values[name] = STRING_COLUMNS.has(name) && value >= 0 ? idOf[value] : value;
    }
    calls.addRow(values);
  }
  return {
    name: saved.name,
    side,
    files: saved.reports.map(restoreFileReport),
    calls,
    profiles: saved.profiles.map((profile) => restoreNumbers(profile)),
    facts: saved.facts.map((fact) => restoreNumbers(fact)),
    diagnostics: saved.diagnostics,
    timeline: saved.timeline,
    ...(saved.arrivals === undefined ? {} : { arrivals: ArrivalTable.restore(saved.arrivals, strings) }),
    captureId: saved.captureId ?? null,
    labels: saved.labels ?? {},
    era: saved.era ?? UNKNOWN_ERA,
  };
}

function saveFileReport(report: FileReport): unknown {
  return {
    ...report,
    eventNames: Object.fromEntries([...report.eventNames].sort(byName)),
    tasks: Object.fromEntries([...report.tasks].sort(byName)),
    firstNs: report.firstNs === null ? null : String(report.firstNs),
    lastNs: report.lastNs === null ? null : String(report.lastNs),
  };
}

function restoreFileReport(saved: unknown): FileReport {
  const report = saved as FileReport & { firstNs: string | null; lastNs: string | null };
  return {
    ...report,
    eventNames: new Map(Object.entries(report.eventNames as unknown as Record<string, number>)),
    tasks: new Map(Object.entries(report.tasks as unknown as Record<string, number>)),
    clock: restoreNumbers(report.clock),
    firstNs: report.firstNs === null ? null : BigInt(report.firstNs),
    lastNs: report.lastNs === null ? null : BigInt(report.lastNs),
  };
}

/** JSON spells NaN as null: numbers that may be absent become NaN again, in nested rows too. */
function restoreNumbers<T>(value: T): T {
  if (value === null) return Number.NaN as T;
  if (Array.isArray(value)) return value.map((item) => restoreNumbers(item)) as T;
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, restoreNumbers(item)])) as T;
  }
  return value;
}

const nullIfNaN = (value: number): number | null => (Number.isNaN(value) ? null : value);
const byName = (a: [string, number], b: [string, number]): number => (a[0] < b[0] ? -1 : 1);
