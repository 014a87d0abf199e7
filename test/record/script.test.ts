import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listEvents, toTracefsName } from '../../src/model/recording/events.ts';
import { KPROBES, TRACED_FUNCTIONS } from '../../src/model/recording/probes.ts';
import { printScript } from '../../src/record/script/index.ts';
import { runCli } from '../support/run-cli.ts';
import {
  ERAS,
  type Era,
  makeTools,
  makeTree,
  readTree,
  runScript,
  SHELLS,
  writeSymbols,
} from './support/fake-tracefs.ts';
import { demandRecordings, whyNot } from './support/permitted.ts';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-script-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const text = printScript('recvscope test');
const script = path.join(scratch, 'rec.sh');
const root = path.join(scratch, 'tracing');
const bin = path.join(scratch, 'bin');
const out = path.join(scratch, 'out');
const symbols = path.join(scratch, 'kallsyms');
writeFileSync(script, text);
makeTools(bin, root);
writeSymbols(symbols);

const envOf = (era: Era): Record<string, string> => ({
  BIN: bin,
  RECVSCOPE_TRACEFS: root,
  RECVSCOPE_RELEASE: era.release,
  RECVSCOPE_MACHINE: 'x86_64',
  RECVSCOPE_KALLSYMS: symbols,
});

function runIn(era: Era, shell: string, file: string, ...args: string[]) {
  rmSync(out, { recursive: true, force: true });
  makeTree(root, era);
  const before = readTree(root);
  return { before, ...runScript(shell, file, ['-t', '0', '-o', out, ...args], envOf(era)), after: readTree(root) };
}

describe('the script', () => {
  it('is made from the table: every event, probe and function of it, no placeholder left', () => {
    for (const { name } of listEvents()) expect(text).toContain(toTracefsName(name));
    for (const probe of KPROBES) expect(text).toContain(probe);
    for (const name of TRACED_FUNCTIONS) expect(text).toContain(name);
    expect(text).not.toMatch(/@[A-Z_]+@|undefined/);
    expect(text).not.toMatch(/\b(?:awk|mktemp|seq|local \w+=|function \w+ *\(|\[\[|set_ftrace_pid|set_event_pid)\b/);
  });

  it.each(SHELLS)('is understood by %s', (shell) => {
    const [command, ...options] = shell.split(' ');
    expect(spawnSync(command, [...options, '-n', script]).status).toBe(0);
  });

  describe.each(ERAS)('on $release', (era) => {
    it.each(SHELLS)(
      'records under %s and leaves the tree as it was',
      (shell) => {
        const { status, stderr, before, after } = runIn(era, shell, script);
        expect(status, stderr).toBe(0);
        expect(after).toEqual(before);
        const files = readdirSync(out);
        for (const name of [
          'loss.txt',
          'recvscope.json',
          'side-after.txt',
          'side-before.txt',
          'system.txt',
          'trace.txt.gz',
        ])
          expect(files).toContain(name);
        expect(statSync(out).mode & 0o077).toBe(0);
        // Kprobes between 2.6.33 and 3.17 only, with the return of the unpin.
        const hasProbes = era.hasKprobes && era.release < '3.18';
        expect(files.includes('kprobe_events.txt')).toBe(hasProbes);
        if (hasProbes)
          expect(readFileSync(path.join(out, 'kprobe_events.txt'), 'utf8')).toContain(
            'r:kprobes/dma_unpin_iovec_pages_ret',
          );
        expect(JSON.parse(readFileSync(path.join(out, 'recvscope.json'), 'utf8')).kernel).toBe(era.release);
      },
      60_000,
    );

    it('refuses while somebody else traces, and changes nothing', () => {
      makeTree(root, era);
      writeFileSync(path.join(root, 'current_tracer'), 'function_graph\n');
      const before = readTree(root);
      rmSync(out, { recursive: true, force: true });
      expect(runScript(SHELLS[0], script, ['-t', '0', '-o', out], envOf(era)).status).toBe(5);
      expect(readTree(root)).toEqual(before);
      expect(existsSync(out)).toBe(false);
      makeTree(root, era);
      writeFileSync(path.join(root, 'set_event'), 'sched:sched_switch\n');
      const { status } = runScript(SHELLS[0], script, ['-t', '0', '-o', out], envOf(era));
      // With an instance of its own it does not matter what others record.
      expect(status).toBe(era.hasInstances ? 0 : 5);
    });

    it('tells the era by what it would do', () => {
      const { stdout, before, after } = runIn(era, SHELLS[0], script, '-n');
      expect(stdout).toContain(`functions ${era.release.startsWith('2.6.32') ? 1 : 0}`);
      expect(stdout).toContain(`instance ${era.hasInstances ? 1 : 0}`);
      expect(after).toEqual(before);
      expect(existsSync(out)).toBe(false);
    });
  });

  it('gives no probes to other architectures', () => {
    makeTree(root, ERAS[2]);
    const env = { ...envOf(ERAS[2]), RECVSCOPE_MACHINE: 'i686' };
    expect(runScript(SHELLS[0], script, ['-n'], env).stdout).toContain('kprobes 0; functions 1');
  });

  /** SIGTERM after each line that may stand there, from the first change on. */
  describe.each(ERAS.map((era, index) => ({ era, shell: SHELLS[index % SHELLS.length], release: era.release })))(
    'interrupted on $release',
    ({ era, shell }) => {
      it('leaves the tree as it was at every step', () => {
        const lines = text.split('\n');
        const first = lines.findIndex((line) => line.startsWith('mkdir "$out"'));
        const variant = path.join(scratch, 'variant.sh');
        let tried = 0;
        let isHere = false;
        for (let at = first; at < lines.length - 1; at++) {
          if (/<<'?(PROBES|MANIFEST)/.test(lines[at])) isHere = true;
          else if (/^(PROBES|MANIFEST)$/.test(lines[at])) isHere = false;
          if (isHere) continue;
          writeFileSync(variant, [...lines.slice(0, at + 1), 'kill -TERM $$', ...lines.slice(at + 1)].join('\n'));
          if (spawnSync('dash', ['-n', variant]).status !== 0) continue;
          const { status, before, after, stderr } = runIn(era, shell, variant);
          expect([0, 143], `line ${at + 1}: ${lines[at]}\n${stderr}`).toContain(status);
          expect(after, `line ${at + 1}: ${lines[at]}`).toEqual(before);
          tried++;
        }
        expect(tried).toBeGreaterThan(40);
      }, 600_000);
    },
  );
});

describe('the script on this kernel', () => {
  demandRecordings('dash', 'busybox');
  it.runIf(whyNot('sh') === '').each(SHELLS)(
    'records under %s a folder that is read as it stands',
    (shell) => {
      const folder = path.join(scratch, `real-${shell.split(' ')[0]}`);
      const [command, ...options] = shell.split(' ');
      const load = path.resolve('test/record/loads/receive.py');
      const run = spawnSync(
        command,
        [
          ...options,
          script,
          '-o',
          folder,
          '--',
          'unshare',
          '-n',
          'sh',
          '-c',
          `ip link set lo up; exec python3 ${load} read ${folder}.json 300000`,
        ],
        { encoding: 'utf8' },
      );
      expect(run.status, run.stderr).toBe(0);
      const truth = JSON.parse(readFileSync(`${folder}.json`, 'utf8')) as { calls: number; bytes: number };
      const { files, calls } = JSON.parse(runCli(['inspect', folder, '--format', 'json']).stdout);
      expect(files.filter((file: { format: string }) => file.format === 'unknown')).toEqual([]);
      expect(calls[0].calls).toBeGreaterThanOrEqual(truth.calls);
      const rows = runCli(['calls', folder, '--format', 'ndjson'])
        .stdout.trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const own = rows.filter((row) => row.comm === 'rxload');
      expect(own.length).toBe(truth.calls);
      expect(own.reduce((sum, row) => sum + row.returned_bytes, 0)).toBe(truth.bytes);
    },
    120_000,
  );

  it.runIf(whyNot('sh') === '')(
    'SIGTERM while it records: no instance stays',
    async () => {
      const { spawn } = await import('node:child_process');
      const child = spawn('dash', [script, '-t', '30', '-o', path.join(scratch, 'term')], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      await new Promise((resolve) => child.stderr.once('data', resolve));
      child.kill('SIGTERM');
      expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(143);
      expect(existsSync(`/sys/kernel/tracing/instances/recvscope-${child.pid}`)).toBe(false);
    },
    60_000,
  );
});
