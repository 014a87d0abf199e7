import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/model/analysis/index.ts';
import { makeFileReport } from '../../src/model/diagnostics/accounting.ts';
import type { Fact, FactDomain } from '../../src/model/environment.ts';
import { identifyCapture } from '../../src/model/identity.ts';
import { runCli } from '../support/run-cli.ts';
import { ROOT } from '../support/source-tree.ts';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-identity-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const fact = (domain: FactDomain, key: string, text: string): Fact => ({
  domain,
  key,
  text,
  value: Number.NaN,
  unit: '',
  moment: '',
  file: 'side.txt',
  line: 1,
  record: '',
});
const withEvents = (format: string, events: number) => ({ ...makeFileReport('f', format), events });
const TRACE = readFileSync(path.join(ROOT, 'fixtures/captures/classic/B-default/run1/trace.txt.gz'));
const idOf = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

interface Inspected {
  captures: { captureId: string; host: string | null; kernel: string | null; labels: Record<string, string> }[];
}
const inspect = (capture: string, ...more: string[]): Inspected =>
  JSON.parse(runCli(['inspect', capture, '--format', 'json', '-q', ...more]).stdout) as Inspected;

describe('identity of a capture', () => {
  it('is null where nothing tells it', () => {
    expect(identifyCapture({ files: [], facts: [] })).toEqual({
      captureId: null,
      host: null,
      bootId: null,
      kernel: null,
      cpuModel: null,
      nic: null,
      driver: null,
      tracer: null,
      clock: null,
      startedAt: null,
      labels: {},
    });
  });

  it('comes from side files, headers and labels', () => {
    const identity = identifyCapture({
      captureId: 'ab',
      labels: { rollout: 'new', role: 'cache' },
      files: [withEvents('perf-script', 3), withEvents('side-snapshot', 0), withEvents('ftrace', 5)],
      facts: [
        fact('kernel', 'uname', 'Linux web7 6.18.1-amd64 #1 SMP Fri Nov 20 2026 x86_64 GNU/Linux'),
        fact('kernel', 'release', '6.18.1-amd64'),
        fact('sysctl', 'kernel.random.boot_id', '5f2d2bd4-1111-4222-8333-123456789abc'),
        fact('cpu', 'model', 'AMD EPYC 9554'),
        fact('ethtool', 'eth0.features.generic-receive-offload', 'on'),
        fact('ethtool', 'driver', 'mlx5_core'),
        fact('header', 'clockid', 'monotonic (1)'),
        fact('header', 'captured on', 'Fri Nov 20 10:11:12 2026'),
        fact('other', 'label.role', 'web'),
      ],
    });
    expect(identity).toEqual({
      captureId: 'ab',
      host: 'web7',
      bootId: '5f2d2bd4-1111-4222-8333-123456789abc',
      kernel: '6.18.1-amd64',
      cpuModel: 'AMD EPYC 9554',
      nic: 'eth0',
      driver: 'mlx5_core',
      tracer: 'ftrace, perf-script',
      clock: 'monotonic',
      startedAt: 'Fri Nov 20 10:11:12 2026',
      labels: { role: 'cache', rollout: 'new' },
    });
  });

  it('names no host that has no name, and no device among several', () => {
    const identity = identifyCapture({
      files: [],
      facts: [
        fact('kernel', 'uname', 'Linux (none) 3.10.105 #10 SMP x86_64 GNU/Linux'),
        fact('ethtool', 'eth0.ring.RX', '256'),
        fact('ethtool', 'eth1.ring.RX', '256'),
      ],
    });
    expect([identity.host, identity.nic, identity.kernel]).toEqual([null, null, '3.10.105']);
  });

  it('has an id that is the hash of the unpacked bytes, packed or not, under any name, by a pipe or twice packed', () => {
    const plain = gunzipSync(TRACE);
    const expected = idOf(plain);
    const put = (name: string, bytes: Uint8Array): string => {
      writeFileSync(path.join(scratch, name), bytes);
      return path.join(scratch, name);
    };
    for (const file of [put('a.txt', plain), put('b.gz', TRACE), put('c.bin', gzipSync(TRACE))])
      expect(inspect(file).captures[0].captureId).toBe(expected);
    const piped = runCli(['inspect', '-', '--format', 'json', '-q'], { input: TRACE });
    expect((JSON.parse(piped.stdout) as Inspected).captures[0].captureId).toBe(expected);
  });

  it('of a folder does not depend on names, order or packing of its files', () => {
    const plain = gunzipSync(TRACE);
    const side = 'net.ipv4.tcp_low_latency = 0\n';
    const make = (folder: string, files: Record<string, Uint8Array | string>): string => {
      mkdirSync(path.join(scratch, folder));
      for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(scratch, folder, name), bytes);
      return path.join(scratch, folder);
    };
    const digests = [plain, side].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    const expected = idOf(
      digests
        .sort()
        .map((digest) => `${digest}\n`)
        .join(''),
    );
    expect(inspect(make('one', { 'trace.txt.gz': TRACE, 'sysctl.txt': side })).captures[0].captureId).toBe(expected);
    expect(inspect(make('two', { 'a-side': side, 'z-trace': plain })).captures[0].captureId).toBe(expected);
    expect(inspect(make('three', { only: plain })).captures[0].captureId).toBe(idOf(plain));
  });

  it('stands in every analysis with the labels given, and survives saving', () => {
    const saved = path.join(scratch, 'saved.json');
    const capture = 'fixtures/captures/classic/B-default/run1/trace.txt.gz';
    expect(runCli(['report', capture, '--label', 'rollout=new', '--label', 'zone=', '-q', '-o', saved]).status).toBe(0);
    const analysis = JSON.parse(readFileSync(saved, 'utf8')) as Analysis;
    expect(analysis.runs[0].identity).toMatchObject({
      captureId: idOf(gunzipSync(TRACE)),
      tracer: 'ftrace',
      labels: { rollout: 'new', zone: '' },
    });
    expect(analysis.environment).toContainEqual({ key: 'label rollout', value: 'new', from: 'trace.txt.gz' });
    expect(analysis.environment.find((row) => row.key === 'capture id')?.value).toBe(idOf(gunzipSync(TRACE)));
    const compared = JSON.parse(runCli(['compare', saved, saved, '--format', 'json', '-q']).stdout) as Analysis;
    expect(compared.runs.map((run) => run.identity?.labels)).toEqual([
      { rollout: 'new', zone: '' },
      { rollout: 'new', zone: '' },
    ]);
  });

  it('refuses a label without a key', () => {
    expect(runCli(['inspect', 'fixtures/captures/classic', '--label', '=x']).status).toBe(2);
    expect(runCli(['inspect', 'fixtures/captures/classic', '--label', 'x']).status).toBe(2);
  });
});
