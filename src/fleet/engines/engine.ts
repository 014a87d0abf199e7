/** A value as a database gives it: 64-bit numbers may come as text. */
export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

/** Groups and counts; no test is computed in SQL. */
export interface FleetEngine {
  readonly dialect: 'duckdb' | 'clickhouse';
  /** What stands behind FROM for summaries and for rows of calls. */
  readonly summaries: string;
  readonly calls: string;
  query(sql: string): Promise<Row[]>;
  close(): Promise<void>;
}

export const numberOf = (cell: Cell | undefined): number =>
  cell === null || cell === undefined ? Number.NaN : Number(cell);
export const textOf = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell));
