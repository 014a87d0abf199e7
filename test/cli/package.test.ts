import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, readProjectFile } from '../support/source-tree.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'recvscope-pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function npm(args: string[], cwd: string): string {
  const result = spawnSync('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline'], { cwd, encoding: 'utf8' });
  expect(result.status, `npm ${args.join(' ')}\n${result.stdout}\n${result.stderr}`).toBe(0);
  return result.stdout;
}

describe('npm pack', () => {
  it('gives a package that installs and runs with its runtime dependencies alone', () => {
    // dist/ is already built by the test set-up; --ignore-scripts keeps a parallel test from seeing it half removed.
    npm(['pack', '--ignore-scripts', '--pack-destination', folder], ROOT);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    expect(archive).toBeDefined();
    writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
    npm(['install', '--omit=dev', `./${archive}`], folder);
    const bin = path.join(folder, 'node_modules/.bin/recvscope');
    const { version } = JSON.parse(readProjectFile('package.json')) as { version: string };
    expect(spawnSync(bin, ['--version'], { encoding: 'utf8' }).stdout).toBe(`${version}\n`);
    const capture = path.join(ROOT, 'fixtures/captures/classic/B-default/run1');
    const report = spawnSync(bin, ['report', capture, '--format', 'html'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    expect(report.status, report.stderr).toBe(0);
    expect(report.stdout).toMatch(/<svg/);
  }, 180_000);
});
