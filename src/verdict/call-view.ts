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
      values = new Float64Array(this.size);
      for (let i = 0; i < this.size; i++) values[i] = this.runs[this.run[i]].calls.get(name, this.row[i]);
      this.gathered.set(name, values);
    }
    return values;
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
    const chosen: number[] = [];
    for (let i = 0; i < this.size; i++) if (keep(i)) chosen.push(i);
    return this.pick(chosen);
  }

  pick(indexes: readonly number[]): CallView {
    const run = new Int32Array(indexes.length);
    const row = new Int32Array(indexes.length);
    for (let k = 0; k < indexes.length; k++) {
      run[k] = this.run[indexes[k]];
      row[k] = this.row[indexes[k]];
    }
    return new CallView(this.runs, run, row);
  }

  sum(name: keyof CallRow): number {
    let total = 0;
    for (const value of this.column(name)) if (!Number.isNaN(value)) total += value;
    return total;
  }

  /** How many calls have the value at all. */
  known(name: keyof CallRow): number {
    let count = 0;
    for (const value of this.column(name)) if (!Number.isNaN(value)) count++;
    return count;
  }
}

export interface Selection {
  /** Every call of the runs. */
  all: CallView;
  /** Whole TCP calls that did not return empty-handed: the ones statistics may use. Their bytes may be unknown. */
  fit: CallView;
  /** Whole TCP calls, peeks included: the offload decision was taken for them too. */
  decided: CallView;
  complete: number;
  excluded: { reason: string; count: number }[];
}

/** Sorted by run, file and start time; calls left out are counted by their first reason. */
export function selectCalls(runs: readonly Run[]): Selection {
  const run: number[] = [];
  const row: number[] = [];
  runs.forEach((r, index) => {
    const order = Array.from({ length: r.calls.length }, (_, i) => i);
    const start = r.calls.column('startNs');
    const file = r.calls.column('file');
    order.sort((a, b) => file.get(a) - file.get(b) || compareTimes(start.get(a), start.get(b)) || a - b);
    for (const i of order) {
      run.push(index);
      row.push(i);
    }
  });
  const all = new CallView(runs, Int32Array.from(run), Int32Array.from(row));
  const counts = new Map<string, number>();
  const chosen: number[] = [];
  const decided: number[] = [];
  let complete = 0;
  for (let i = 0; i < all.size; i++) {
    const reason = reasonToExclude(all, i);
    if (reason === '' || reason === PEEKED) decided.push(i);
    if ((all.column('state')[i] & UNFIT_FOR_STATISTICS) === 0) complete++;
    if (reason === '') chosen.push(i);
    else counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const excluded = [...counts].map(([reason, count]) => ({ reason, count }));
  excluded.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  return { all, fit: all.pick(chosen), decided: all.pick(decided), complete, excluded };
}

function compareTimes(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return 0;
  return a - b;
}

function reasonToExclude(view: CallView, i: number): string {
  const state = view.column('state')[i];
  if (state & CallState.cutAtStart) return 'cut at the start of the capture';
  if (state & CallState.cutAtEnd) return 'cut at the end of the capture';
  if (state & CallState.lossInside) return 'events lost inside the call';
  if (state & CallState.interrupted) return 'ended by a signal';
  if (state & CallState.failed) return 'failed (negative return)';
  if (view.column('protocol')[i] === UDP) return 'not TCP';
  const flags = view.column('flags')[i];
  if (!Number.isNaN(flags) && flags & MSG_PEEK) return PEEKED;
  const returned = view.column('returnedBytes')[i];
  if (returned <= 0 && !isEmptyRound(view, i) && !hidesMappedBytes(view, i)) return 'returned no bytes';
  if (Number.isNaN(view.column('durationNs')[i])) return 'duration not known';
  return '';
}

/**
 * Bytes a call moved: its return value, else what was seen copied; NaN when neither is in the capture. 0 only for rounds
 * of zero-copy receive that found nothing: their CPU time belongs to the bytes that the other rounds brought.
 */
export function bytesOf(view: CallView, i: number): number {
  const returned = view.column('returnedBytes')[i];
  if (returned > 0) return returned;
  if (isEmptyRound(view, i)) return 0;
  if (hidesMappedBytes(view, i)) return Number.NaN;
  const dma = view.column('dmaBytes')[i];
  const copied = view.column('cpuCopyBytes')[i];
  const moved = (Number.isNaN(dma) ? 0 : dma) + (Number.isNaN(copied) ? 0 : copied);
  return moved > 0 ? moved : Number.NaN;
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
  const mechanism = view.mechanism(i);
  return mechanism === 'net-dma' || mechanism === 'net-dma+copy' || mechanism === 'dsa';
}

/** Pays for offload: pinned, whether or not a byte went by the engine. */
export function isPinned(view: CallView, i: number): boolean {
  return view.column('pinned')[i] === 1 || isOffloaded(view, i);
}

export function isPlainCopy(view: CallView, i: number): boolean {
  return view.mechanism(i) === 'plain-copy' && !isPinned(view, i);
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
