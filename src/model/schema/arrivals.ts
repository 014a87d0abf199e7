import * as v from 'valibot';
import { ArrivalTable, type SavedArrivals } from '../arrivals/table.ts';
import { StringTable } from '../string-table.ts';
import { count, flag, list, number, text, unknownCount, unknownNumber } from './values.ts';

const MAX_ROWS = 20_000_000;
const MAX_TEXT = 1 << 12;
const NAMES = new ArrivalTable(new StringTable()).columnNames;

/** Columns of the table of arrivals: lists of one length, of numbers, texts and null. */
export const savedArrivals = v.custom<SavedArrivals>((value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const columns = NAMES.map((name) => (Object.hasOwn(value, name) ? (value as SavedArrivals)[name] : undefined));
  const rows = columns[0]?.length ?? 0;
  return columns.every(
    (column) => Array.isArray(column) && column.length === rows && rows <= MAX_ROWS && column.every(isCell),
  );
}, 'expected the columns of arrivals');

function isCell(cell: unknown): boolean {
  if (cell === null) return true;
  return typeof cell === 'number' ? Number.isFinite(cell) : typeof cell === 'string' && cell.length <= MAX_TEXT;
}

/** src/model/arrivals/totals.ts */
export const arrivalTotals = v.object({
  segments: list(
    v.object({ device: text, cpu: number, entered: count, received: count, bytes: count, gro: v.optional(count) }),
  ),
  queues: list(v.object({ device: text, queue: count, cpu: number, entered: count })),
  flows: list(
    v.object({
      flow: text,
      sock: text,
      cpu: number,
      segments: count,
      payloadBytes: count,
      windowMin: unknownCount,
      windowMax: unknownCount,
    }),
    MAX_ROWS,
  ),
  shapes: list(v.object({ device: text, lenBytes: number, dataLenBytes: number, fragments: number, count })),
  polls: list(
    v.object({
      device: text,
      by: v.picklist(['softirq', 'busy', 'netpoll']),
      budget: unknownNumber,
      comm: text,
      polls: count,
      empty: count,
      packets: count,
    }),
  ),
  busyPollNs: number,
  drops: list(
    v.object({
      reason: text,
      place: text,
      count,
      firstNs: unknownNumber,
      lastNs: unknownNumber,
      firstLine: count,
      file: v.optional(text),
      over: v.optional(v.object({ callFile: count, binNs: number, bins: list(v.object({ bin: number, count })) })),
      isFree: flag,
      isUnnamed: v.optional(flag),
      chains: v.optional(list(v.object({ chain: text, count }))),
    }),
  ),
  buffers: v.optional(
    list(v.object({ flow: text, asked: count, firstBytes: count, lastBytes: count, firstLine: count })),
  ),
  refused: list(v.object({ event: text, flow: text, count, firstLine: count })),
  trouble: list(v.object({ event: text, count, firstLine: count })),
  softirqs: list(
    v.object({ cpu: number, vector: text, runs: count, ns: number, ksoftirqdRuns: count, ksoftirqdNs: number }),
  ),
  deviceNs: list(v.object({ device: text, ns: number })),
  irqs: list(v.object({ cpu: number, name: text, runs: count, ns: number })),
  raiseDelay: v.nullable(v.object({ count, p50Ns: number, p99Ns: number, p999Ns: number, maxNs: number })),
  ipis: list(v.object({ event: text, function: text, count })),
  rows: v.object({ seen: count, kept: count }),
});
