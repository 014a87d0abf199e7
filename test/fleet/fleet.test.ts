import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetComparison, FleetSummary } from '../../src/model/fleet.ts';
import { runCli } from '../support/run-cli.ts';
import { ROOT } from '../support/source-tree.ts';
import { breakCapture, makePerfText } from './make-captures.ts';
import { makeHosts } from './make-fleet.ts';

/** A small fleet from text to answer: captures are made, half of them broken, summarised through a kill, compared. */
const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-fleet-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const HOSTS = makeHosts(80, 7, { all: 0.1, extra: 1, share: 0.05 });
const captures = path.join(scratch, 'captures');
const summaries = path.join(scratch, 'summaries');
const manifest = path.join(scratch, 'manifest.txt');

const fleet = (...args: string[]) => runCli(['fleet', ...args]);
const readJson = <T>(...args: string[]): T => {
  const { status, stdout, stderr } = fleet(...args, '--format', 'json');
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as T;
};

beforeAll(async () => {
  mkdirSync(captures);
  const names: string[] = [];
  HOSTS.forEach((host, i) => {
    for (const kernel of ['6.1.0', '6.18.0']) {
      const isAfter = kernel === '6.18.0';
      const text = makePerfText({ host, kernel, isAfter, calls: 400, seed: 2 * i + (isAfter ? 1 : 0) });
      for (const [suffix, content] of [
        ['txt', text],
        ['broken.txt', breakCapture(text, i)],
      ] as const) {
        const file = path.join(captures, `${host.name}-${kernel}.${suffix}`);
        writeFileSync(file, content);
        names.push(file);
      }
    }
  });
  writeFileSync(manifest, `${names.join('\n')}\n`);
  const args = [path.join(ROOT, 'dist/cli.js'), 'summarize', '--from', manifest, '-q', '-o', summaries];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const count = (): number => {
    try {
      return readdirSync(summaries).length;
    } catch {
      return 0;
    }
  };
  while (count() < 20 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill('SIGKILL');
  await ended;
}, 400_000);

describe('fleet', () => {
  it('resumes after a kill and says how far it is', () => {
    const before = JSON.parse(fleet('status', manifest, summaries, '--format', 'json').stdout) as {
      done: number;
      missing: string[];
    };
    expect(before.done).toBeGreaterThan(0);
    expect(before.missing.length).toBeGreaterThan(0);
    const run = runCli(['summarize', '--from', manifest, '-q', '-o', summaries, '--max-failures', '160']);
    expect(run.status, run.stderr).toBe(0);
    const after = fleet('status', manifest, summaries);
    expect(after.stdout.split('\n')[0]).toBe('320 captures: 160 done, 160 failed, 0 missing');
    expect(after.status).toBe(1);
    const codes = new Set(
      readFileSync(path.join(summaries, 'failures.ndjson'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { code: string }).code),
    );
    expect(codes.has('internal-error')).toBe(false);
  }, 400_000);

  it('summarises: hosts, kernels, calls', () => {
    const { totals, rows } = readJson<FleetSummary>(
      'summary',
      summaries,
      '--by',
      'kernel,size',
      '--metric',
      'duration',
    );
    expect(totals).toMatchObject({ captures: 160, hosts: 80, calls: 160 * 400, withoutHost: 0 });
    expect(rows.map((row) => row.group)).toEqual([
      ['6.1.0', '1024'],
      ['6.1.0', '65536'],
      ['6.18.0', '1024'],
      ['6.18.0', '65536'],
    ]);
    for (const row of rows) expect(row).toMatchObject({ hosts: 80, captures: 80 });
    expect(rows[1].p50! / rows[0].p50!).toBeCloseTo(3, 0);
  });

  it('compares host by host: the shift that was planted, the hosts that were planted, no other', () => {
    const comparison = readJson<FleetComparison>(
      'compare',
      summaries,
      '--by',
      'kernel=6.1.0,6.18.0',
      '--metric',
      'duration',
    );
    expect(comparison).toMatchObject({
      design: 'paired',
      mix: 'mechanism and size',
      hosts: { before: 80, after: 80, both: 80 },
    });
    const [first] = comparison.metrics;
    expect(first.outcome).toBe('higher');
    expect(first.effect.low!).toBeLessThan(12);
    expect(first.effect.low!).toBeGreaterThan(8);
    expect(first.effect.high!).toBeLessThan(16);
    expect(comparison.hosts.changed.map(({ host }) => host).sort()).toEqual(
      HOSTS.filter((host) => host.isPlanted).map((host) => host.name),
    );
    for (const host of comparison.hosts.changed) expect(host.worst[0]).toContain(`${host.host}-6.18.0.txt`);
    expect(comparison.distribution.reduce((sum, bin) => sum + bin.hosts, 0)).toBe(80);
    expect(
      readJson<FleetComparison>('compare', summaries, '--by', 'kernel=6.1.0,6.18.0', '--metric', 'duration'),
    ).toEqual(comparison);
    const lines = fleet('hosts', summaries, '--by', 'kernel=6.1.0,6.18.0', '--metric', 'duration')
      .stdout.trimEnd()
      .split('\n');
    expect(lines.slice(1).map((line) => line.split('\t')[0])).toEqual(comparison.hosts.changed.map(({ host }) => host));
  });

  it('compares different machines with a warning, and names no host', () => {
    const half = path.join(scratch, 'half');
    const chosen = HOSTS.flatMap((host, i) =>
      path.join(captures, `${host.name}-${i % 2 === 0 ? '6.1.0' : '6.18.0'}.txt`),
    );
    expect(runCli(['summarize', ...chosen, '-q', '-o', half]).status).toBe(0);
    const comparison = readJson<FleetComparison>(
      'compare',
      half,
      '--by',
      'kernel=6.1.0,6.18.0',
      '--metric',
      'duration',
    );
    expect(comparison).toMatchObject({
      design: 'different-machines',
      hosts: { before: 40, after: 40, both: 0, changed: [] },
    });
    expect(comparison.warnings.length).toBeGreaterThan(0);
    expect(comparison.headline).toMatch(/different machines/);
    expect(comparison.headline).not.toMatch(/regress/);
  }, 240_000);

  it('writes one self-contained page of at most 400 kB', () => {
    const page = path.join(scratch, 'compare.html');
    expect(
      fleet('compare', summaries, '--by', 'kernel=6.1.0,6.18.0', '--metric', 'duration', '-q', '-o', page).status,
    ).toBe(0);
    const html = readFileSync(page, 'utf8');
    expect(html.length).toBeLessThan(400_000);
    expect(html).toMatch(/<svg/);
    expect(html).not.toMatch(/src="http|href="http|@import/);
    for (const { name } of HOSTS.filter((host) => host.isPlanted)) expect(html).toContain(name);
  });
});
