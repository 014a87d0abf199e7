import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClickHouseServers, findClickHouse, postSql, startClickHouse } from '../support/clickhouse-servers.ts';
import { queryDuckDb } from '../support/query-duckdb.ts';
import { runCli } from '../support/run-cli.ts';
import { ROOT } from '../support/source-tree.ts';

/**
 * The same questions to DuckDB and to two shards of a ClickHouse server: equal rows. The server is the system's package; where it
 * cannot be had, that is said, and DuckDB alone is asked.
 */
const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-engines-'));
const summaries = path.join(scratch, 'summaries');
/** Rows of calls alone: made, not summarised. */
const made = path.join(scratch, 'made');
const CALLS = 2_000_000;
const found = findClickHouse();
let servers: ClickHouseServers | null = null;

beforeAll(async () => {
  for (const [side, label] of [
    ['A-offload-off', 'off'],
    ['B-default', 'on'],
  ])
    for (const run of [1, 2, 3])
      expect(
        runCli([
          ...['summarize', path.join(ROOT, `fixtures/captures/classic/${side}/run${run}`), '-q', '-o', summaries],
          ...['--label', `offload=${label}`, '--label', `host=host\\${run}'`],
        ]).status,
      ).toBe(0);
  await makeCallsParquet();
  if ('program' in found) servers = await startClickHouse(found.program);
}, 400_000);

afterAll(async () => {
  await servers?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Columns of call i by whole-number arithmetic that every engine does alike. */
const column = (dialect: 'duckdb' | 'clickhouse'): string => {
  const when = (test: string, yes: string, no: string): string => `case when ${test} then ${yes} else ${no} end`;
  const text = (expression: string): string =>
    dialect === 'duckdb' ? `cast(${expression} as varchar)` : `toString(${expression})`;
  const whole = (expression: string): string =>
    dialect === 'duckdb' ? `cast(${expression} as bigint)` : `toInt64(${expression})`;
  return [
    `concat('c', ${text('i % 400')}) as capture_id`,
    `${when('i % 200 = 7', "''", `concat('h', ${text('i % 200')})`)} as host`,
    `${when('i % 400 >= 200', "'new'", "'old'")} as kernel`,
    "'cpu' as cpu_model, '' as nic, '' as driver, '{}' as labels, 'complete' as state, 'tcp' as protocol, 'rx' as comm",
    `${when('i % 3 = 0', "'net-dma'", "'plain-copy'")} as mechanism`,
    `${whole('1 + (i * 7919) % 1000000')} as returned_bytes`,
    `${whole(when('i % 3 = 0', '(i * 7919) % 1000000', '0'))} as dma_bytes`,
    `${whole('1000 + (i * 48271) % 2147483 + (i % 400) * 1000')} as duration_ns`,
    `${whole('(i * 16807) % 900')} as sleep_ns`,
    `${whole('(i * 69621) % 77')} as wake_latency_ns`,
    `${whole('0')} as interrupt_ns, ${whole('0')} as early_copy_ns, ${whole('0')} as busy_poll_ns`,
  ].join(', ');
};

async function makeCallsParquet(): Promise<void> {
  mkdirSync(path.join(made, 'calls'), { recursive: true });
  const file = path.join(made, 'calls', 'made.parquet');
  await queryDuckDb(
    `copy (select ${column('duckdb')} from (select range as i from range(${CALLS}))) to '${file}' (format parquet)`,
  );
}

async function post(address: string, sql: string): Promise<void> {
  const { status, text } = await postSql(address, sql);
  expect(status, `${sql.slice(0, 200)}\n${text}`).toBe(200);
}

/** Tables as `fleet load --print-schema` prints them: local ones on both shards, Distributed ones over them. */
async function makeShards(addresses: readonly string[]): Promise<void> {
  const schema = runCli(['fleet', 'load', '.', '--engine', addresses[0], '--print-schema', 'shards']).stdout;
  const statements = schema.split(';\n').filter((statement) => statement.trim() !== '');
  expect(statements).toHaveLength(4);
  for (const address of addresses) for (const statement of statements) await post(address, statement);
  for (const [shard, address] of addresses.entries())
    await post(
      address,
      `insert into call_local (capture_id, host, kernel, cpu_model, nic, driver, labels, state, protocol, comm, mechanism, returned_bytes, dma_bytes, duration_ns, sleep_ns, wake_latency_ns, interrupt_ns, early_copy_ns, busy_poll_ns) select ${column('clickhouse')} from (select number as i from system.numbers where number % 2 = ${shard} limit ${CALLS / 2})`,
    );
}

const ask = (args: readonly string[], engine?: string): unknown => {
  const folder = args.includes('--exact') ? made : summaries;
  const where = engine === undefined ? [folder] : ['--engine', engine];
  const { status, stdout, stderr } = runCli(['fleet', args[0], ...where, ...args.slice(1), '--format', 'json']);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
};

const QUESTIONS = [
  ['summary', '--exact', '--by', 'host,kernel,mechanism,size', '--metric', 'duration'],
  ['summary', '--exact', '--by', 'kernel', '--metric', 'cpu'],
  ['compare', '--exact', '--by', 'kernel=old,new'],
  ['summary', '--by', 'host,offload,mechanism,size,receiver'],
  ['summary', '--by', 'kernel', '--metric', 'wakeLatency'],
  ['compare', '--by', 'offload=off,on', '--metric', 'duration'],
  ['hosts', '--by', 'offload=off,on'],
];

/** From here on the 99th percentile has a value beyond it. */
const ROWS_OF_P99 = 100;

describe('engines', () => {
  it('DuckDB: exact quantiles are the sorted element at ceil(p·n), of 2 M calls', async () => {
    const { rows, totals } = ask(QUESTIONS[0]) as {
      rows: { group: string[]; n: number; p50: number; p99: number }[];
      totals: { calls: number; withoutHost: number };
    };
    expect(totals).toMatchObject({ calls: CALLS, withoutHost: 2 });
    expect(rows.reduce((sum, row) => sum + row.n, 0)).toBe(CALLS);
    const row = rows.find(
      ({ group, n }) => group[0] === 'h12' && group[1] === 'new' && group[2] === 'plain-copy' && n >= ROWS_OF_P99,
    )!;
    const low = Number(row.group[3]);
    const values: number[] = [];
    for (let i = 212; i < CALLS; i += 400) {
      const bytes = 1 + ((i * 7919) % 1_000_000);
      if (i % 3 !== 0 && bytes >= low && bytes < 2 * low) values.push(1000 + ((i * 48_271) % 2_147_483) + 212_000);
    }
    values.sort((a, b) => a - b);
    expect(row.n).toBe(values.length);
    expect(row.p50).toBe(values[Math.ceil(0.5 * values.length) - 1]);
    expect(row.p99).toBe(values[Math.ceil(0.99 * values.length) - 1]);
  }, 240_000);

  it('histograms give the exact quantiles to within half a bin', async () => {
    const folder = path.join(scratch, 'both');
    expect(
      runCli(['summarize', 'fixtures/captures/classic/B-default/run1', '--calls', '-q', '-o', folder]).status,
    ).toBe(0);
    const of = (...more: string[]) =>
      (
        JSON.parse(runCli(['fleet', 'summary', folder, '--format', 'json', ...more]).stdout) as {
          rows: { group: string[]; n: number; bytes: number; p50: number; p99: number }[];
        }
      ).rows;
    const exact = of('--exact');
    expect(of().map(({ group, n, bytes }) => ({ group, n, bytes }))).toEqual(
      exact.map(({ group, n, bytes }) => ({ group, n, bytes })),
    );
    of().forEach((row, i) => {
      expect(Math.abs(row.p50 / exact[i].p50 - 1), row.group.join()).toBeLessThan(0.0313);
      // Below a hundred rows no p99 is told by either way.
      if (row.n < ROWS_OF_P99) expect([row.p99, exact[i].p99]).toEqual([null, null]);
      else expect(Math.abs(row.p99 / exact[i].p99 - 1), row.group.join()).toBeLessThan(0.0313);
    });
  }, 240_000);

  it('two ClickHouse shards give the same rows as DuckDB to every question', async () => {
    if (servers === null) {
      // No server to be had on this machine: why, and nothing is claimed.
      console.warn(found);
      expect(found).toHaveProperty('missing');
      return;
    }
    await makeShards(servers.addresses);
    const [address] = servers.addresses;
    const load = (): string => runCli(['fleet', 'load', summaries, '--engine', address]).stderr;
    expect(load()).toMatch(/6 summaries/);
    expect(load()).toMatch(/0 summaries/);
    for (const question of QUESTIONS) expect(ask(question, address), question.join(' ')).toEqual(ask(question));
  }, 400_000);

  it('says what to do when there is nothing, no engine, no such side', () => {
    const status = (...args: string[]): [number | null, string] => {
      const result = runCli(['fleet', ...args]);
      return [result.status, /\[([\w-]+)\]/.exec(result.stderr)?.[1] ?? ''];
    };
    expect(status('summary', path.join(scratch, 'nowhere'))).toEqual([4, 'no-summaries']);
    expect(status('summary')).toEqual([2, 'usage']);
    expect(status('compare', summaries, '--by', 'kernel=a')).toEqual([2, 'usage']);
    expect(status('compare', summaries, '--by', 'kernel=a,b')).toEqual([4, 'no-captures']);
    expect(status('summary', summaries, '--by', "x'y")).toEqual([2, 'usage']);
    expect(status('summary', summaries, '--metric', 'x')).toEqual([2, 'usage']);
    expect(status('summary', '--engine', 'http://x')).toEqual([2, 'usage']);
    expect(status('summary', '--engine', 'clickhouse://127.0.0.1:1/x')).toEqual([3, 'engine-failed']);
  }, 240_000);
});
