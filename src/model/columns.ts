/** Growable typed columns made of fixed pages: appending never copies what is already stored. */

const PAGE_BITS = 14;
const PAGE_ROWS = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_ROWS - 1;

type TypedArray = Float64Array | Int32Array | Uint32Array | Uint8Array;

export class PagedColumn<T extends TypedArray> {
  private readonly pages: T[] = [];
  private rows = 0;

  private readonly makePage: (rows: number) => T;

  constructor(makePage: (rows: number) => T) {
    this.makePage = makePage;
  }

  get length(): number {
    return this.rows;
  }

  push(value: number): number {
    const row = this.rows++;
    if ((row & PAGE_MASK) === 0) this.pages.push(this.makePage(PAGE_ROWS));
    this.pages[row >>> PAGE_BITS][row & PAGE_MASK] = value;
    return row;
  }

  /** Appends a row that the caller writes, at `placeInPage(row)` of the page returned. */
  openRow(): T {
    const row = this.rows++;
    if ((row & PAGE_MASK) === 0) this.pages.push(this.makePage(PAGE_ROWS));
    return this.pages[row >>> PAGE_BITS];
  }

  get(row: number): number {
    return this.pages[row >>> PAGE_BITS][row & PAGE_MASK];
  }

  set(row: number, value: number): void {
    this.pages[row >>> PAGE_BITS][row & PAGE_MASK] = value;
  }

  add(row: number, value: number): void {
    this.pages[row >>> PAGE_BITS][row & PAGE_MASK] += value;
  }
}

export function placeInPage(row: number): number {
  return row & PAGE_MASK;
}

export const float64Column = (): PagedColumn<Float64Array> => new PagedColumn((rows) => new Float64Array(rows));
export const int32Column = (): PagedColumn<Int32Array> => new PagedColumn((rows) => new Int32Array(rows));
export const uint32Column = (): PagedColumn<Uint32Array> => new PagedColumn((rows) => new Uint32Array(rows));
export const uint8Column = (): PagedColumn<Uint8Array> => new PagedColumn((rows) => new Uint8Array(rows));
