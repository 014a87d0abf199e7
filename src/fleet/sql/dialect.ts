import { ExitCode, RecvscopeError } from '../../model/diagnostics/errors.ts';

export type Dialect = 'duckdb' | 'clickhouse';

/** ClickHouse knows backslash escapes, DuckDB does not. */
export function quoteText(dialect: Dialect, text: string): string {
  const escaped = dialect === 'clickhouse' ? text.replaceAll('\\', '\\\\') : text;
  return `'${escaped.replaceAll("'", "''")}'`;
}

/** Columns of a capture that a question may group or compare by; any other word is a label. */
const ATTRIBUTES = new Set([
  'host',
  'kernel',
  'cpu_model',
  'nic',
  'driver',
  'tracer',
  'clock',
  'boot_id',
  'capture_id',
]);

/** '' where the capture does not tell it. */
export function keyExpression(dialect: Dialect, key: string): string {
  if (ATTRIBUTES.has(key)) return `coalesce(${key}, '')`;
  if (!/^[A-Za-z_][\w.-]*$/.test(key))
    throw new RecvscopeError(
      'usage',
      ExitCode.usage,
      `“${key}” is no attribute and no label`,
      `attributes: ${[...ATTRIBUTES].join(', ')}; a label is a word given with --label`,
    );
  if (dialect === 'clickhouse') return `visitParamExtractString(labels, ${quoteText(dialect, key)})`;
  return `coalesce(json_extract_string(labels, ${quoteText(dialect, `$."${key}"`)}), '')`;
}

/** A capture that does not tell its host stands for itself. */
export const UNIT = "case when coalesce(host, '') = '' then concat('capture ', capture_id) else host end";
