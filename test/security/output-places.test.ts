import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { ROOT } from '../support/source-tree.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'recvscope-places-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixture = path.join(ROOT, 'fixtures/captures/ftrace/kprobes-3.10/trace.txt');
const text = readFileSync(fixture);
const CLI = path.join(ROOT, 'dist/cli.js');
const cli = (...args: string[]) => runCli(args, { cwd: folder });
const parts = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.part$/.test(name));

beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true, force: true });
  mkdirSync(path.join(folder, 'bundle/deep'), { recursive: true });
  for (const name of ['bundle/trace.txt', 'bundle/deep/more.txt', 'plain.txt'])
    writeFileSync(path.join(folder, name), text);
  writeFileSync(path.join(folder, 'bundle/sysctl.txt'), 'net.ipv4.tcp_dma_copybreak = 4096\n');
  symlinkSync('bundle/trace.txt', path.join(folder, 'symlink.txt'));
  symlinkSync('bundle', path.join(folder, 'way'));
  linkSync(path.join(folder, 'bundle/deep/more.txt'), path.join(folder, 'hardlink.txt'));
});

describe('output-over-a-folder-member', () => {
  const others = ['plain.txt', '--baseline', 'bundle'];
  it.each([
    ['report', 'bundle', '-o', 'bundle/trace.txt'],
    ['report', 'bundle', '-o', 'bundle/sysctl.txt'],
    ['report', 'bundle/', '-o', './bundle//deep/../deep/more.txt'],
    ['report', 'way', '-o', 'bundle/trace.txt'],
    ['report', 'bundle', '-o', 'way/trace.txt'],
    ['calls', 'bundle', '-o', 'symlink.txt'],
    ['calls', 'bundle', '-o', 'hardlink.txt'],
    ['export', 'bundle', '-o', 'bundle/trace.txt'],
    ['whatif', 'bundle', '--mtu', '9000', '-o', 'bundle/trace.txt'],
    ['report', ...others, '-o', 'bundle/deep/more.txt'],
    ['whatif', ...others, '--mtu', '9000', '-o', 'hardlink.txt'],
    ['compare', '--before', 'plain.txt', '--after', 'bundle', '-o', 'bundle/trace.txt'],
    ['compare', '--before', 'bundle', '--after', 'plain.txt', '-o', 'symlink.txt'],
    ['compare', 'plain.txt', 'bundle', '-o', 'plain.txt'],
  ])('%s %s %s %s %s', (...args) => {
    const result = cli(...args);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('[output-is-input]');
    for (const name of ['bundle/trace.txt', 'bundle/deep/more.txt', 'plain.txt', 'hardlink.txt'])
      expect(readFileSync(path.join(folder, name)).equals(text), name).toBe(true);
    expect(lstatSync(path.join(folder, 'symlink.txt')).isSymbolicLink()).toBe(true);
    expect(parts()).toEqual([]);
  });

  it('standard input and standard output that are files count as well', () => {
    const file = path.join(folder, 'plain.txt');
    const input = openSync(file, 'r');
    const fromStdin = spawnSync(process.execPath, [CLI, 'report', '-', '-o', file], { stdio: [input, 'pipe', 'pipe'] });
    expect(fromStdin.status).toBe(2);
    const output = openSync(file, 'a');
    const toStdout = spawnSync(process.execPath, [CLI, 'calls', file], { stdio: ['ignore', output, 'pipe'] });
    expect(toStdout.status).toBe(2);
    for (const open of [input, output]) closeSync(open);
    expect(readFileSync(file).equals(text)).toBe(true);
  });

  it('a new file inside the folder is welcome', () => {
    expect(cli('report', 'bundle', '-o', 'bundle/report.html').status).toBe(0);
  });
});

describe('output-mode-and-link', () => {
  it('keeps the mode and writes through a link', () => {
    writeFileSync(path.join(folder, 'private.html'), '');
    chmodSync(path.join(folder, 'private.html'), 0o600);
    writeFileSync(path.join(folder, 'target.html'), 'old');
    symlinkSync('target.html', path.join(folder, 'link.html'));
    symlinkSync('bundle/new.html', path.join(folder, 'dangling.html'));
    for (const name of ['private.html', 'link.html', 'dangling.html'])
      expect(cli('report', 'plain.txt', '-o', name).status).toBe(0);
    expect(statSync(path.join(folder, 'private.html')).mode & 0o7777).toBe(0o600);
    for (const name of ['link.html', 'dangling.html'])
      expect(lstatSync(path.join(folder, name)).isSymbolicLink()).toBe(true);
    for (const name of ['private.html', 'target.html', 'bundle/new.html'])
      expect(readFileSync(path.join(folder, name), 'utf8')).toMatch(/^<!doctype html>/i);
    expect(parts()).toEqual([]);
  });

  it('leaves no part file after SIGTERM', async () => {
    const script = `import { writeFileWhole } from ${JSON.stringify(path.join(ROOT, 'src/cli/target-file.ts'))};
      function* endless() { for (;;) yield 'x'.repeat(1000); }
      await writeFileWhole('endless.txt', endless());`;
    writeFileSync(path.join(folder, 'endless.mjs'), script);
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), 'endless.mjs'], { cwd: folder });
    while (parts().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const ended = new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)));
    child.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
    expect(parts()).toEqual([]);
    expect(readdirSync(folder)).not.toContain('endless.txt');
  });
});

describe('odd-output-paths', () => {
  it.each([
    ['', ''],
    ['no/such/x.html', 'ENOENT'],
    ['loop-a', 'ELOOP'],
    ['plain.txt/x.html', 'ENOTDIR'],
    [`${'a'.repeat(300)}.html`, 'ENAMETOOLONG'],
    ['bundle', 'EISDIR'],
    ['new/', 'EISDIR'],
    ['.', 'EISDIR'],
    ['/proc/nothing.html', 'ENOENT'],
  ])('-o %j is told before the work', (output, code) => {
    symlinkSync('loop-b', path.join(folder, 'loop-a'));
    symlinkSync('loop-a', path.join(folder, 'loop-b'));
    // The capture does not exist: its own message would come first if anything were read.
    const result = cli('report', 'missing.txt', '-o', output);
    expect(result.status).toBe(3);
    expect(result.stderr).toMatch(new RegExp(`${code}.*\\[cannot-write\\]`));
  });

  it('a long name that the system allows is written', () => {
    const name = `${'b'.repeat(250)}.txt`;
    expect(cli('report', 'plain.txt', '-o', name).status).toBe(0);
    expect(readFileSync(path.join(folder, name), 'utf8').length).toBeGreaterThan(1000);
  });

  it('inputs the system refuses are unreadable, with their name', () => {
    symlinkSync('loop-a', path.join(folder, 'loop-a'));
    for (const name of ['loop-a', 'plain.txt/x', 'c'.repeat(300)]) {
      const result = cli('inspect', name);
      expect(result.status).toBe(3);
      expect(result.stderr).toContain(path.basename(name).slice(0, 100));
    }
    const stdin = openSync(folder, 'r');
    expect(spawnSync(process.execPath, [CLI, 'inspect', '-'], { stdio: [stdin, 'pipe', 'pipe'] }).status).toBe(3);
    closeSync(stdin);
  });
});

describe('full-disk-behind-stdout', () => {
  it.each([
    ['report', 'plain.txt', '--format', 'html'],
    ['report', 'plain.txt', '--format', 'json'],
    ['inspect', 'plain.txt', '--format', 'json'],
    ['formats'],
    ['calls', 'plain.txt', '--extra'],
    ['report', '--help'],
  ])('%s %s: what does not fit is an error', (...args) => {
    const command = `ulimit -f 1; exec "$0" "$@" > cut.out`;
    const result = spawnSync('bash', ['-c', command, process.execPath, CLI, ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(result.status, result.stderr).toBe(3);
    expect(result.stderr).toContain('[cannot-write]');
  });

  it('a whole file is whole, and a closed pipe is quiet', () => {
    const toFile = spawnSync(
      'bash',
      ['-c', `"$0" "$@" > whole.out`, process.execPath, CLI, 'report', 'plain.txt', '--format', 'html'],
      { cwd: folder },
    );
    expect(toFile.status).toBe(0);
    expect(readFileSync(path.join(folder, 'whole.out'), 'utf8')).toBe(
      cli('report', 'plain.txt', '--format', 'html').stdout,
    );
    const toHead = spawnSync(
      'bash',
      [
        '-c',
        `set -o pipefail; "$0" "$@" | head -c 10`,
        process.execPath,
        CLI,
        'report',
        'plain.txt',
        '--format',
        'html',
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(toHead).toMatchObject({ status: 0, stderr: '' });
  });
});
