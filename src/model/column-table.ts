/**
 * A table as columns that are read row by row: what the Parquet writer and the fleet's databases take. Who makes a table
 * decides names and types; null = unknown.
 * integer: whole number, up to 64 bits as bigint · text · integers: a list, of equal length in the columns that belong
 * together.
 */
export type ColumnType = 'integer' | 'text' | 'integers';
export type ColumnValue = number | bigint | string | readonly number[] | null;

export interface TableColumn {
  name: string;
  type: ColumnType;
  read(row: number): ColumnValue;
}

export interface ColumnTable {
  rows: number;
  columns: readonly TableColumn[];
}

/** The same value in every row: whose capture the rows are of. */
export function constantColumn(name: string, value: string | null): TableColumn {
  return { name, type: 'text', read: () => value };
}
