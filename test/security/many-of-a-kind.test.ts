import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { ROOT } from '../support/source-tree.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'recvscope-many-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);
const write = (name: string, data: string | Uint8Array): string => {
  writeFileSync(at(name), data);
  return at(name);
};

interface Inspected {
  files: { lines: number }[];
  diagnostics: { name: string; count: number }[];
}
const inspect = (...args: string[]): Inspected => JSON.parse(runCli(['inspect', '--format', 'json', ...args]).stdout);
const counted = (result: { diagnostics: Inspected['diagnostics'] }, name: string): number | undefined =>
  result.diagnostics.find((each) => each.name === name)?.count;
const report = (file: string) => JSON.parse(runCli(['report', '--format', 'json', file]).stdout);

/** One call a thread, in the words of ftrace: `thr0000001-11 [000] .... 100.000010: sys_enter_recvfrom: fd: 0x3, …`. */
function callsOf(threads: number, nameOf: (i: number) => string, isOpen: boolean): string {
  const lines = ['# tracer: nop', '#'];
  for (let i = 0; i < threads; i++) {
    const head = `${nameOf(i).padStart(16)}-${10 + i}  [000] ....  ${100 + Math.floor(i / 100_000)}.${String((i % 100_000) * 10).padStart(6, '0')}:`;
    lines.push(
      `${head} sys_enter_recvfrom: fd: 0x3, ubuf: 0x7f0000000000, size: 0x1000, flags: 0x0, addr: 0x0, addr_len: 0x0`,
    );
    if (!isOpen) lines.push(`${head} sys_exit_recvfrom: 0x40`);
  }
  return `${lines.join('\n')}\n`;
}

describe('many-gzip-members', () => {
  it('20,000 members are one text', () => {
    const members = Array.from({ length: 20_000 }, (_, i) =>
      gzipSync(`   reader-7  [000] ....  1.${String(i).padStart(6, '0')}: sys_exit_recvfrom: 0x40\n`),
    );
    const [file] = inspect(write('members.gz', Buffer.concat(members))).files;
    expect(file.lines).toBe(20_000);
  });
});

describe('many-open-calls', () => {
  it('50,000 calls that the end of the capture cuts: each is a row', () => {
    const file = write(
      'open.txt',
      callsOf(50_000, () => 'web', true),
    );
    expect(runCli(['calls', file]).stdout.trimEnd().split('\n')).toHaveLength(50_001);
  });

  it('more threads than are remembered: every call is a row, what was forgotten is counted', () => {
    const file = write(
      'threads.txt',
      callsOf(70_000, () => 'web', false),
    );
    const rows = runCli(['calls', file]).stdout.trimEnd().split('\n');
    expect(rows).toHaveLength(70_001);
    expect(counted(report(file), 'threads-forgotten')).toBeGreaterThan(60_000);
  });

  it('more receivers than a page lists: the first thousand and the number of the others', () => {
    const { scope } = report(
      write(
        'receivers.txt',
        callsOf(30_000, (i) => `thr${String(i).padStart(7, '0')}`, false),
      ),
    );
    expect(scope.receivers).toHaveLength(1000);
    expect(scope.unlisted).toBe(29_000);
  });
});

describe('odd-output-paths, of what is read', () => {
  const whole = callsOf(3, () => 'web', false);
  it('a name longer than the system allows, links in a circle: exit 3 with the path', () => {
    spawnSync('ln', ['-s', 'loop-b', at('loop-a')]);
    spawnSync('ln', ['-s', 'loop-a', at('loop-b')]);
    for (const [name, code] of [
      ['loop-a', 'ELOOP'],
      ['x'.repeat(300), 'ENAMETOOLONG'],
    ]) {
      const ran = runCli(['inspect', at(name)]);
      expect(ran.status).toBe(3);
      expect(ran.stderr).toContain(code);
      expect(ran.stderr).toContain(name);
    }
  });

  it('too few descriptors for what a folder holds: read one after the other, or exit 3; never an internal error', () => {
    mkdirSync(at('bundle'));
    for (let i = 0; i < 40; i++) write(`bundle/t${i}.txt`, whole);
    const cli = path.join(ROOT, 'dist/cli.js');
    for (const descriptors of [22, 24, 28, 40]) {
      const ran = spawnSync(
        'sh',
        ['-c', `ulimit -n ${descriptors}; exec "$0" "${cli}" inspect "${at('bundle')}"`, process.execPath],
        {
          encoding: 'utf8',
        },
      );
      // Below what node itself needs it does not start: its own words and status 1.
      const isRefused = /too many open files/i.test(ran.stderr);
      expect(isRefused ? [1, 3] : [0], `${descriptors}: ${ran.stderr}`).toContain(ran.status);
    }
  });
});

describe('a return larger than was asked', () => {
  it('is counted, and its bytes are in no figure', () => {
    const lines = [1, 2, 3].flatMap((i) => [
      `          reader-7  [000] ....  1.00${i}000: sys_enter_recvfrom: fd: 0x3, ubuf: 0x7f0000000000, size: 0x1000, flags: 0x0, addr: 0x0, addr_len: 0x0`,
      `          reader-7  [000] ....  1.00${i}500: sys_exit_recvfrom: ${i === 2 ? '0x7ffff000' : '0x800'}`,
    ]);
    const file = write('larger.txt', `# tracer: nop\n#\n${lines.join('\n')}\n`);
    const analysis = report(file);
    expect(counted(analysis, 'impossible-return')).toBe(1);
    expect(JSON.stringify(analysis)).not.toContain(String(0x7ffff000));
    const [head, ...rows] = runCli(['calls', file]).stdout.trimEnd().split('\n');
    const column = head.split(',').indexOf('returned_bytes');
    expect(rows.map((row) => row.split(',')[column])).toEqual(['2048', '', '2048']);
  });
});
