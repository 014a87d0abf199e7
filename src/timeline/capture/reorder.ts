import { BATCH_ROWS, EventBatch, Kind } from '../../model/events.ts';

/** Rows that may still be overtaken by later text (trace_pipe prints pages of one CPU after another). */
const WINDOW_ROWS = 4096;

export function copyBatch(from: EventBatch): EventBatch {
  const to = new EventBatch();
  copyRows(from, 0, to, 0, from.length);
  to.length = from.length;
  return to;
}

const COLUMNS = [
  'atNs',
  'cpu',
  'tid',
  'comm',
  'kind',
  'source',
  'edge',
  'context',
  'probe',
  'parent',
  'depth',
  'durNs',
  'sock',
  'obj',
  'arg0',
  'arg1',
  'arg2',
  'arg3',
  'aux',
  'line',
] as const;

function copyRows(from: EventBatch, start: number, to: EventBatch, at: number, count: number): void {
  for (const name of COLUMNS) to[name].set(from[name].subarray(start, start + count), at);
}

export type RowConsumer = (batch: EventBatch, row: number) => void;

/**
 * Puts rows of different CPUs into time order. Text that is already in order passes through untouched (the usual case);
 * text that steps back is sorted inside a bounded window, stable, so that ties keep the order of the file. A loss or a
 * border in the text is a barrier nothing moves across.
 */
export class Reorder {
  private readonly consume: RowConsumer;
  private held: EventBatch[] = [];
  private heldRows = 0;
  private lastNs = Number.NEGATIVE_INFINITY;
  /** Rows that came later than a row already handed over: order could not be mended. */
  lateRows = 0;
  private readonly lastByCpu = new Map<number, number>();
  backwardsOnCpu = 0;

  constructor(consume: RowConsumer) {
    this.consume = consume;
  }

  push(batch: EventBatch): void {
    if (this.heldRows === 0 && this.isInOrder(batch)) {
      for (let i = 0; i < batch.length; i++) this.consume(batch, i);
      return;
    }
    this.countSteps(batch);
    this.held.push(copyBatch(batch));
    this.heldRows += batch.length;
    this.release(false);
  }

  private isInOrder(batch: EventBatch): boolean {
    let last = this.lastNs;
    const at = batch.atNs;
    for (let i = 0; i < batch.length; i++) {
      if (at[i] < last) return false;
      if (!Number.isNaN(at[i])) last = at[i];
    }
    this.lastNs = last;
    return true;
  }

  end(): void {
    if (this.heldRows > 0) this.release(true);
  }

  private release(isEnd: boolean): void {
    if (!isEnd && this.heldRows < WINDOW_ROWS + BATCH_ROWS) return;
    const order = this.sortedRows();
    const count = isEnd ? order.length : order.length - WINDOW_ROWS;
    for (let k = 0; k < count; k++) {
      const batch = this.held[order[k] >>> 13];
      const row = order[k] & (BATCH_ROWS - 1);
      const at = batch.atNs[row];
      if (at < this.lastNs) this.lateRows++;
      else if (!Number.isNaN(at)) this.lastNs = at;
      this.consume(batch, row);
    }
    if (isEnd) {
      this.held = [];
      this.heldRows = 0;
      return;
    }
    const rest: EventBatch[] = [];
    let page = new EventBatch();
    for (let k = count; k < order.length; k++) {
      if (page.length === BATCH_ROWS) {
        rest.push(page);
        page = new EventBatch();
      }
      copyRows(this.held[order[k] >>> 13], order[k] & (BATCH_ROWS - 1), page, page.length, 1);
      page.length++;
    }
    rest.push(page);
    this.held = rest;
    this.heldRows = order.length - count;
  }

  /** Row addresses (batch × 8192 + row) sorted by time between barriers. */
  private sortedRows(): number[] {
    const order: number[] = [];
    const keys: number[] = [];
    let from = 0;
    let last = Number.NEGATIVE_INFINITY;
    const sortFrom = (): void => {
      const part = order.slice(from).map((address, k) => ({ address, key: keys[from + k], k }));
      part.sort((a, b) => a.key - b.key || a.k - b.k);
      for (let k = 0; k < part.length; k++) order[from + k] = part[k].address;
    };
    for (let h = 0; h < this.held.length; h++) {
      const batch = this.held[h];
      for (let i = 0; i < batch.length; i++) {
        const kind = batch.kind[i];
        const isBarrier = kind === Kind.lost || kind === Kind.boundary;
        if (isBarrier && order.length > from) sortFrom();
        const at = batch.atNs[i];
        if (!Number.isNaN(at)) last = at;
        order.push(h * BATCH_ROWS + i);
        keys.push(last);
        if (isBarrier) {
          from = order.length;
          last = Number.NEGATIVE_INFINITY;
        }
      }
    }
    if (order.length > from) sortFrom();
    return order;
  }

  /** Steps back on one CPU are a fault of the clock (or pages read out of order); between CPUs they are usual. */
  private countSteps(batch: EventBatch): void {
    for (let i = 0; i < batch.length; i++) {
      const at = batch.atNs[i];
      if (Number.isNaN(at)) continue;
      const cpu = batch.cpu[i];
      if (at < (this.lastByCpu.get(cpu) ?? at)) this.backwardsOnCpu++;
      this.lastByCpu.set(cpu, at);
    }
  }
}
