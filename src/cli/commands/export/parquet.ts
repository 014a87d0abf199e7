import path from 'node:path';
import { writeParquet } from '../../../exports/parquet/index.ts';
import { arrivalsTable } from '../../../exports/tables/arrivals.ts';
import { callsTable } from '../../../exports/tables/calls.ts';
import { captureTable, histTable, summarizeCapture } from '../../../fleet/summary/tables.ts';
import type { Run } from '../../../model/capture.ts';
import type { ColumnTable } from '../../../model/column-table.ts';
import { ExitCode, RecvscopeError } from '../../../model/diagnostics/errors.ts';
import { identifyCapture } from '../../../model/identity.ts';
import { loadRuns } from '../../load-runs.ts';
import { makeFolder, printWarning, writeFileWhole } from '../../output.ts';
import type { ExportOptions } from './options.ts';

/** One file a table. A further table of the timeline is one more line here. */
const TABLES: readonly { name: string; of(run: Run, source: string): ColumnTable }[] = [
  { name: 'capture', of: (run, source) => captureTable(summarizeCapture(run, source)) },
  { name: 'calls', of: (run) => callsTable(run.calls, identifyCapture(run), true) },
  { name: 'arrivals', of: (run) => arrivalsTable(run) },
  { name: 'hist', of: (run, source) => histTable(summarizeCapture(run, source)) },
];

/** Tables for DuckDB, ClickHouse, pandas, polars: all captures in one folder. */
export async function exportParquet(captures: string[], options: ExportOptions): Promise<number> {
  const { output } = options;
  if (output === undefined || output === '-')
    throw new RecvscopeError(
      'usage',
      ExitCode.usage,
      'export --format parquet writes several files',
      'name a folder: recvscope export CAPTURE --format parquet -o tables/   (calls alone: recvscope calls --format parquet)',
    );
  const runs = await loadRuns(captures, options.load);
  await makeFolder(output);
  for (const { name, of } of TABLES) {
    const tables = runs.map((run, index) => of(run, captures[index]));
    const file = path.join(output, `${name}.parquet`);
    await writeFileWhole(file, writeParquet(tables, { metadata: { tool: options.tool, table: name } }));
    printWarning(`wrote ${file}, ${tables.reduce((rows, table) => rows + table.rows, 0)} rows`);
  }
  for (const { name, timeline } of runs) {
    const rows = timeline.arrivals?.rows;
    if (rows !== undefined && rows.kept < rows.seen)
      printWarning(`arrivals of ${name}: a sample of ${rows.kept} of ${rows.seen} segments (--max-calls)`);
  }
  return ExitCode.done;
}
