import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

/** What is refused before anything is touched: two lines, an exit code, no folder. */
const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-record-errors-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const folder = path.join(scratch, 'capture');

function expectRefusal(args: string[], status: number, code: string): void {
  const result = runCli(args);
  expect(result.status, result.stderr).toBe(status);
  expect(result.stderr).toContain(`[${code}]`);
  expect(result.stderr.trim().split(/\n {2}hint: /)).toHaveLength(2);
  expect(readdirSync(scratch).filter((name) => name === 'capture')).toEqual([]);
}

describe('record and experiment refuse', () => {
  it('a program that is not there', () => {
    expectRefusal(['record', '-o', folder, '--', 'no-such-program'], 2, 'usage');
  });

  it('a folder with somebody’s files', () => {
    const full = path.join(scratch, 'full');
    mkdirSync(full);
    writeFileSync(path.join(full, 'notes.txt'), 'mine');
    const { status, stderr } = runCli(['record', '-o', full, '--', 'true']);
    // Without root the kernel refuses first.
    expect([2, 5]).toContain(status);
    expect(stderr).toMatch(/\[(?:output-exists|no-permission|no-tracefs|in-container|locked-down|no-instances)\]/);
    expect(readdirSync(full)).toEqual(['notes.txt']);
  });

  it('unknown lenses, tracers, figures and labels as usage', () => {
    for (const args of [
      ['--lens', 'all'],
      ['--tracer', 'dtrace'],
      ['--label', 'x'],
      ['--seconds', '0'],
      ['--pid', 'x'],
    ])
      expect(runCli(['record', '-o', folder, ...args]).status).toBe(2);
    expect(runCli(['experiment', '-o', folder, '--a', 'true']).status).toBe(2);
    expect(runCli(['experiment', '-o', folder, '--a', 'true', '--b', 'true', '--until', 'loss:1%']).status).toBe(2);
  });
});
