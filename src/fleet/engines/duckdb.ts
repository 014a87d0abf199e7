import { ExitCode, RecvscopeError } from '../../model/diagnostics/errors.ts';
import { quoteText } from '../sql/dialect.ts';
import type { FleetEngine, Row } from './engine.ts';

export interface DuckDbOptions {
  /** Folders that `summarize` filled, Parquet files, or addresses that DuckDB can read (s3://…, https://…). */
  places: readonly string[];
  /** '1GB': beyond it DuckDB goes to `scratch`. */
  memoryLimit: string;
  scratch: string;
}

/** DuckDB inside this process, over the Parquet files where they lie: nothing is loaded, nothing is written. */
export async function openDuckDb(options: DuckDbOptions): Promise<FleetEngine> {
  const { DuckDBInstance } = await loadDuckDb();
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: options.memoryLimit,
    temp_directory: options.scratch,
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  return {
    dialect: 'duckdb',
    summaries: readParquet(options.places, '*.parquet'),
    calls: readParquet(options.places, 'calls/*.parquet'),
    async query(sql) {
      try {
        const reader = await connection.runAndReadAll(sql);
        return reader.getRowObjectsJson() as Row[];
      } catch (error) {
        throw explain(error);
      }
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A file is taken as it is named, whatever is asked of it. */
function readParquet(places: readonly string[], pattern: string): string {
  const files = places.map((place) => (place.endsWith('.parquet') ? place : `${place.replace(/\/+$/, '')}/${pattern}`));
  return `read_parquet([${files.map((file) => quoteText('duckdb', file)).join(', ')}], union_by_name = true)`;
}

async function loadDuckDb(): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api');
  } catch {
    throw new RecvscopeError(
      'engine-missing',
      ExitCode.unreadable,
      'fleet needs DuckDB, which is not installed here (an optional dependency of recvscope)',
      'npm install @duckdb/node-api, or use a server: --engine clickhouse://HOST:8123/DATABASE',
    );
  }
}

function explain(error: unknown): RecvscopeError {
  const text = error instanceof Error ? error.message : String(error);
  if (/No files found/.test(text))
    return new RecvscopeError(
      'no-summaries',
      ExitCode.nothingRecognised,
      text.split('\n')[0].replace(/^IO Error: /, ''),
      'recvscope summarize CAPTURE… -o FOLDER makes them (with --calls for questions with --exact)',
    );
  return new RecvscopeError(
    'engine-failed',
    ExitCode.unreadable,
    `DuckDB: ${text.split('\n')[0]}`,
    'are these files of recvscope summarize?',
  );
}
