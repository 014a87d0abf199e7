import { promises as fs } from 'node:fs';
import path from 'node:path';
import { type ClickHouse, openClickHouse } from '../../../fleet/engines/clickhouse.ts';
import {
  CALL_TABLE,
  type ClickHouseTable,
  createSql,
  distributedSql,
  SUMMARY_TABLE,
} from '../../../fleet/engines/clickhouse-tables.ts';
import { readParquetRows } from '../../../fleet/engines/read-parquet.ts';
import { ExitCode } from '../../../model/diagnostics/errors.ts';
import { printData, printWarning } from '../../output.ts';

/** Summaries are small: many go into one insert. */
const INSERT_ROWS = 20_000;

/**
 * Files of `summarize` into the tables `summary` and `call`, made when they are not there. A capture that is in the table
 * is left alone: loading the same folder again loads what is new.
 */
export async function runFleetLoad(
  folders: string[],
  options: { engine: string; printSchema?: string | true },
): Promise<number> {
  if (options.printSchema !== undefined) {
    await printData(writeSchema(options.engine, options.printSchema));
    return ExitCode.done;
  }
  const server = openClickHouse(options.engine);
  try {
    await server.create(SUMMARY_TABLE);
    await server.create(CALL_TABLE);
    for (const folder of folders) {
      const summaries = await loadFolder(server, folder, SUMMARY_TABLE);
      const calls = await loadFolder(server, path.join(folder, 'calls'), CALL_TABLE);
      printWarning(`${folder}: ${summaries} summaries and the calls of ${calls} captures loaded`);
    }
  } finally {
    await server.close();
  }
  return ExitCode.done;
}

async function loadFolder(server: ClickHouse, folder: string, table: ClickHouseTable): Promise<number> {
  const names = (await fs.readdir(folder).catch(() => [])).filter((name) => name.endsWith('.parquet')).sort();
  if (names.length === 0) return 0;
  const there = await server.query(`select distinct capture_id from ${table.name}`);
  const known = new Set(there.map((row) => `${String(row.capture_id)}.parquet`));
  const columns = [...table.texts, ...table.numbers, ...table.counts, ...table.lists];
  let loaded = 0;
  let rows: Record<string, unknown>[] = [];
  for (const name of names.filter((each) => !known.has(each))) {
    rows.push(...(await readParquetRows(await fs.readFile(path.join(folder, name)), columns)));
    loaded++;
    if (rows.length < INSERT_ROWS) continue;
    await server.insert(table, rows);
    rows = [];
  }
  if (rows.length > 0) await server.insert(table, rows);
  return loaded;
}

/** For one server as `load` makes them; for a cluster the local tables of each shard and the Distributed ones over them. */
function writeSchema(engine: string, cluster: string | true): string {
  const database = new URL(engine).pathname.slice(1) || 'default';
  return [SUMMARY_TABLE, CALL_TABLE]
    .flatMap((table) =>
      cluster === true
        ? [createSql(table)]
        : [createSql(table, `${table.name}_local`), distributedSql(table, cluster, database)],
    )
    .map((statement) => `${statement};\n`)
    .join('\n');
}
