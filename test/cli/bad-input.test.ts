import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { ROOT } from '../support/source-tree.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'recvscope-bad-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, content: string | Buffer): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

mkdirSync(path.join(folder, 'empty-folder'));
const CASES: { what: string; args: string[]; status: number; says: RegExp }[] = [
  { what: 'missing file', args: ['report', path.join(folder, 'nowhere.txt')], status: 3, says: /nowhere\.txt/ },
  {
    what: 'folder without captures',
    args: ['report', path.join(folder, 'empty-folder')],
    status: 4,
    says: /empty-folder|no capture/i,
  },
  { what: 'empty file', args: ['calls', put('empty.txt', '')], status: 4, says: /empty/ },
  {
    what: 'perf.data',
    args: ['report', put('perf.data', Buffer.concat([Buffer.from('PERFILE2'), Buffer.alloc(200)]))],
    status: 3,
    says: /perf script/,
  },
  {
    what: 'trace.dat',
    args: [
      'inspect',
      put('trace.dat', Buffer.concat([Buffer.from([0x17, 0x08, 0x44]), Buffer.from('tracing6\0'), Buffer.alloc(99)])),
    ],
    status: 3,
    says: /trace-cmd report/,
  },
  {
    what: 'a text of another kind',
    args: ['report', put('prose.txt', 'Dear list,\n\nplease find attached nothing of interest.\n'.repeat(20))],
    status: 4,
    says: /recogni/,
  },
  {
    what: 'random bytes',
    args: ['report', put('noise.bin', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 251)))],
    status: 4,
    says: /recogni|binary/,
  },
  { what: 'no argument', args: ['report'], status: 2, says: /missing required argument/ },
  { what: 'unknown command', args: ['explode'], status: 2, says: /unknown command/ },
  { what: 'unknown option', args: ['report', '--explode'], status: 2, says: /unknown option/ },
  { what: 'wrong format', args: ['report', 'x', '--format', 'pdf'], status: 2, says: /Allowed choices/ },
  {
    what: 'compare with one capture without marks',
    args: ['compare', path.join(ROOT, 'fixtures/captures/ftrace/events-6.18/trace.txt')],
    status: 2,
    says: /two captures, or one that holds marks/,
  },
  { what: 'compare without captures', args: ['compare'], status: 2, says: /a capture on each side/ },
  { what: 'bad --fail-on', args: ['compare', 'a', 'b', '--fail-on', 'feelings'], status: 2, says: /fail-on/ },
];

describe('bad input', () => {
  it.each(CASES)('$what: exit $status, a message, a hint, no stack', ({ args, status, says }) => {
    const result = runCli(args);
    expect(result.status, result.stderr).toBe(status);
    expect(result.stderr).toMatch(says);
    expect(result.stderr).not.toMatch(/\n\s+at .*\(/);
    expect(result.stdout).toBe('');
  });

  it('reads a cut gzip file as far as it goes and says that it is cut', () => {
    const whole = readFileSync(path.join(ROOT, 'fixtures/captures/classic/B-default/run1/trace.txt.gz'));
    const result = runCli(['inspect', put('half.txt.gz', whole.subarray(0, whole.length >> 1)), '--format', 'json']);
    expect(result.status, result.stderr).toBe(0);
    const { files, diagnostics } = JSON.parse(result.stdout);
    expect(files[0].events).toBeGreaterThan(1000);
    expect(diagnostics.map((record: { name: string }) => record.name)).toContain('packed-data-broken');
  });

  it('leaves no partial output file', () => {
    const output = path.join(folder, 'out');
    mkdirSync(output);
    expect(runCli(['report', path.join(folder, 'prose.txt'), '-o', path.join(output, 'report.html')]).status).toBe(4);
    expect(readdirSync(output)).toEqual([]);
  });

  it('does not touch an existing report when it fails', () => {
    const file = put('old.html', 'old');
    expect(runCli(['report', path.join(folder, 'nowhere.txt'), '-o', file]).status).toBe(3);
    expect(readFileSync(file, 'utf8')).toBe('old');
  });

  it('neither terminal nor browser acts on a hostile task name', () => {
    const evil = '<script>alert(1)</script>\u001b[31m';
    const file = put(
      'evil.txt',
      [
        '# tracer: nop',
        ...[0, 1, 2, 3].flatMap((i) => [
          `${evil.slice(0, 15)}-77    [000] ....     ${i + 1}.000100: sys_recvfrom(fd: 3, ubuf: 7f26cec37000, size: 4000, flags: 0, addr: 0, addr_len: 0)`,
          `${evil.slice(0, 15)}-77    [000] ....     ${i + 1}.000140: skb_copy_datagram_iovec: skbaddr=ffff8800555c9b00 len=1448`,
          `${evil.slice(0, 15)}-77    [000] ....     ${i + 1}.000200: sys_recvfrom -> 0x5a8`,
        ]),
        '',
      ].join('\n'),
    );
    const html = runCli(['report', file, '--format', 'html']);
    expect(html.status, html.stderr).toBe(0);
    expect(html.stdout).not.toMatch(/<script>alert/);
    const text = runCli(['report', file, '--format', 'text']);
    expect(text.stdout).not.toMatch(/\u001b/);
    const calls = runCli(['calls', file]);
    expect(calls.stdout.trim().split('\n')).toHaveLength(5);
    expect(calls.stdout).not.toMatch(/\u001b/);
  });
});
