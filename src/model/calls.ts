import { float64Column, int32Column, type PackedColumn, type PagedColumn, uint8Column } from './columns.ts';
import { DETAILS, type Detail, PHASES, type Phase } from './phases.ts';
import type { StringTable } from './string-table.ts';

/** Bits of CallTable.state. 0 = complete. Any bit of UNFIT keeps the call out of statistics (with a count). */
export const CallState = {
  cutAtStart: 1,
  cutAtEnd: 2,
  /** Events were lost inside the call or on its CPU while it was open. */
  lossInside: 4,
  migrated: 8,
  /** Ended by a signal: -ERESTARTSYS (-512) or -EINTR (-4). */
  interrupted: 16,
  /** No clock in the capture: only durations and order are known. */
  timeless: 32,
  /** The task is not known (function_graph without proc before the first banner). */
  unknownTask: 64,
  /** Failed: negative return other than a signal (EAGAIN, ECONNRESET, …). */
  failed: 128,
} as const;
export const UNFIT_FOR_STATISTICS =
  CallState.cutAtStart | CallState.cutAtEnd | CallState.lossInside | CallState.interrupted | CallState.failed;

/** Names of the set bits joined by '+', 'complete' for 0: the `state` column of `recvscope calls`. */
export function nameCallState(state: number): string {
  const names = Object.entries(CallState)
    .filter(([, bit]) => (state & bit) !== 0)
    .map(([name]) => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`));
  return names.length === 0 ? 'complete' : names.join('+');
}

export const MECHANISM_IDS = [
  'unknown',
  'none',
  'plain-copy',
  'net-dma',
  'net-dma+copy',
  'tcp-zerocopy-receive',
  'io-uring-zcrx',
  'dsa',
] as const;
export type MechanismId = (typeof MECHANISM_IDS)[number];

/** How off-call work was tied to the call it serves, best first, so that a reader can doubt it. */
export const LINK_KINDS = ['none', 'socket', 'wakeup', 'time'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** Lanes of the swim-lane picture. */
export const LANES = ['process', 'softirq', 'engine', 'waker'] as const;
export type Lane = (typeof LANES)[number];

/** A stretch of one call in one lane. `phase` indexes PHASES (process lane) or is -1 (then `label` tells). */
export interface Segment {
  lane: Lane;
  phase: Phase | null;
  startNs: number;
  endNs: number;
  cpu: number;
  line: number;
  label: string;
}

const FLOATS = [
  'startNs',
  'endNs',
  'durationNs',
  'requestedBytes',
  'returnedBytes',
  'flags',
  'firstLine',
  'lastLine',
  'earlyCopyNs',
  'engineBusyNs',
  'overlapNs',
  'descriptors',
  'dmaBytes',
  'cpuCopyBytes',
  'mappedBytes',
  'dmaCopies',
  'earlyCopies',
  'cpuCopies',
  'sleeps',
  'wakeups',
  'usefulWakeups',
  'earlyWakeups',
  'segments',
  'softirqEarlyBytes',
  'availableBytes',
  'targetBytes',
  'ackCount',
  'delackNs',
  'traceEvents',
] as const;
const INTS = [
  'file',
  'tid',
  'comm',
  'entry',
  'sock',
  'cpuStart',
  'cpuEnd',
  'declineReason',
  'declineKnownBy',
  'wakeReason',
  'copyCpu',
  'tgid',
  'flow',
] as const;
const BYTES = [
  'mechanism',
  'pinned',
  'link',
  'state',
  'protocol',
  'family',
  'clauseAvailable',
  'clauseCopybreak',
  'clausePeek',
  'clauseLowLatency',
  'clauseChannel',
] as const;

type FloatName = (typeof FLOATS)[number];
type IntName = (typeof INTS)[number];
type ByteName = (typeof BYTES)[number];
export type PhaseColumn = `${Phase}Ns`;
export type DetailColumn = `${Detail}Ns`;

/** One row as plain numbers, for tests, exemplars and writers. Strings are ids into CallTable.strings. */
export type CallRow = Record<FloatName | IntName | ByteName | PhaseColumn | DetailColumn, number>;

/** `pinned` column: 0 no, 1 yes, 2 the capture cannot tell. `protocol`: 0 unknown, 1 TCP, 2 UDP. `family`: as
 * the kernel numbers them (2 IPv4, 10 IPv6), 0 unknown. `clause…`: one operand of the offload predicate each (encodeCell in mechanism.ts). `flow`: both ends, ours first: `10.77.0.1:21003 10.77.0.2:47428`. */
export const PINNED_UNKNOWN = 2;

/**
 * One row per receive call. Absent numbers are NaN (floats) or -1 (ints). `mechanism` indexes MECHANISM_IDS,
 * `link` indexes LINK_KINDS. For every row with a known duration: sum of the phases = durationNs, to the nanosecond;
 * durationNs = endNs - startNs where the capture has times. Phases are 0 when they did not occur and NaN when the
 * capture could not have shown them (their time is then part of unattributedNs).
 */
export class CallTable {
  readonly strings: StringTable;
  /** Names of the input files, index = `file` column; baseNs by file: absolute ns = baseNs[file] + startNs. */
  readonly files: { name: string; baseNs: bigint }[] = [];
  private readonly columns = new Map<string, PagedColumn<Float64Array | Int32Array | Uint8Array>>();
  /** Segments of the calls for which they were kept (all calls of small captures, worst and sampled ones of large). */
  readonly segmentsByCall = new Map<number, Segment[]>();
  /** Numbers of the calls in the table that these rows were picked from; null: this is the whole table. */
  numbers: readonly number[] | null = null;
  private readonly floats: PagedColumn<Float64Array>[] = [];
  private readonly ints: PagedColumn<Int32Array>[] = [];
  private readonly bytes: PagedColumn<Uint8Array>[] = [];
  private readonly byIndex: {
    name: keyof CallRow;
    column: PagedColumn<Float64Array | Int32Array | Uint8Array>;
    absent: number;
  }[];
  private rows = 0;

  constructor(strings: StringTable) {
    this.strings = strings;
    for (const name of [...FLOATS, ...PHASES.map((p) => `${p}Ns`), ...DETAILS.map((d) => `${d}Ns`)])
      this.columns.set(name, addTo(this.floats, float64Column()));
    for (const name of INTS) this.columns.set(name, addTo(this.ints, int32Column()));
    for (const name of BYTES) this.columns.set(name, addTo(this.bytes, uint8Column()));
    this.byIndex = [...this.columns].map(([name, column]) => ({
      name: name as keyof CallRow,
      column,
      absent: absentValueOf(name),
    }));
  }

  get length(): number {
    return this.rows;
  }

  /** Call number as `recvscope calls` prints it. */
  numberOf(row: number): number {
    return this.numbers === null ? row : this.numbers[row];
  }

  get columnNames(): (keyof CallRow)[] {
    return [...this.columns.keys()] as (keyof CallRow)[];
  }

  column(name: keyof CallRow): PagedColumn<Float64Array | Int32Array | Uint8Array> {
    return this.columns.get(name)!;
  }

  get(name: keyof CallRow, row: number): number {
    return this.columns.get(name)!.get(row);
  }

  /** Appends a row; columns not given are absent (NaN, -1; 0 for mechanism, link, state, protocol, family; 2 for pinned). */
  addRow(values: Partial<CallRow>): number {
    for (const { name, column, absent } of this.byIndex) column.push(values[name] ?? absent);
    return this.rows++;
  }

  /** Appends a row given as numbers in the order of `columnNames`, absent ones as in `absentNumbers`. */
  addNumbers(values: Float64Array): number {
    const { floats, ints, bytes } = this;
    let k = 0;
    // One loop a type: writing pages of several types in one place costs five times as much.
    for (let i = 0; i < floats.length; i++) floats[i].push(values[k++]);
    for (let i = 0; i < ints.length; i++) ints[i].push(values[k++]);
    for (let i = 0; i < bytes.length; i++) bytes[i].push(values[k++]);
    return this.rows++;
  }

  numbersAt(row: number): Float64Array {
    return Float64Array.from(this.byIndex, ({ column }) => column.get(row));
  }

  setNumbers(row: number, values: Float64Array): void {
    for (let i = 0; i < this.byIndex.length; i++) this.byIndex[i].column.set(row, values[i]);
  }

  /** Appends rows of another table, column by column: an object a call would cost more than the call. */
  addRowsOf(other: CallTable, rows: ArrayLike<number>): void {
    this.byIndex.forEach(({ column }, i) => {
      column.pushRowsOf(other.byIndex[i].column, rows);
    });
    this.rows += rows.length;
  }

  /** Row `i` becomes what row `rows[i]` is now, column by column: a second table of a million calls has no room. */
  pickRows(rows: Int32Array): void {
    for (const { column } of this.byIndex) column.pickRows(rows);
    const segments = new Map(this.segmentsByCall);
    this.segmentsByCall.clear();
    this.rows = rows.length;
    for (let row = 0; row < rows.length; row++) {
      const list = segments.get(rows[row]);
      if (list !== undefined) this.segmentsByCall.set(row, list);
    }
  }

  /** The columns on their way to another thread, in the order of `columnNames`. */
  packColumns(): PackedColumn[] {
    return this.byIndex.map(({ column }) => column.pack());
  }

  unpackColumns(packed: readonly PackedColumn[]): void {
    this.byIndex.forEach(({ column }, i) => {
      column.unpack(packed[i]);
    });
    this.rows = packed[0].rows;
  }

  /** A row in which nothing is known. */
  get absentNumbers(): Float64Array {
    return Float64Array.from(this.byIndex, ({ absent }) => absent);
  }

  rowAt(row: number): CallRow {
    const out: Record<string, number> = {};
    for (const [name, column] of this.columns) out[name] = column.get(row);
    return out as CallRow;
  }
}

function addTo<T>(list: T[], item: T): T {
  list.push(item);
  return item;
}

function absentValueOf(name: string): number {
  if ((INTS as readonly string[]).includes(name)) return -1;
  if ((BYTES as readonly string[]).includes(name)) return name === 'pinned' ? PINNED_UNKNOWN : 0;
  return Number.NaN;
}
