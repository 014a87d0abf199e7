import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.ts';
import { ROOT } from '../../support/source-tree.ts';
import { demandRecordings, whyNot } from '../support/permitted.ts';

/** Experiments on real receivers: what matters is found, what does not is not claimed, the old setting comes back. */
const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-abab-'));
const LOAD = path.join(ROOT, 'test/record/loads/steered.py');
const setting = path.join(scratch, 'setting');
const [rx, tx] = [`rvrx${process.pid}`, `rvtx${process.pid}`];
const sh = (command: string): string => String(spawnSync('sh', ['-c', command]).stdout);
const why = whyNot('python3', 'ip', 'ethtool');
const LIMIT_MS = 240_000;

beforeAll(() => {
  if (why !== '') return;
  sh(`ip netns add ${rx}; ip netns add ${tx}; ip link add vr netns ${rx} type veth peer name vt netns ${tx}
ip -n ${rx} addr add 10.93.0.1/24 dev vr; ip -n ${tx} addr add 10.93.0.2/24 dev vt
for n in "${rx} vr" "${tx} vt"; do set -- $n; ip -n $1 link set lo up; ip -n $1 link set $2 up; done
ip netns exec ${tx} ethtool -K vt tso off gso off`);
});
afterAll(() => {
  if (why === '') sh(`ip netns del ${rx}; ip netns del ${tx}`);
  rmSync(scratch, { recursive: true, force: true });
});

interface Result {
  interval: { low: number; high: number; estimate: number };
  pairs: { a: Record<string, number>; b: Record<string, number> }[];
  untraced: Record<string, { bytesPerSecond: number } | null>;
}

function experiment(
  name: string,
  options: string[],
  burst = 262_144,
): { folder: string; result: Result; stdout: string } {
  const folder = path.join(scratch, name);
  writeFileSync(setting, '777');
  const command = ['ip', 'netns', 'exec', rx, 'env', `BURST=${burst}`, 'python3', LOAD, setting, '40'];
  const run = runCli([
    'experiment',
    '-o',
    folder,
    '--restore',
    `echo 777 > ${setting}`,
    '--stretch',
    '0.4',
    ...options,
    '--',
    ...command,
  ]);
  expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0);
  expect(readFileSync(setting, 'utf8').trim()).toBe('777');
  expect(readFileSync(path.join(folder, 'compare.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  return { folder, result: JSON.parse(readFileSync(path.join(folder, 'experiment.json'), 'utf8')), stdout: run.stdout };
}

describe('experiments on this kernel', () => {
  demandRecordings('perf', 'python3', 'ip', 'ethtool');

  describe.runIf(why === '')('a receiver whose setting is a file', () => {
    it.each(['perf', 'tracefs'].filter((tracer) => tracer !== 'perf' || whyNot('perf') === ''))(
      'finds that reads of 4 KiB cost more than of 256 KiB (%s)',
      (tracer) => {
        const { result, folder } = experiment(`len-${tracer}`, [
          '--tracer',
          tracer,
          '--a',
          `echo 4096 > ${setting}`,
          '--b',
          `echo 262144 > ${setting}`,
        ]);
        expect(result.pairs.length).toBe(5);
        expect(result.interval.high).toBeLessThan(1);
        expect(result.untraced.a!.bytesPerSecond).toBeGreaterThan(0);
        // The marks stand in the text, a first.
        const text = sh(`zcat ${folder}/round1/*.txt.gz | grep -oE 'recvscope side=[ab]|newcomm=recvscope:[ab]'`)
          .trim()
          .split('\n');
        expect(text).toHaveLength(10);
        expect(text[0]).toMatch(/[=:]a$/);
      },
      LIMIT_MS,
    );

    it(
      'finds the namespace of a command that is a script, and counts its softirqs',
      () => {
        const folder = path.join(scratch, 'script');
        writeFileSync(setting, '65536');
        const script = path.join(scratch, 'run-load');
        writeFileSync(script, `#!/bin/sh\nip netns exec ${rx} python3 ${LOAD} ${setting} 12\n`, { mode: 0o755 });
        const settings = [
          '--restore',
          `echo 777 > ${setting}`,
          '--a',
          `echo 4096 > ${setting}`,
          '--b',
          `echo 65536 > ${setting}`,
        ];
        const plan = ['--tracer', 'tracefs', '--rounds', '2', '--stretch', '0.5'];
        const run = runCli(['experiment', '-o', folder, ...settings, ...plan, '--', script]);
        expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0);
        const manifest = JSON.parse(readFileSync(path.join(folder, 'round1', 'recvscope.json'), 'utf8'));
        expect(manifest.target.netns).toMatch(/^\/proc\/\d+\/ns\/net$/);
        // vr is a device of that namespace alone.
        expect(readFileSync(path.join(folder, 'round1', 'side-after.txt'), 'utf8')).toMatch(/\bvr:/);
        const result: Result = JSON.parse(readFileSync(path.join(folder, 'experiment.json'), 'utf8'));
        expect(result.pairs.every(({ a, b }) => a.softirqNs > 0 && b.softirqNs > 0)).toBe(true);
        expect(result.untraced.b!.bytesPerSecond).toBeGreaterThan(0);
      },
      LIMIT_MS,
    );

    it(
      'claims nothing of a setting that changes nothing',
      () => {
        // One experiment in twenty may be wrong, that is its level; three in a row of one sign are one in 60,000.
        const same = `echo 16384 > ${setting}`;
        const claims = ['nothing-1', 'nothing-2', 'nothing-3'].reduce<number[]>((claims, name) => {
          if (claims.includes(0)) return claims;
          const { interval } = experiment(name, [
            '--tracer',
            'tracefs',
            '--rounds',
            '6',
            '--a',
            same,
            '--b',
            same,
          ]).result;
          claims.push(interval.low > 1 ? 1 : interval.high < 1 ? -1 : 0);
          return claims;
        }, []);
        expect(claims.slice(0, 3)).not.toEqual([1, 1, 1]);
        expect(claims.slice(0, 3)).not.toEqual([-1, -1, -1]);
      },
      LIMIT_MS,
    );

    it(
      'finds that SO_RCVLOWAT makes fewer calls of more bytes',
      () => {
        const { result } = experiment(
          'lowat',
          ['--tracer', 'tracefs', '--a', `echo 262144 1 > ${setting}`, '--b', `echo 262144 120000 > ${setting}`],
          8192,
        );
        const sum = (side: 'a' | 'b', what: 'bytes' | 'calls'): number =>
          result.pairs.reduce((total, pair) => total + pair[side][what], 0);
        // Over all pairs; the sender writes 8 KiB at a time, so that reads are not full of one burst on either side.
        expect(sum('b', 'bytes') / sum('b', 'calls')).toBeGreaterThan((2 * sum('a', 'bytes')) / sum('a', 'calls'));
      },
      LIMIT_MS,
    );

    it(
      'switches GRO of a device, run by run, and puts it back without being told how',
      () => {
        const folder = path.join(scratch, 'gro');
        writeFileSync(setting, '65536');
        const sender = spawn('sh', ['-c', `while :; do ip netns exec ${tx} python3 ${LOAD} - 1 10.93.0.1:7001; done`], {
          stdio: 'ignore',
          detached: true,
        });
        const gro = (): string => sh(`ip netns exec ${rx} ethtool -k vr | grep generic-receive-offload`);
        const before = gro();
        const ethtool = `ip netns exec ${rx} ethtool -K vr gro`;
        const run = runCli([
          'experiment',
          '-o',
          folder,
          '--per-run',
          '--rounds',
          '2',
          '--tracer',
          'tracefs',
          '--a',
          `${ethtool} on`,
          '--b',
          `${ethtool} off`,
          '--',
          'ip',
          'netns',
          'exec',
          rx,
          'python3',
          LOAD,
          setting,
          '1',
          '10.93.0.1:7001',
        ]);
        process.kill(-sender.pid!, 'SIGKILL');
        expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0);
        expect(gro()).toBe(before);
        for (const name of ['A1', 'B1', 'A2', 'B2'])
          expect(existsSync(path.join(folder, name, 'recvscope.json'))).toBe(true);
      },
      LIMIT_MS,
    );

    it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
      'puts the old setting back after %s',
      async (signal) => {
        const folder = path.join(scratch, `stopped-${signal}`);
        writeFileSync(setting, '777');
        const args = [
          'dist/cli.js',
          'experiment',
          '-o',
          folder,
          '--tracer',
          'tracefs',
          '--restore',
          `echo 778 > ${setting}`,
          '--a',
          `echo 1000 > ${setting}`,
          '--b',
          `echo 2000 > ${setting}`,
          '--stretch',
          '5',
          '--',
          'ip',
          'netns',
          'exec',
          rx,
          'python3',
          LOAD,
          setting,
          '8',
        ];
        const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'ignore' });
        const exit = new Promise((resolve) => child.once('exit', resolve));
        while (!/^[12]000/.test(readFileSync(setting, 'utf8'))) await new Promise((resolve) => setTimeout(resolve, 50));
        child.kill(signal);
        await exit;
        const until = Date.now() + 20_000;
        while (readFileSync(setting, 'utf8').trim() !== '778' && Date.now() < until)
          await new Promise((resolve) => setTimeout(resolve, 50));
        expect(readFileSync(setting, 'utf8').trim()).toBe('778');
      },
      LIMIT_MS,
    );
  });
});
