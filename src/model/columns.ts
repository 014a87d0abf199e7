/**
 * Growable typed columns made of fixed pages: appending never copies what is already stored. Most columns of most captures
 * say the same in every row (an engine that is not there has 0 transfers, a phase that no probe shows is NaN): a page is
 * memory from the first value on that differs from the others of its page.
 */

const PAGE_BITS = 14;
const PAGE_ROWS = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_ROWS - 1;
const WORTH_A_COPY = 16;

type TypedArray = Float64Array | Int32Array | Uint32Array | Uint8Array;

export interface PackedColumn {
  pages: (TypedArray | null)[];
  constants: number[];
  rows: number;
}

export class PagedColumn<T extends TypedArray> {
  private pages: (T | null)[] = [];
  /** The value of every row of a page that is null. */
  private constants: number[] = [];
  private rows = 0;
  /** One value as the column keeps it: a constant is what its page would hold. */
  private readonly kept: T;
  private readonly makePage: (rows: number) => T;

  constructor(makePage: (rows: number) => T) {
    this.makePage = makePage;
    this.kept = makePage(1);
  }

  get length(): number {
    return this.rows;
  }

  push(value: number): number {
    const row = this.rows++;
    if ((row & PAGE_MASK) === 0) {
      this.pages.push(null);
      this.kept[0] = value;
      this.constants.push(this.kept[0]);
    } else this.set(row, value);
    return row;
  }

  get(row: number): number {
    const page = this.pages[row >>> PAGE_BITS];
    return page === null ? this.constants[row >>> PAGE_BITS] : page[row & PAGE_MASK];
  }

  /** `out[i]` becomes the value of row `rows[i]`, for i in from … to − 1. Successive rows are copied as one piece. */
  readRows(rows: Int32Array, from: number, to: number, out: Float64Array): void {
    for (let i = from; i < to; ) {
      const first = rows[i];
      const at = first >>> PAGE_BITS;
      const most = Math.min(to, i + PAGE_ROWS - (first & PAGE_MASK));
      let end = i + 1;
      while (end < most && rows[end] === first + end - i) end++;
      const page = this.pages[at];
      if (page === null) out.fill(this.constants[at], i, end);
      else if (end - i < WORTH_A_COPY) for (let k = i; k < end; k++) out[k] = page[rows[k] & PAGE_MASK];
      else out.set(page.subarray(first & PAGE_MASK, (first & PAGE_MASK) + end - i), i);
      i = end;
    }
  }

  set(row: number, value: number): void {
    const at = row >>> PAGE_BITS;
    const page = this.pages[at];
    if (page !== null) page[row & PAGE_MASK] = value;
    // NaN is the same as NaN here, and 0 is not -0.
    else if (!Object.is(this.constants[at], value)) this.openPage(at)[row & PAGE_MASK] = value;
  }

  add(row: number, value: number): void {
    this.set(row, this.get(row) + value);
  }

  pushRowsOf(other: PagedColumn<T>, rows: ArrayLike<number>): void {
    for (let i = 0; i < rows.length; i++) this.push(other.get(rows[i]));
  }

  /** Row `i` becomes what row `rows[i]` is now. */
  pickRows(rows: ArrayLike<number>): void {
    const picked = new PagedColumn(this.makePage);
    picked.pushRowsOf(this, rows);
    this.pages = picked.pages;
    this.constants = picked.constants;
    this.rows = picked.rows;
  }

  /** The value of every row, when they are all the same and no page is memory; null: they are not, or there are none. */
  get constant(): number | null {
    const { pages, constants } = this;
    const isOne = pages.every((page, at) => page === null && Object.is(constants[at], constants[0]));
    return isOne && pages.length > 0 ? constants[0] : null;
  }

  /** What another thread makes the same column of; pages are handed over, not copied. */
  pack(): PackedColumn {
    const { pages, constants, rows } = this;
    return { pages, constants, rows };
  }

  unpack({ pages, constants, rows }: PackedColumn): void {
    this.pages = pages as (T | null)[];
    this.constants = constants;
    this.rows = rows;
  }

  private openPage(at: number): T {
    const page = this.makePage(PAGE_ROWS);
    page.fill(this.constants[at]);
    this.pages[at] = page;
    return page;
  }
}

export const float64Column = (): PagedColumn<Float64Array> => new PagedColumn((rows) => new Float64Array(rows));
export const int32Column = (): PagedColumn<Int32Array> => new PagedColumn((rows) => new Int32Array(rows));
export const uint32Column = (): PagedColumn<Uint32Array> => new PagedColumn((rows) => new Uint32Array(rows));
export const uint8Column = (): PagedColumn<Uint8Array> => new PagedColumn((rows) => new Uint8Array(rows));

/** Where each of `count` rows went, -1 = gone. */
export function invertRows(rows: Int32Array, count: number): Int32Array {
  const newRowOf = new Int32Array(count).fill(-1);
  for (let i = 0; i < rows.length; i++) newRowOf[rows[i]] = i;
  return newRowOf;
}
