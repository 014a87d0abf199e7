import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { ROOT } from '../support/source-tree.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'recvscope-strange-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const CLI = path.join(ROOT, 'dist/cli.js');
const at = (...names: string[]): string => path.join(folder, ...names);
const cli = (...args: string[]) => runCli(args, { cwd: folder });
const trace = readFileSync(path.join(ROOT, 'fixtures/captures/ftrace/kprobes-3.10/trace.txt'));

interface Inspected {
  files: { file: string; format: string; notes: string[] }[];
  diagnostics: { name: string; count: number; examples: { file: string; text: string }[] }[];
}
const inspect = (...args: string[]): Inspected => JSON.parse(cli('inspect', '--format', 'json', ...args).stdout);
const skippedIn = (result: Inspected, name: string): string[] =>
  result.diagnostics.find((each) => each.name === name)?.examples.map((each) => each.file) ?? [];

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(at('bundle/in'), { recursive: true });
  mkdirSync(at('bundle-other'));
  writeFileSync(at('bundle/trace.txt'), trace);
  for (const name of ['bundle-other/t.txt', 'private.txt']) writeFileSync(at(name), trace);
});

describe('links-out-of-the-folder', () => {
  it('follows links only below the folder, and names the others', () => {
    symlinkSync('../private.txt', at('bundle/b.txt'));
    symlinkSync('/proc/cpuinfo', at('bundle/cpuinfo.txt'));
    symlinkSync('/', at('bundle/root'));
    symlinkSync('..', at('bundle/up'));
    symlinkSync('../bundle-other', at('bundle/sibling'));
    symlinkSync('b.txt', at('bundle/chain'));
    symlinkSync('nowhere', at('bundle/dangling'));
    symlinkSync('../trace.txt', at('bundle/in/inner.txt'));
    symlinkSync('.', at('bundle/in/self'));
    const result = inspect('bundle');
    expect(result.files.map((each) => each.file)).toEqual(['in/inner.txt', 'trace.txt']);
    const record = result.diagnostics.find((each) => each.name === 'unreadable-file');
    expect(record?.count).toBe(7);
    expect(skippedIn(result, 'unreadable-file')).toEqual(['b.txt', 'chain', 'cpuinfo.txt', 'dangling', 'root']);
  });

  it('a link that is the argument is followed', () => {
    symlinkSync('bundle', at('way'));
    symlinkSync('private.txt', at('file'));
    expect(inspect('way').files).toHaveLength(1);
    expect(inspect('file').files).toHaveLength(1);
  });

  it('pipes, sockets and devices inside are passed over; limits on entries and bytes are told', () => {
    spawnSync('mkfifo', [at('bundle/pipe')]);
    symlinkSync('/dev/zero', at('bundle/zero'));
    expect(skippedIn(inspect('bundle'), 'unreadable-file')).toEqual(['pipe', 'zero']);
    for (let i = 0; i < 30; i++) writeFileSync(at(`bundle/in/n${i}.txt`), 'x\n');
    expect(cli('inspect', 'bundle', '--max-files', '10').status).toBe(4);
    writeFileSync(at('bundle/a.txt'), trace);
    expect(skippedIn(inspect('bundle', '--max-files', '10'), 'folder-cut')).toHaveLength(1);
    expect(skippedIn(inspect('bundle', '--max-folder-bytes', '20000'), 'folder-cut')).toEqual(['trace.txt']);
  });
});

describe('unseekable-and-unreadable', () => {
  it.each(['inspect', 'report', 'calls'])('%s of a file with a read error: exit 3', (command) => {
    for (const args of [
      [command, '/proc/self/mem'],
      ['compare', '/proc/self/mem', '/proc/self/mem'],
    ])
      expect(cli(...args)).toMatchObject({ status: 3, stderr: expect.stringContaining('EIO') });
  });

  it('a stream is read from its first byte', () => {
    const whole = cli('calls', 'bundle/trace.txt').stdout;
    const piped = spawnSync('bash', ['-c', `"$0" "${CLI}" calls <(cat bundle/trace.txt)`, process.execPath], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(piped.stdout).toBe(whole);
    expect(runCli(['calls', '-'], { input: gzipSync(trace) }).stdout).toBe(whole);
  });

  it.skipIf(!existsSync('/proc/version'))('files of the kernel, which say that they hold nothing, are read', () => {
    const result = cli('inspect', '/proc/version');
    expect(result.status).not.toBe(70);
    expect(result.stderr).not.toContain('is empty');
  });
});

describe('tool-left-running', () => {
  const tool = (body: string): Record<string, string> => {
    mkdirSync(at('bin'), { recursive: true });
    writeFileSync(at('bin/perf'), `#!/bin/sh\n${body}\n`);
    chmodSync(at('bin/perf'), 0o755);
    return { PATH: `${at('bin')}:${process.env.PATH}` };
  };
  const isRunning = (mark: string): boolean => spawnSync('pgrep', ['-f', `[s]leep ${mark}`]).status === 0;
  beforeEach(() => writeFileSync(at('perf.data'), `PERFILE2${'\0'.repeat(100)}`));

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends the tool and what it started', async (signal) => {
    const mark = `7${signal.length}.${process.pid}`;
    const env = { ...process.env, ...tool(`sleep ${mark} & : > started; sleep ${mark}`) };
    const child = spawn(process.execPath, [CLI, 'report', 'perf.data'], { cwd: folder, env });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    while (!isRunning(mark)) await new Promise((resolve) => setTimeout(resolve, 50));
    const ended = new Promise((resolve) => child.once('close', (_code, by) => resolve(by)));
    child.kill(signal);
    expect(await ended).toBe(signal);
    expect(said).toContain('perf script is printing perf.data');
    for (let i = 0; i < 40 && isRunning(mark); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isRunning(mark)).toBe(false);
  });

  it('a recording inside a folder is printed only when asked for', () => {
    const env = tool(`cat "${at('private.txt')}"`);
    cpSync(at('perf.data'), at('bundle/perf.data'));
    const run = (...more: string[]): Inspected =>
      JSON.parse(runCli(['inspect', 'bundle', '--format', 'json', ...more], { cwd: folder, env }).stdout);
    expect(run().files.map((each) => each.format)).toEqual(['binary', 'ftrace']);
    expect(run().files[0].notes[0]).toContain('--print-recordings');
    expect(run('--print-recordings').files.map((each) => each.format)).toEqual(['ftrace', 'ftrace']);
    expect(runCli(['calls', 'bundle/perf.data'], { cwd: folder, env }).status).toBe(0);
  });

  it('a relative entry of PATH is not searched', () => {
    writeFileSync(at('perf'), `#!/bin/sh\n: > ${at('ran')}\n`);
    chmodSync(at('perf'), 0o755);
    const env = { PATH: '.::bin:/nowhere' };
    expect(runCli(['report', 'perf.data'], { cwd: folder, env }).status).toBe(3);
    expect(existsSync(at('ran'))).toBe(false);
  });

  it('a tool that floods its standard error is not listened to for long', () => {
    const env = tool('yes "a message" >&2; exit 1');
    const result = runCli(['report', 'perf.data'], { cwd: folder, env });
    expect(result.status).toBe(3);
    expect(result.stderr).toContain('a message');
  });
});
