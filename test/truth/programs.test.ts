import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadRun } from '../../src/cli/pipeline.ts';
import { ROOT } from '../support/source-tree.ts';
import { countReceived, type Received } from './syscalls-of-text.ts';

const FOLDER = path.join(ROOT, 'fixtures/captures/programs');

async function readOurs(name: string): Promise<Received[]> {
  const { calls } = await loadRun(path.join(FOLDER, name, 'perf.txt.gz'), {});
  const found = new Map<number, Received>();
  for (let row = 0; row < calls.length; row++) {
    const tid = calls.get('tid', row);
    const comm = calls.strings.textOf(calls.get('comm', row));
    const sum = found.get(tid) ?? { comm, tid, calls: 0, bytes: 0, sleepNs: 0 };
    sum.calls++;
    sum.bytes += Math.max(0, calls.get('returnedBytes', row) || 0);
    sum.sleepNs += calls.get('sleepNs', row) || 0;
    found.set(tid, sum);
  }
  return [...found.values()].sort((a, b) => a.tid - b.tid);
}

const readTheirs = (name: string): Received[] =>
  countReceived(gunzipSync(readFileSync(path.join(FOLDER, name, 'perf.txt.gz'))).toString());

/** Whole microseconds: the sums of the two are of doubles of another base. */
const rounded = (list: readonly Received[]) => list.map((r) => ({ ...r, sleepNs: Math.round(r.sleepNs / 1000) }));

describe('real programs: calls, bytes and sleep as an own reading of the same text has them', () => {
  it.each(['iperf3', 'redis', 'nginx', 'node', 'socat', 'udp'])('%s', async (name) => {
    const theirs = readTheirs(name);
    expect(theirs.length).toBeGreaterThan(0);
    expect(rounded(await readOurs(name))).toEqual(rounded(theirs));
  });

  /** about.md: what the programs themselves print. */
  it.each([
    ['redis', 'redis-server', 206, 409_102 + 30],
    ['nginx', 'curl', 16, 1_500_000 + 246],
    ['node', 'node', 61, 3_932_160],
    ['socat', 'socat', 327, 2_621_440],
    ['udp', 'rxbench', 201, 200_000],
    // io_uring_enter returns how many were submitted: the bytes are those of the completions.
    ['uring', 'rxbench', 61, 3_932_160],
  ])('%s: the figures of %s itself', async (name, comm, calls, bytes) => {
    const ours = (await readOurs(name)).find((received) => received.comm === comm);
    expect([ours?.calls, ours?.bytes]).toEqual([calls, bytes]);
  });

  it('iperf3: its bytes are those of the data connection', async () => {
    const ours = await readOurs('iperf3');
    // The first 37 of each connection are its cookie; the control connection adds states and results.
    const total = ours.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(total).toBeGreaterThanOrEqual(524_288);
    expect(total).toBeLessThan(524_288 * 1.01);
  });
});
