import type { Run } from '../../model/capture.ts';
import { type ColumnTable, type ColumnValue, constantColumn, type TableColumn } from '../../model/column-table.ts';
import { identifyCapture, listAttributes } from '../../model/identity.ts';
import { CAPTURE_FIGURES, type CaptureFigures, makeCaptureFigures } from './capture-row.ts';
import { type HistRow, makeHistRows } from './hist-rows.ts';

/** Raise with every incompatible change of the columns: a summary of another version is made again. */
export const SUMMARY_SCHEMA_VERSION = 1;

export interface Summary {
  /** The argument that named the capture: how it is found again. */
  source: string;
  attributes: [name: string, value: string | null][];
  figures: CaptureFigures;
  hist: HistRow[];
}

export function summarizeCapture(run: Run, source: string): Summary {
  return {
    source,
    attributes: listAttributes(identifyCapture(run)),
    figures: makeCaptureFigures(run),
    hist: makeHistRows(run),
  };
}

const HIST_COLUMNS: readonly { name: string; type: TableColumn['type']; read(row: HistRow): ColumnValue }[] = [
  { name: 'receiver', type: 'text', read: (row) => row.receiver },
  { name: 'mechanism', type: 'text', read: (row) => row.mechanism },
  { name: 'size_low_bytes', type: 'integer', read: (row) => row.sizeLowBytes },
  { name: 'metric', type: 'text', read: (row) => row.metric },
  { name: 'n', type: 'integer', read: (row) => row.n },
  { name: 'sum', type: 'integer', read: (row) => row.sum },
  { name: 'min', type: 'integer', read: (row) => row.min },
  { name: 'max', type: 'integer', read: (row) => row.max },
  { name: 'bins', type: 'integers', read: (row) => row.bins },
  { name: 'counts', type: 'integers', read: (row) => row.counts },
];

const sharedColumns = (summary: Summary): TableColumn[] => [
  ...summary.attributes.map(([name, value]) => constantColumn(name, value)),
  constantColumn('source', summary.source),
];

/** One row. */
export function captureTable(summary: Summary): ColumnTable {
  const figures = CAPTURE_FIGURES.map(
    (name): TableColumn => ({ name, type: 'integer', read: () => summary.figures[name] }),
  );
  return { rows: 1, columns: [...sharedColumns(summary), ...figures] };
}

/** One row per receiver × mechanism × size class × metric. */
export function histTable(summary: Summary): ColumnTable {
  const columns = HIST_COLUMNS.map(
    ({ name, type, read }): TableColumn => ({
      name,
      type,
      read: (row) => read(summary.hist[row]),
    }),
  );
  return { rows: summary.hist.length, columns: [...sharedColumns(summary), ...columns] };
}

/**
 * Both in one file: the first row is the capture (receiver and metric are null), the others are its histograms. Attributes stand
 * in every row, so that no database has to join anything; as dictionaries they cost next to nothing.
 */
export function summaryTable(summary: Summary): ColumnTable {
  const capture = captureTable(summary);
  const hist = histTable(summary);
  const shared = sharedColumns(summary);
  const own = (table: ColumnTable): readonly TableColumn[] => table.columns.slice(shared.length);
  return {
    rows: 1 + hist.rows,
    columns: [
      ...shared,
      ...own(capture).map((c) => ({ ...c, read: (row: number) => (row === 0 ? c.read(0) : null) })),
      ...own(hist).map((c) => ({ ...c, read: (row: number) => (row === 0 ? null : c.read(row - 1)) })),
    ],
  };
}
