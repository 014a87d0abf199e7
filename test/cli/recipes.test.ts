import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, readProjectFile } from '../support/source-tree.ts';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-recipes-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The shell step of the composite action, with npx standing for the built command line. */
function runAction(before: string, after: string, failOn: string): { status: string; summary: string; folder: string } {
  const [, step] = /run: \|\n((?: {8}.*\n|\n)+)/.exec(readProjectFile('src/cli/CI.md'))!;
  const folder = mkdtempSync(path.join(scratch, 'job-'));
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(
    path.join(bin, 'npx'),
    `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${path.join(ROOT, 'dist/cli.js')}" "$@"\n`,
  );
  chmodSync(path.join(bin, 'npx'), 0o755);
  const [GITHUB_STEP_SUMMARY, GITHUB_OUTPUT] = ['summary', 'output'].map((name) => path.join(folder, name));
  const result = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.replace(/^ {8}/gm, '')], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      BEFORE: before,
      AFTER: after,
      FAIL_ON: failOn,
      VERSION: 'latest',
      GITHUB_STEP_SUMMARY,
      GITHUB_OUTPUT,
    },
  });
  expect(result.status, result.stderr).toBe(0);
  return {
    status: /status=(\d+)/.exec(readFileSync(GITHUB_OUTPUT, 'utf8'))![1],
    summary: readFileSync(GITHUB_STEP_SUMMARY, 'utf8'),
    folder,
  };
}

const side = (name: string): string =>
  [1, 2, 3, 4, 5].map((run) => path.join(ROOT, `fixtures/captures/classic/${name}/run${run}`)).join('\n');

describe('recipes', () => {
  it('the action writes the comment and the page before it fails', () => {
    const worse = runAction(side('A-offload-off'), side('B-default'), 'regression');
    expect(worse.status).toBe('1');
    expect(worse.summary).toMatch(/^# /);
    expect(existsSync(path.join(worse.folder, 'recvscope.html'))).toBe(true);
  }, 120_000);
});
