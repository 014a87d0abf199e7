import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { ROOT } from '../support/source-tree.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'recvscope-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fixture = path.join(ROOT, 'fixtures/captures/ftrace/kprobes-3.10/trace.txt');
const text = readFileSync(fixture);
const capture = path.join(folder, 'capture.txt');
writeFileSync(capture, text);
symlinkSync(capture, path.join(folder, 'symlink.txt'));
linkSync(capture, path.join(folder, 'hardlink.txt'));

describe('where output may go', () => {
  it.each([
    ['report', 'capture.txt', 'capture.txt'],
    ['calls', 'capture.txt', 'symlink.txt'],
    ['calls', 'symlink.txt', 'capture.txt'],
    ['whatif', 'capture.txt', 'hardlink.txt'],
  ])('%s %s -o %s is refused: it is the capture itself', (command, input, output) => {
    const result = runCli([command, path.join(folder, input), '-o', path.join(folder, output)]);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/would overwrite[^\n]*\[output-is-input\]\n {2}hint: /);
    expect(readFileSync(capture).equals(text)).toBe(true);
  });

  it('compare refuses it for captures named by options, too', () => {
    const result = runCli(['compare', '--before', fixture, '--after', capture, '-o', capture]);
    expect(result.status).toBe(2);
    expect(readFileSync(capture).equals(text)).toBe(true);
  });

  it.skipIf(!existsSync('/dev/full')).each([['calls'], ['report'], ['inspect']])(
    '%s into a full disk: exit 3, two lines, no stack',
    (command) => {
      const full = openSync('/dev/full', 'w');
      const args = [path.join(ROOT, 'dist/cli.js'), command, capture];
      const result = spawnSync(process.execPath, args, { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
      closeSync(full);
      expect(result.status).toBe(3);
      expect(result.stderr).toMatch(
        /^recvscope: cannot write to standard output: ENOSPC \[cannot-write\]\n {2}hint: .*\n$/,
      );
    },
  );

  it('a padded gzip file gives what the plain file gives', () => {
    const padded = path.join(folder, 'padded.txt.gz');
    writeFileSync(padded, Buffer.concat([gzipSync(text), Buffer.alloc(512)]));
    const result = runCli(['calls', padded]);
    expect(result.status, result.stderr).toBe(0);
    expect(result.stdout).toBe(runCli(['calls', capture]).stdout);
  });
});
