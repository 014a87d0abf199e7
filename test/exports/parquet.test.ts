import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Papa from 'papaparse';
import { afterAll, describe, expect, it } from 'vitest';
import { writeParquet } from '../../src/exports/parquet/index.ts';
import type { ColumnTable } from '../../src/model/column-table.ts';
import { queryDuckDb } from '../support/query-duckdb.ts';
import { runCli } from '../support/run-cli.ts';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-parquet-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const at = (name: string): string => path.join(scratch, name);

const CAPTURES = [
  'fixtures/captures/classic/B-default/run1',
  'fixtures/captures/ftrace',
  'fixtures/captures/function-graph',
  'fixtures/captures/perf-script',
  'fixtures/captures/truth',
];

const isNumber = (text: string): boolean => /^-?\d+$/.test(text);

describe('parquet', () => {
  it.each(CAPTURES)('%s: DuckDB reads of calls what the CSV says: rows, nulls, sums, texts', async (capture) => {
    const file = at('calls.parquet');
    expect(runCli(['calls', capture, '--extra', '--format', 'parquet', '-q', '-o', file]).status).toBe(0);
    const csv = Papa.parse<Record<string, string>>(runCli(['calls', capture, '--extra', '-q']).stdout.trimEnd(), {
      header: true,
    });
    const rows = await queryDuckDb(`select * from read_parquet('${file}') order by call`);
    expect(rows.length).toBe(csv.data.length);
    for (const name of csv.meta.fields!) {
      const texts = csv.data.map((row) => row[name]);
      const values = rows.map((row) => row[name]);
      expect(values.filter((value) => value === null).length, name).toBe(texts.filter((text) => text === '').length);
      const numbers = values.filter((value) => typeof value === 'bigint');
      if (numbers.length > 0) {
        const sum = texts.filter(isNumber).reduce((total, text) => total + BigInt(text), 0n);
        expect(
          numbers.reduce((a, b) => a + b, 0n),
          name,
        ).toBe(sum);
      } else
        expect(
          values.map((value) => value ?? ''),
          name,
        ).toEqual(
          // A spreadsheet guard of the CSV: a quote before what would run as a formula.
          texts.map((text) => text.replace(/^'(?=[=+@-])/, '')),
        );
    }
  });

  it('writes capture, calls and hist of several captures; histograms hold every counted call and merge by addition', async () => {
    const captures = ['fixtures/captures/classic/B-default/run1', 'fixtures/captures/classic/A-offload-off/run1'];
    const out = at('tables');
    const args = ['export', ...captures, '--format', 'parquet', '--label', 'rollout=new', '-q', '-o', out];
    expect(runCli(args).status).toBe(0);
    const table = (name: string): string => `read_parquet('${path.join(out, `${name}.parquet`)}')`;
    const heads = await queryDuckDb(`select * from ${table('capture')} order by source`);
    expect(heads.map((row) => row.source)).toEqual([...captures].sort());
    expect(heads.map((row) => row.labels)).toEqual(['{"rollout":"new"}', '{"rollout":"new"}']);
    expect(heads.map((row) => row.kernel)).toEqual(['3.10.105', '3.10.105']);
    const calls = await queryDuckDb(
      `select capture_id, count(*) n, sum(duration_ns) total from ${table('calls')} where state = 'complete' and returned_bytes > 0 group by 1 order by 1`,
    );
    const hist = await queryDuckDb(
      `select capture_id, sum(n) n, sum(sum) total, sum(list_sum(counts)) counted from ${table('hist')} where metric = 'duration' group by 1 order by 1`,
    );
    expect(hist.map(({ capture_id, n, total }) => [capture_id, String(n), String(total)])).toEqual(
      calls.map(({ capture_id, n, total }) => [capture_id, String(n), String(total)]),
    );
    for (const row of hist) expect(String(row.counted)).toBe(String(row.n));
    for (const head of heads) expect(head.counted_calls).toBe(calls.find((c) => c.capture_id === head.capture_id)?.n);
  });

  it.each(['incoming-cpu-other', 'drops-tcp', 'split-headers'])(
    '%s: arrivals stand on the clock of the calls and name the call that copied them',
    async (capture) => {
      const out = at(`arrivals-${capture}`);
      const args = ['export', `fixtures/captures/lenses/${capture}`, '--format', 'parquet', '-q', '-o', out];
      expect(runCli(args).status).toBe(0);
      const table = (name: string): string => `read_parquet('${path.join(out, `${name}.parquet`)}')`;
      const [all] = await queryDuckDb(
        `select count(*) n, count(call) with_call, count(received_at_ns) received, count(dropped_at_ns) dropped, count(drop_reason) reasons from ${table('arrivals')}`,
      );
      const [joined] = await queryDuckDb(
        `select count(*) n, count(*) filter (copied_at_ns between start_ns and end_ns) inside, count(*) filter (received_at_ns <= copied_at_ns or received_at_ns is null) ordered
         from ${table('arrivals')} a join ${table('calls')} c on a.capture_id = c.capture_id and a.call = c.call and c.state = 'complete'`,
      );
      expect(Number(joined.n)).toBeGreaterThan(50);
      expect(Number(joined.n)).toBeLessThanOrEqual(Number(all.with_call));
      expect([joined.inside, joined.ordered]).toEqual([joined.n, joined.n]);
      expect(Number(all.received)).toBeGreaterThan(Number(all.with_call) / 2);
      if (capture === 'drops-tcp') expect(Number(all.dropped)).toBeGreaterThan(0);
      expect(Number(all.reasons)).toBeLessThanOrEqual(Number(all.dropped));
      const analysis = JSON.parse(runCli(['report', args[1], '--format', 'json', '-q']).stdout) as {
        saved: { timeline: { arrivals: { rows: { kept: number } } } }[];
      };
      expect(Number(all.n)).toBe(analysis.saved[0].timeline.arrivals.rows.kept);
    },
  );

  it('is the same bytes each time, by standard output too', () => {
    const args = ['calls', CAPTURES[0], '--format', 'parquet', '-q'];
    for (const name of ['a', 'b']) expect(runCli([...args, '-o', at(name)]).status).toBe(0);
    expect(Buffer.compare(readFileSync(at('a')), readFileSync(at('b')))).toBe(0);
    expect(runCli(['export', CAPTURES[0], '--format', 'parquet', '-q']).status).toBe(2);
  });

  it('writes row groups of 50,000 with nulls, 64-bit values, texts and lists; empty tables too', async () => {
    const rows = 120_001;
    const table: ColumnTable = {
      rows,
      columns: [
        { name: 'number', type: 'integer', read: (row) => (row % 3 === 0 ? null : row) },
        { name: 'large', type: 'integer', read: (row) => 2n ** 61n + BigInt(row) },
        { name: 'word', type: 'text', read: (row) => (row % 5 === 0 ? null : `w${row % 7} é`) },
        { name: 'list', type: 'integers', read: (row) => (row % 2 === 0 ? [] : [row, -1]) },
      ],
    };
    let largest = 0;
    const chunks: Uint8Array[] = [];
    for (const chunk of writeParquet([table], { metadata: { tool: 'recvscope test', table: 'made' } })) {
      largest = Math.max(largest, chunk.length);
      chunks.push(chunk);
    }
    writeFileSync(at('made.parquet'), Buffer.concat(chunks));
    // One piece a row group: the whole file is never in memory.
    expect(chunks).toHaveLength(4);
    const made = `read_parquet('${at('made.parquet')}')`;
    const [sums] = await queryDuckDb(
      `select count(*) n, count(number) known, sum(number)::bigint total, max("large") as "large", count(word) words, count(distinct word) kinds, sum(len(list))::bigint items, sum(list_sum(list))::bigint listed from ${made}`,
    );
    const expected = Array.from({ length: rows }, (_, row) => row);
    expect(sums).toEqual({
      n: BigInt(rows),
      known: BigInt(expected.filter((row) => row % 3 !== 0).length),
      total: BigInt(expected.filter((row) => row % 3 !== 0).reduce((a, b) => a + b, 0)),
      large: 2n ** 61n + BigInt(rows - 1),
      words: BigInt(expected.filter((row) => row % 5 !== 0).length),
      kinds: 7n,
      items: BigInt(2 * 60_000),
      listed: BigInt(expected.filter((row) => row % 2 === 1).reduce((a, b) => a + b - 1, 0)),
    });
    const groups = await queryDuckDb(
      `select distinct row_group_id, row_group_num_rows from parquet_metadata('${at('made.parquet')}') order by 1`,
    );
    expect(groups.map((group) => Number(group.row_group_num_rows))).toEqual([50_000, 50_000, 20_001]);
    writeFileSync(
      at('empty.parquet'),
      Buffer.concat([...writeParquet([{ ...table, rows: 0 }], { metadata: { tool: 'recvscope test' } })]),
    );
    expect(await queryDuckDb(`select count(*) n from read_parquet('${at('empty.parquet')}')`)).toEqual([{ n: 0n }]);
  });
});
