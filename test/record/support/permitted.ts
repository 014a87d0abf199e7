import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';

/**
 * Real recordings need root, tracefs and network namespaces. Asked of the kernel itself, not of the code under test: where
 * they are permitted nothing is skipped, where they are not the tests say so in their names.
 */
const run = (command: string): boolean => spawnSync('sh', ['-c', command], { stdio: 'ignore' }).status === 0;

function findRefusal(): string {
  if (process.getuid?.() !== 0) return 'not root';
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-tracefs-'));
  const isMounted = run(
    `unshare -m sh -c "mount -t tracefs nodev ${scratch} && test -e ${scratch}/events/sched/sched_switch"`,
  );
  rmSync(scratch, { recursive: true, force: true });
  if (!isMounted) return 'tracefs cannot be mounted';
  return run('unshare -n true') ? '' : 'no network namespaces';
}

export const refusal = findRefusal();

const hasTool = (tool: string): boolean => run(`command -v ${tool}`);

/** '' = real recordings are made with these programs; else why not. `.ci/run` installs them and then demands them. */
export function whyNot(...tools: string[]): string {
  if (refusal !== '') return refusal;
  const missing = tools.filter((tool) => !hasTool(tool));
  return missing.length === 0 ? '' : `not installed: ${missing.join(', ')}`;
}

/** One test that shows in its name what was left out, and fails where it must not be. */
export function demandRecordings(...tools: string[]): void {
  const why = whyNot(...tools);
  it(why === '' ? 'real recordings are made' : `REAL RECORDINGS ARE LEFT OUT: ${why}`, () => {
    if (why !== '' && refusal === '') expect(process.env.RECVSCOPE_RECORDINGS, why).not.toBe('demanded');
    if (why !== '') console.warn(`real recordings are left out: ${why}`);
  });
}

/** Instances, processes and perf files of ours that are still there. */
export function listLeftovers(scratch: string): string[] {
  const out: string[] = [];
  const find = spawnSync('sh', [
    '-c',
    `ls -d /sys/kernel/tracing/instances/recvscope-* 2>/dev/null; find ${scratch} -name '.perf.data*' -o -name '*.part'; true`,
  ]);
  out.push(...String(find.stdout).split('\n').filter(Boolean));
  return out;
}

export const isTracefsMounted = (): boolean => existsSync('/sys/kernel/tracing/events');
