import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { ExitCode, RecvscopeError } from '../../model/diagnostics/errors.ts';
import { type ClickHouseTable, createSql } from './clickhouse-tables.ts';
import type { FleetEngine, Row } from './engine.ts';

export interface ClickHouse extends FleetEngine {
  create(table: ClickHouseTable): Promise<void>;
  insert(table: ClickHouseTable, rows: readonly object[]): Promise<void>;
}

/** clickhouse://user:password@host:8123/database: the HTTP port. */
export function openClickHouse(address: string): ClickHouse {
  const { url, database, username, password } = readAddress(address);
  const client = createClient({ url, database, username, password, log: { level: ClickHouseLogLevel.OFF } });
  const guarded = async <T>(action: () => Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      throw explain(error, url);
    }
  };
  return {
    dialect: 'clickhouse',
    summaries: 'summary',
    calls: 'call',
    query: (query) =>
      guarded(async () => {
        const result = await client.query({ query, format: 'JSONEachRow' });
        return result.json<Row>();
      }),
    create: (table) => guarded(async () => void (await client.command({ query: createSql(table) }))),
    insert: (table, values) =>
      guarded(
        async () =>
          void (await client.insert({
            table: table.name,
            values: [...values],
            format: 'JSONEachRow',
            // Through a Distributed table too: loaded means there, on every shard.
            clickhouse_settings: { insert_distributed_sync: 1 },
          })),
      ),
    close: () => client.close(),
  };
}

function readAddress(address: string): { url: string; database: string; username: string; password: string } {
  let parsed: URL;
  try {
    parsed = new URL(address);
  } catch {
    throw badAddress(address);
  }
  if (!['clickhouse:', 'clickhouses:'].includes(parsed.protocol) || parsed.hostname === '') throw badAddress(address);
  const protocol = parsed.protocol === 'clickhouses:' ? 'https' : 'http';
  return {
    url: `${protocol}://${parsed.hostname}:${parsed.port || '8123'}`,
    database: parsed.pathname.slice(1) || 'default',
    username: decodeURIComponent(parsed.username) || 'default',
    password: decodeURIComponent(parsed.password),
  };
}

const badAddress = (address: string): RecvscopeError =>
  new RecvscopeError(
    'usage',
    ExitCode.usage,
    `${address} is no address of a ClickHouse server`,
    '--engine clickhouse://HOST:8123/DATABASE (clickhouses:// with TLS)',
  );

function explain(error: unknown, url: string): RecvscopeError {
  const text = error instanceof Error ? error.message : String(error);
  return new RecvscopeError(
    'engine-failed',
    ExitCode.unreadable,
    `ClickHouse at ${url}: ${text.split('\n')[0].slice(0, 500)}`,
    'does the server run, and were summaries loaded? recvscope fleet load FOLDER --engine …',
  );
}
