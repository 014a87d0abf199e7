import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { queryDuckDb } from '../support/query-duckdb.ts';
import { runCli } from '../support/run-cli.ts';
import { ROOT } from '../support/source-tree.ts';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-summarize-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const CLASSIC = ['A-offload-off', 'B-default', 'C-lowat200k'].map((side) =>
  path.join(ROOT, `fixtures/captures/classic/${side}/run1`),
);
const summaries = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.parquet'))
        .sort()
    : [];
const failuresOf = (folder: string): { capture: string; code: string }[] =>
  readFileSync(path.join(folder, 'failures.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { capture: string; code: string });
const bytesOf = (folder: string): string[] =>
  summaries(folder).map((name) => readFileSync(path.join(folder, name)).toString('base64'));

/** Captures that are cheap to read: one small trace, cut to several lengths. */
function makeCaptures(folder: string, count: number): string[] {
  mkdirSync(folder, { recursive: true });
  const source = readFileSync(
    path.join(ROOT, 'fixtures/captures/truth/guest-6.1-rr64/kprobes-events.txt'),
    'utf8',
  ).split('\n');
  return Array.from({ length: count }, (_, i) => {
    const file = path.join(folder, `capture ${i}.txt`);
    writeFileSync(file, `${source.slice(0, source.length - 1 - i).join('\n')}\n`);
    return file;
  });
}

describe('summarize', () => {
  const out = path.join(scratch, 'out');
  it('writes one file a capture, at most 15 KB, named by its content; the first row is the capture', async () => {
    const { status, stderr } = runCli(['summarize', ...CLASSIC, '--label', 'rollout=new', '-o', out]);
    expect(status, stderr).toBe(0);
    expect(summaries(out)).toHaveLength(3);
    for (const name of summaries(out)) expect(statSync(path.join(out, name)).size).toBeLessThan(15_000);
    const rows = await queryDuckDb(
      `select capture_id, source, kernel, labels, calls, counted_calls, lost_events from read_parquet('${out}/*.parquet') where metric is null order by source`,
    );
    expect(rows.map((row) => row.source)).toEqual(CLASSIC);
    expect(rows.map((row) => `${row.capture_id}.parquet`).sort()).toEqual(summaries(out));
    for (const row of rows) expect(row).toMatchObject({ kernel: '3.10.105', labels: '{"rollout":"new"}' });
    const [counted] = await queryDuckDb(
      `select sum(n)::bigint n from read_parquet('${out}/*.parquet') where metric = 'duration'`,
    );
    expect(counted.n).toBe(rows.reduce((sum, row) => sum + (row.counted_calls as bigint), 0n));
  });

  it('does nothing again that the same version did, until labels, contents or the file are other', () => {
    const before = bytesOf(out);
    const again = (...more: string[]): string => runCli(['summarize', ...CLASSIC, '-o', out, ...more]).stderr;
    expect(again('--label', 'rollout=new')).toMatch(/0 summarised, 3 already there/);
    expect(again('--label', 'rollout=old')).toMatch(/3 summarised, 0 already there/);
    expect(again('--label', 'rollout=new')).toMatch(/3 summarised/);
    expect(bytesOf(out)).toEqual(before);
    rmSync(path.join(out, summaries(out)[0]));
    expect(again('--label', 'rollout=new')).toMatch(/1 summarised, 2 already there/);
    expect(bytesOf(out)).toEqual(before);
  });

  it('makes a summary again when the capture has changed', () => {
    const [file] = makeCaptures(path.join(scratch, 'changed'), 1);
    const folder = path.join(scratch, 'changed-out');
    expect(runCli(['summarize', file, '-o', folder]).stderr).toMatch(/1 summarised/);
    copyFileSync(path.join(CLASSIC[1], 'trace.txt.gz'), file);
    utimesSync(file, 1e9, 1e9);
    expect(runCli(['summarize', file, '-o', folder]).stderr).toMatch(/1 summarised/);
    expect(summaries(folder)).toHaveLength(2);
  });

  it('puts what fails into failures.ndjson, goes on, and keeps to --max-failures', () => {
    const folder = path.join(scratch, 'failing');
    const prose = path.join(scratch, 'prose.txt');
    writeFileSync(prose, 'Dear all,\n\nthis is no capture.\n');
    const captures = [path.join(scratch, 'nowhere'), prose, CLASSIC[0]];
    expect(runCli(['summarize', ...captures, '-q', '-o', folder]).status).toBe(1);
    expect(failuresOf(folder).map(({ capture, code }) => [capture, code])).toEqual([
      [captures[0], 'no-such-file'],
      [captures[1], 'nothing-recognised'],
    ]);
    expect(summaries(folder)).toHaveLength(1);
    expect(runCli(['summarize', ...captures, '-q', '-o', folder, '--max-failures', '1']).status).toBe(1);
    expect(runCli(['summarize', ...captures, '-q', '-o', folder, '--max-failures', '2']).status).toBe(0);
  });

  it('shares a manifest among shards: every capture once, the same files as one process makes', () => {
    const captures = makeCaptures(path.join(scratch, 'many'), 7);
    const manifest = path.join(scratch, 'manifest.txt');
    writeFileSync(manifest, `# captures\n\n${captures.join('\n')}\n`);
    const [whole, shared] = ['whole', 'shared'].map((name) => path.join(scratch, name));
    expect(runCli(['summarize', '--from', manifest, '-o', whole]).stderr).toMatch(/7 summarised/);
    const counts = [1, 2, 3].map(
      (i) =>
        /(\d+) summarised/.exec(
          runCli(['summarize', '--from', manifest, '--shard', `${i}/3`, '-o', shared]).stderr,
        )?.[1],
    );
    expect(counts).toEqual(['3', '2', '2']);
    expect(summaries(shared)).toEqual(summaries(whole));
    expect(bytesOf(shared)).toEqual(bytesOf(whole));
    expect(runCli(['summarize', '--from', manifest, '--shard', '4/3', '-o', shared]).status).toBe(2);
    expect(runCli(['summarize', '-o', shared]).status).toBe(2);
  });

  it('works under xargs -P: processes share a folder, names with blanks, failures whole lines', () => {
    const captures = makeCaptures(path.join(scratch, 'xargs in'), 6);
    for (const place of [0, 1, 2, 3]) writeFileSync(`${captures[place]}.broken`, `nothing ${place}\n`.repeat(9));
    const folder = path.join(scratch, 'xargs');
    const command = `find "${path.dirname(captures[0])}" -type f -print0 | xargs -0 -P 3 -n 2 "${process.execPath}" "${path.join(ROOT, 'dist/cli.js')}" summarize -q -o "${folder}"`;
    // 123: a command of xargs ended with an error, here because captures failed.
    expect(spawnSync('sh', ['-c', command]).status).toBe(123);
    expect(summaries(folder)).toHaveLength(6);
    expect(failuresOf(folder).map(({ code }) => code)).toEqual(Array(4).fill('nothing-recognised'));
  });

  it('leaves whole files only when it is killed, and goes on where it was', async () => {
    const captures = makeCaptures(path.join(scratch, 'kill in'), 12);
    const folder = path.join(scratch, 'killed');
    const args = [path.join(ROOT, 'dist/cli.js'), 'summarize', ...captures, '-o', folder];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    while (summaries(folder).length < 2 && child.exitCode === null) await new Promise((r) => setTimeout(r, 5));
    child.kill('SIGKILL');
    await ended;
    const left = summaries(folder);
    expect(left.length).toBeGreaterThanOrEqual(2);
    const [read] = await queryDuckDb(`select count(*) n from read_parquet('${folder}/*.parquet') where metric is null`);
    expect(Number(read.n)).toBe(left.length);
    const { stderr } = runCli(['summarize', ...captures, '-o', folder]);
    const [, done, skipped] = /(\d+) summarised, (\d+) already there, 0 failed/.exec(stderr)!;
    expect(Number(done) + Number(skipped)).toBe(12);
    expect(Number(skipped)).toBeGreaterThanOrEqual(left.length - 1);
    expect(summaries(folder)).toHaveLength(12);
  });

  it('reads standard input, and writes rows of calls on request', () => {
    const folder = path.join(scratch, 'stdin');
    const input = readFileSync(path.join(CLASSIC[0], 'trace.txt.gz'));
    expect(runCli(['summarize', '-', '--calls', '-q', '-o', folder], { input }).status).toBe(0);
    expect(summaries(folder)).toHaveLength(1);
    expect(summaries(path.join(folder, 'calls'))).toEqual(summaries(folder));
  });
});
