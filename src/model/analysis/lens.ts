/** A table of a lens: cells are words, or numbers in the unit of their column; null = unknown. */
export interface LensTable {
  caption: string;
  columns: { title: string; unit: string }[];
  rows: (string | number | null)[][];
}

/** What one question about arrivals, drops or counters found. */
export interface LensReport {
  id: string;
  title: string;
  /** Complete sentences with their numbers. */
  sentences: string[];
  tables: LensTable[];
}
