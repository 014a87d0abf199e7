import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.ts';
import { ROOT } from '../../support/source-tree.ts';
import { demandRecordings, whyNot } from '../support/permitted.ts';

/** Recordings of real programs on this kernel: what they count themselves is what the capture must hold. */
const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-record-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const LOAD = path.join(ROOT, 'test/record/loads/receive.py');
const RECORD_MS = 120_000;

interface Row {
  comm: string;
  protocol: string;
  ret: number | null;
}

/** Rows of `recvscope calls` by that program. */
function callsOf(folder: string, comm: string): Row[] {
  const { stdout, status } = runCli(['calls', folder, '--format', 'ndjson']);
  expect(status).toBe(0);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((row) => row.comm === comm)
    .map((row) => ({ comm, protocol: String(row.protocol), ret: row.returned_bytes as number | null }));
}

function record(name: string, options: string[], command: string[]): { folder: string; stdout: string } {
  const folder = path.join(scratch, name);
  const result = runCli(['record', '-o', folder, ...options, '--', ...command]);
  expect(result.status, `${result.stdout}\n${result.stderr}`).toBe(0);
  return { folder, stdout: result.stdout };
}

const inNamespace = (command: string): string[] => ['unshare', '-n', 'sh', '-c', `ip link set lo up; ${command}`];

describe('record on this kernel', () => {
  demandRecordings('perf', 'python3', 'iperf3', 'ip');

  const programs = whyNot('python3', 'ip');
  describe.runIf(programs === '')('programs of all kinds', () => {
    const cases = ['perf', 'tracefs'].flatMap((tracer) =>
      ['read', 'recvmsg', 'splice', 'epoll', 'udp'].map((mode) => ({ tracer, mode })),
    );
    it.each(cases.filter(({ tracer }) => tracer !== 'perf' || whyNot('perf') === ''))(
      '$mode by $tracer: calls and bytes are those the program counted',
      ({ tracer, mode }) => {
        const out = path.join(scratch, `${tracer}-${mode}.json`);
        const { folder } = record(
          `${tracer}-${mode}`,
          ['--tracer', tracer],
          inNamespace(`exec python3 ${LOAD} ${mode} ${out} 2000000`),
        );
        const truth = JSON.parse(readFileSync(out, 'utf8')) as { calls: number; bytes: number };
        const rows = callsOf(folder, 'rxload');
        expect(rows.length).toBe(truth.calls);
        expect(rows.reduce((sum, row) => sum + (row.ret ?? 0), 0)).toBe(truth.bytes);
      },
      RECORD_MS,
    );
  });

  describe.runIf(whyNot('iperf3', 'ip') === '')('iperf3', () => {
    it(
      'has the bytes that iperf3 counted, a report, and nothing missing',
      () => {
        const client =
          'iperf3 -s -1 -J & until iperf3 -c 127.0.0.1 -t 1 -b 500M > /dev/null 2>&1; do sleep 0.1; done; wait';
        const { folder, stdout } = record('iperf3', ['--report'], inNamespace(client));
        const { end } = JSON.parse(readFileSync(path.join(folder, 'command-output.txt'), 'utf8'));
        expect(stdout).toMatch(/iperf3 .*TCP: \d+ calls/);
        const bytes = callsOf(folder, 'iperf3').reduce((sum, row) => sum + (row.ret ?? 0), 0);
        // Beside the data there are the control connection’s few hundred bytes.
        expect(bytes - end.sum_received.bytes).toBeGreaterThanOrEqual(0);
        expect(bytes - end.sum_received.bytes).toBeLessThan(20_000);
        expect(readFileSync(`${folder}.html`, 'utf8')).toMatch(/^<!doctype html>/i);
        const manifest = JSON.parse(readFileSync(path.join(folder, 'recvscope.json'), 'utf8'));
        expect(manifest.kernel).toBe(os.release());
        expect(manifest.lostEvents).toBe(0);
        const inspected = JSON.parse(runCli(['inspect', folder, '--format', 'json']).stdout);
        const names = inspected.missing.map((item: { missing: string }) => item.missing);
        expect(names.filter((name: string) => !/^repetitions|^a CPU profile/.test(name))).toEqual([]);
      },
      RECORD_MS,
    );
  });

  describe.runIf(whyNot('python3', 'ip') === '')('nothing is left behind', () => {
    const long = inNamespace(`exec python3 ${LOAD} read ${path.join(scratch, 'never.json')} 4000000000`);
    const instanceOf = (pid: number): string => `/sys/kernel/tracing/instances/recvscope-${pid}`;

    /** Starts a recording and sends the signal once `isReady`; resolves with its exit code. */
    async function interrupt(folder: string, tracer: string, signal: NodeJS.Signals, isReady: () => boolean) {
      const child = spawn(
        process.execPath,
        [path.join(ROOT, 'dist/cli.js'), 'record', '-o', folder, '--tracer', tracer, '--', ...long],
        { stdio: 'ignore' },
      );
      const exit = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
      while (!isReady() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
      await new Promise((resolve) => setTimeout(resolve, 500));
      child.kill(signal);
      return { pid: child.pid!, code: await exit };
    }
    const killLoads = (): void => {
      spawnSync('sh', [
        '-c',
        'for p in /proc/[0-9]*; do case `cat $p/comm 2>/dev/null` in rxload|txload) kill -9 ${p#/proc/};; esac; done',
      ]);
    };
    const loads = (): string[] =>
      String(spawnSync('sh', ['-c', 'cat /proc/[0-9]*/comm 2>/dev/null']).stdout)
        .split('\n')
        .filter((comm) => comm === 'rxload' || comm === 'txload');

    it.each(['perf', 'tracefs'].filter((tracer) => whyNot(tracer === 'perf' ? 'perf' : 'sh') === ''))(
      'Ctrl-C ends a recording by %s and keeps it',
      async (tracer) => {
        const folder = path.join(scratch, `int-${tracer}`);
        const { pid, code } = await interrupt(folder, tracer, 'SIGINT', () => loads().length > 0);
        expect(code).toBe(130);
        expect(existsSync(instanceOf(pid))).toBe(false);
        expect(existsSync(path.join(folder, '.perf.data'))).toBe(false);
        expect(loads()).toEqual([]);
        expect(callsOf(folder, 'rxload').length).toBeGreaterThan(0);
      },
      RECORD_MS,
    );

    it(
      'SIGTERM while the events are being switched on gives everything up',
      async () => {
        const folder = path.join(scratch, 'term');
        const { pid, code } = await interrupt(folder, 'tracefs', 'SIGTERM', () =>
          existsSync(path.join(folder, 'system.txt')),
        );
        expect([143]).toContain(code);
        expect(existsSync(instanceOf(pid))).toBe(false);
        expect(loads()).toEqual([]);
      },
      RECORD_MS,
    );

    it.runIf(whyNot('perf') === '')(
      'after kill -9 perf ends by itself, and the next recording takes the folder over',
      async () => {
        const folder = path.join(scratch, 'kill-perf');
        await interrupt(folder, 'perf', 'SIGKILL', () => loads().length > 0);
        killLoads();
        const recording = (): string =>
          String(spawnSync('sh', ['-c', `ps -eo args | grep '[p]erf record' | grep ${folder}`]).stdout);
        for (let i = 0; i < 200 && recording() !== ''; i++) await new Promise((resolve) => setTimeout(resolve, 100));
        expect(recording()).toBe('');
        expect(existsSync(path.join(folder, '.perf.data'))).toBe(true);
        record('kill-perf', [], inNamespace(`exec python3 ${LOAD} read ${path.join(scratch, 'kp.json')} 200000`));
        expect(existsSync(path.join(folder, '.perf.data'))).toBe(false);
      },
      RECORD_MS,
    );

    it(
      'after kill -9 the next recording removes the instance',
      async () => {
        const { pid } = await interrupt(path.join(scratch, 'kill'), 'tracefs', 'SIGKILL', () => loads().length > 0);
        killLoads();
        expect(existsSync(instanceOf(pid))).toBe(true);
        const { stdout } = record(
          'after-kill',
          ['--tracer', 'tracefs'],
          inNamespace(`exec python3 ${LOAD} read ${path.join(scratch, 'k.json')} 200000`),
        );
        expect(stdout).toContain(`recvscope-${pid}`);
        expect(existsSync(instanceOf(pid))).toBe(false);
      },
      RECORD_MS,
    );
  });
});
