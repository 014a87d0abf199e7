import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { ROOT } from '../support/source-tree.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'recvscope-runs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const TRACE = path.join(ROOT, 'fixtures/captures/worked/plain-copy-6.18/capture.txt');
const CLASSIC = 'fixtures/captures/classic';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(root, 'series-'));
  for (const name of ['run1.txt', 'run2.txt', 'run3.txt']) copyFileSync(TRACE, path.join(folder, name));
  writeFileSync(path.join(folder, 'run2.conf.txt'), 'net.ipv4.tcp_rmem = 4096 131072 6291456\n');
});
const runsOf = (...args: string[]) =>
  (
    JSON.parse(runCli(['report', ...args, '--format', 'json']).stdout) as {
      runs: { name: string; files: { file: string }[] }[];
    }
  ).runs.map(({ name, files }) => [path.basename(name), ...files.map(({ file }) => file).sort()]);

describe('a folder of numbered runs', () => {
  it('is that many runs, each with what lies beside it and with what all share', () => {
    writeFileSync(path.join(folder, 'uname.txt'), 'Linux web7 6.18.0 #1 SMP x86_64 GNU/Linux\n');
    expect(runsOf(folder)).toEqual([
      ['run1', 'run1.txt', 'uname.txt'],
      ['run2', 'run2.conf.txt', 'run2.txt', 'uname.txt'],
      ['run3', 'run3.txt', 'uname.txt'],
    ]);
  });

  it('with a capture that has no number is one capture, as before', () => {
    copyFileSync(TRACE, path.join(folder, 'warm-up.txt'));
    expect(runsOf(folder)).toHaveLength(1);
  });

  it('compares with another one run by run, the same bytes from several threads', () => {
    const sides = ['A-offload-off', 'B-default'];
    const named = ['run1', 'run2', 'run3', 'run4', 'run5'];
    const args = ['compare', ...sides.map((side) => `${CLASSIC}/${side}`), '--format', 'json'];
    const folders = runCli(args);
    expect(folders.status).toBe(0);
    expect(runCli([...args, '--jobs', '4'])).toEqual(folders);
    const rows = (text: string) => (JSON.parse(text) as { comparison: unknown }).comparison;
    const oneByOne = runCli([
      'compare',
      ...named.flatMap((run) => ['--before', `${CLASSIC}/${sides[0]}/${run}`]),
      ...named.flatMap((run) => ['--after', `${CLASSIC}/${sides[1]}/${run}`]),
      '--format',
      'json',
    ]);
    expect(rows(folders.stdout)).toEqual(rows(oneByOne.stdout));
    expect(folders.stdout).toContain('"title": "A-offload-off (5 runs) → B-default (5 runs)"');
  });

  it('of folders as well; -o never replaces a member', () => {
    const nested = mkdtempSync(path.join(root, 'nested-'));
    for (const run of ['iter-1', 'iter-2']) cpSync(path.dirname(TRACE), path.join(nested, run), { recursive: true });
    expect(runsOf(nested).map(([name]) => name)).toEqual(['iter1', 'iter2']);
    expect(runCli(['report', folder, '-o', path.join(folder, 'run3.txt')]).status).toBe(2);
  });
});
