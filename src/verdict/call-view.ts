import {
  type CallRow,
  CallState,
  type CallTable,
  MECHANISM_IDS,
  type MechanismId,
  UNFIT_FOR_STATISTICS,
} from '../model/calls.ts';
import type { Run } from '../model/capture.ts';
import { DECLINE_EVIDENCE, DECLINE_REASONS } from '../model/mechanism.ts';

export const MSG_PEEK = 0x2;
const UDP = 2;
const PEEKED = 'MSG_PEEK: its bytes are read again';

/**
 * A selection of calls of several runs as parallel arrays, ordered by run and start: what every judge reads.
 * Columns are gathered on first use.
 */
export class CallView {
  readonly runs: readonly Run[];
  readonly run: Int32Array;
  readonly row: Int32Array;
  private readonly gathered = new Map<keyof CallRow, Float64Array>();
  private readonly repeated = new Map<number | string, Float64Array>();
  private readonly totals = new Map<keyof CallRow, { sum: number; known: number }>();
  private readonly figures = new Map<(view: CallView) => Float64Array | Uint8Array, Float64Array | Uint8Array>();

  constructor(runs: readonly Run[], run: Int32Array, row: Int32Array) {
    this.runs = runs;
    this.run = run;
    this.row = row;
  }

  get size(): number {
    return this.row.length;
  }

  column(name: keyof CallRow): Float64Array {
    let values = this.gathered.get(name);
    if (values === undefined) {
      values = this.gather(name);
      this.gathered.set(name, values);
    }
    return values;
  }

  private gather(name: keyof CallRow): Float64Array {
    const { size, run, row, runs } = this;
    const [first] = runs.map(({ calls }) => calls.column(name).constant);
    if (
      first !== undefined &&
      first !== null &&
      runs.every(({ calls }) => Object.is(calls.column(name).constant, first))
    )
      return this.repeat(first);
    const values = new Float64Array(size);
    for (let i = 0; i < size; ) {
      const own = run[i];
      let end = i + 1;
      while (end < size && run[end] === own) end++;
      runs[own].calls.column(name).readRows(row, i, end, values);
      i = end;
    }
    return values;
  }

  /** Columns that say the same for every call (no engine, nothing of a kind seen) are one array: nobody writes to it. */
  private repeat(value: number): Float64Array {
    const key = Object.is(value, -0) ? '-0' : value;
    let values = this.repeated.get(key);
    if (values === undefined) {
      values = new Float64Array(this.size).fill(value);
      this.repeated.set(key, values);
    }
    return values;
  }

  /** A figure made of several columns, for every call; computed once. `make` is its name too: a function of a module. */
  figure<T extends Float64Array | Uint8Array>(make: (view: CallView) => T): T {
    let values = this.figures.get(make);
    if (values === undefined) {
      values = make(this);
      this.figures.set(make, values);
    }
    return values as T;
  }

  /** As `recvscope calls` prints it for the whole capture. */
  callNumber(index: number): number {
    return this.runs[this.run[index]].calls.numberOf(this.row[index]);
  }

  mechanism(index: number): MechanismId {
    return MECHANISM_IDS[this.column('mechanism')[index]];
  }

  /** Interned strings, and the decline columns, which are codes of their lists; '' = absent. */
  text(name: 'comm' | 'declineReason' | 'declineKnownBy' | 'entry' | 'sock', index: number): string {
    const value = this.column(name)[index];
    if (name === 'declineReason') return DECLINE_REASONS[value] ?? '';
    if (name === 'declineKnownBy') return DECLINE_EVIDENCE[value] ?? '';
    return this.runs[this.run[index]].calls.strings.textOf(value);
  }

  where(keep: (index: number) => boolean): CallView {
    const chosen = new Int32Array(this.size);
    let count = 0;
    for (let i = 0; i < this.size; i++) if (keep(i)) chosen[count++] = i;
    // The same calls: with what has been gathered of them.
    return count === this.size ? this : this.pick(chosen.subarray(0, count));
  }

  pick(indexes: ArrayLike<number>): CallView {
    const run = new Int32Array(indexes.length);
    const row = new Int32Array(indexes.length);
    for (let k = 0; k < indexes.length; k++) {
      run[k] = this.run[indexes[k]];
      row[k] = this.row[indexes[k]];
    }
    return new CallView(this.runs, run, row);
  }

  sum(name: keyof CallRow): number {
    return this.total(name).sum;
  }

  /** How many calls have the value at all. */
  known(name: keyof CallRow): number {
    return this.total(name).known;
  }

  private total(name: keyof CallRow): { sum: number; known: number } {
    let total = this.totals.get(name);
    if (total === undefined) {
      const values = this.column(name);
      let [sum, known] = [0, 0];
      for (let i = 0; i < values.length; i++)
        if (!Number.isNaN(values[i])) {
          sum += values[i];
          known++;
        }
      total = { sum, known };
      this.totals.set(name, total);
    }
    return total;
  }
}

export interface Selection {
  /** Every call of the runs. */
  all: CallView;
  /** All, where a part of them was left out as warm-up. */
  whole?: CallView;
  /** Whole TCP calls that did not return empty-handed: the ones statistics may use. Their bytes may be unknown. */
  fit: CallView;
  /** Whole TCP calls, peeks included: the offload decision was taken for them too. */
  decided: CallView;
  complete: number;
  excluded: { reason: string; count: number }[];
}

/** Sorted by run, file and start time; calls left out are counted by their first reason. */
export function selectCalls(runs: readonly Run[]): Selection {
  const size = runs.reduce((sum, r) => sum + r.calls.length, 0);
  const run = new Int32Array(size);
  const row = new Int32Array(size);
  let filled = 0;
  runs.forEach((r, index) => {
    const order = Array.from({ length: r.calls.length }, (_, i) => i);
    const start = r.calls.column('startNs');
    const file = r.calls.column('file');
    order.sort((a, b) => file.get(a) - file.get(b) || compareTimes(start.get(a), start.get(b)) || a - b);
    run.fill(index, filled, filled + order.length);
    row.set(order, filled);
    filled += order.length;
  });
  const all = new CallView(runs, run, row);
  const counts = new Map<string, number>();
  let complete = 0;
  const state = all.column('state');
  const reasonOf = askReasonToExclude(all);
  const reasons = Array.from({ length: size }, (_, i) => reasonOf(i));
  for (let i = 0; i < size; i++) {
    if ((state[i] & UNFIT_FOR_STATISTICS) === 0) complete++;
    if (reasons[i] !== '') counts.set(reasons[i], (counts.get(reasons[i]) ?? 0) + 1);
  }
  const excluded = [...counts].map(([reason, count]) => ({ reason, count }));
  excluded.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  const fit = all.where((i) => reasons[i] === '');
  const decided = all.where((i) => reasons[i] === '' || reasons[i] === PEEKED);
  return { all, fit, decided, complete, excluded };
}

function compareTimes(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return 0;
  return a - b;
}

function askReasonToExclude(view: CallView): (i: number) => string {
  const states = view.column('state');
  const protocols = view.column('protocol');
  const flags = view.column('flags');
  const returned = view.column('returnedBytes');
  const durations = view.column('durationNs');
  return (i) => {
    const state = states[i];
    if (state & CallState.cutAtStart) return 'cut at the start of the capture';
    if (state & CallState.cutAtEnd) return 'cut at the end of the capture';
    if (state & CallState.lossInside) return 'events lost inside the call';
    if (state & CallState.interrupted) return 'ended by a signal';
    if (state & CallState.failed) return 'failed (negative return)';
    if (protocols[i] === UDP) return 'not TCP';
    if (!Number.isNaN(flags[i]) && flags[i] & MSG_PEEK) return PEEKED;
    if (returned[i] <= 0 && !isEmptyRound(view, i) && !hidesMappedBytes(view, i)) return 'returned no bytes';
    if (Number.isNaN(durations[i])) return 'duration not known';
    return '';
  };
}

/**
 * Bytes a call moved: its return value, else what was seen copied; NaN when neither is in the capture. 0 only for rounds
 * of zero-copy receive that found nothing: their CPU time belongs to the bytes that the other rounds brought.
 */
export function bytesOf(view: CallView, i: number): number {
  return view.figure(bytesOfAll)[i];
}

function bytesOfAll(view: CallView): Float64Array {
  const dma = view.column('dmaBytes');
  const copied = view.column('cpuCopyBytes');
  return view.column('returnedBytes').map((returned, i) => {
    if (returned > 0) return returned;
    if (isEmptyRound(view, i)) return 0;
    if (hidesMappedBytes(view, i)) return Number.NaN;
    const moved = (Number.isNaN(dma[i]) ? 0 : dma[i]) + (Number.isNaN(copied[i]) ? 0 : copied[i]);
    return moved > 0 ? moved : Number.NaN;
  });
}

export function isZeroCopy(view: CallView, i: number): boolean {
  const mechanism = view.mechanism(i);
  return mechanism === 'tcp-zerocopy-receive' || mechanism === 'io-uring-zcrx';
}

/** A round of TCP_ZEROCOPY_RECEIVE that is known to have brought nothing. */
function isEmptyRound(view: CallView, i: number): boolean {
  return (
    view.mechanism(i) === 'tcp-zerocopy-receive' &&
    view.column('returnedBytes')[i] === 0 &&
    view.column('mappedBytes')[i] === 0
  );
}

/** getsockopt returned 0 whatever it mapped, and no line tells how much: its bytes are not known, not 0. */
function hidesMappedBytes(view: CallView, i: number): boolean {
  return (
    view.mechanism(i) === 'tcp-zerocopy-receive' &&
    view.column('returnedBytes')[i] === 0 &&
    Number.isNaN(view.column('mappedBytes')[i])
  );
}

export function isOffloaded(view: CallView, i: number): boolean {
  return (view.figure(waysOfAll)[i] & Way.offloaded) !== 0;
}

/** Pays for offload: pinned, whether or not a byte went by the engine. */
export function isPinned(view: CallView, i: number): boolean {
  return (view.figure(waysOfAll)[i] & Way.pinned) !== 0;
}

export function isPlainCopy(view: CallView, i: number): boolean {
  return (view.figure(waysOfAll)[i] & Way.plainCopy) !== 0;
}

const Way = { offloaded: 1, pinned: 2, plainCopy: 4 } as const;
const OFFLOADED: ReadonlySet<MechanismId> = new Set(['net-dma', 'net-dma+copy', 'dsa']);

/** Every judge asks these three of every call, several times. */
function waysOfAll(view: CallView): Uint8Array {
  const pinned = view.column('pinned');
  const ways = MECHANISM_IDS.map((id) => (OFFLOADED.has(id) ? Way.offloaded | Way.pinned : 0));
  const plain = MECHANISM_IDS.indexOf('plain-copy');
  return Uint8Array.from(view.column('mechanism'), (mechanism, i) => {
    const way = ways[mechanism] | (pinned[i] === 1 ? Way.pinned : 0);
    return mechanism === plain && (way & Way.pinned) === 0 ? Way.plainCopy : way;
  });
}

const NOT_WHOLE = CallState.cutAtStart | CallState.cutAtEnd | CallState.lossInside;

/**
 * A whole call whose bytes no line tells: splice or recvmmsg without a count, TCP_ZEROCOPY_RECEIVE whose getsockopt returns 0
 * whatever it mapped. Its bytes are not known, which is not 0.
 */
export function hidesBytes(calls: CallTable, row: number): boolean {
  if ((calls.get('state', row) & NOT_WHOLE) !== 0 || (calls.get('flags', row) & MSG_PEEK) !== 0) return false;
  const returned = calls.get('returnedBytes', row);
  if (Number.isNaN(returned)) return true;
  const isZeroCopy = MECHANISM_IDS[calls.get('mechanism', row)] === 'tcp-zerocopy-receive';
  return isZeroCopy && returned === 0 && Number.isNaN(calls.get('mappedBytes', row));
}
