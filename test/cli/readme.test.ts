import { spawnSync } from 'node:child_process';
import {
  chmodSync,
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
import { afterAll, describe, expect, it } from 'vitest';
import { perfCommand } from '../../src/model/recording/commands.ts';
import { ERAS, makeTree } from '../record/support/fake-tracefs.ts';
import { ROOT, readProjectFile } from '../support/source-tree.ts';

/**
 * Runs every command block of the README in a scratch folder. `recvscope` is the built one. Recording needs root and a
 * kernel (test/record does it where it is permitted): here `record` and `experiment` only have their options read, the script
 * gets a stand-in tracefs, and perf prints a real capture.
 */
const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-readme-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const blocks = [...readProjectFile('README.md').matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]);
const TRACE = path.join(ROOT, 'fixtures/captures/classic/B-default/run1/trace.txt.gz');

function prepare(): NodeJS.ProcessEnv {
  const bin = path.join(scratch, 'bin');
  mkdirSync(bin, { recursive: true });
  const script = (name: string, body: string): void => {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(path.join(bin, name), 0o755);
  };
  const cli = `"${process.execPath}" "${path.join(ROOT, 'dist/cli.js')}"`;
  script(
    'recvscope',
    `case "$1 $*" in "record "*--print-script*) ;; "record "*|"experiment "*) word=$1; shift; exec ${cli} $word --help "$@" > /dev/null;; esac\nexec ${cli} "$@"`,
  );
  script('sleep', 'exit 0');
  script('perf', `case "$1" in record) : > perf.data;; script) gzip -dc "${TRACE}";; esac`);
  if (!existsSync(path.join(scratch, 'fixtures')))
    symlinkSync(path.join(ROOT, 'fixtures'), path.join(scratch, 'fixtures'));
  const tracefs = path.join(scratch, 'tracefs');
  makeTree(tracefs, ERAS[0]);
  return {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    RECVSCOPE_TRACEFS: tracefs,
    RECVSCOPE_RELEASE: ERAS[0].release,
    NO_COLOR: '1',
  };
}

describe('README', () => {
  it('has its two commands as npm scripts, and CI calls the very test command', () => {
    expect(blocks[0]).toBe('npm run demo\nnpm test\n');
    const { scripts } = JSON.parse(readProjectFile('package.json')) as { scripts: Record<string, string> };
    expect(scripts.predemo).toBeDefined();
    expect(scripts.pretest).toBeDefined();
    expect(readProjectFile('.ci/run')).toMatch(/^step ".*" npm test$/m);
    expect(readProjectFile('.ci/run')).toMatch(/^step "demo" npm run --silent demo$/m);
  });

  it.each(blocks.slice(1).map((block, index) => ({ block, name: `block ${index + 2}: ${block.split('\n')[0]}` })))(
    '$name',
    ({ block }) => {
      const result = spawnSync('bash', ['-e', '-u', '-o', 'pipefail', '-c', block], {
        cwd: scratch,
        env: prepare(),
        encoding: 'utf8',
      });
      expect(result.stderr).not.toMatch(/\n\s+at /);
      expect(result.status, `${result.stdout}\n${result.stderr}`).toBe(0);
      for (const [, output] of block.matchAll(/-o (\S+\.html)/g))
        expect(readFileSync(path.join(scratch, output), 'utf8')).toMatch(/^<!doctype html>/i);
    },
  );

  it('records by hand what the table of events says', () => {
    expect(readProjectFile('README.md')).toContain(perfCommand().replace('; perf script', '\nperf script'));
  });

  it('links only to files that exist', () => {
    for (const [, target] of readProjectFile('README.md').matchAll(/\]\((?!http)([^)]+)\)/g))
      expect(existsSync(path.join(ROOT, target)), target).toBe(true);
  });
});
