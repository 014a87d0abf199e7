import { spawnSync } from 'node:child_process';

export interface Usage {
  cpuSeconds: number;
  wallSeconds: number;
  peakMiB: number;
}

/** CPU (user + system) and peak memory of a whole process, by the system's own accounting (GNU time). */
export function measureProcess(command: string, args: readonly string[]): Usage {
  const result = spawnSync('/usr/bin/time', ['-f', '@@%U %S %M %e', command, ...args], {
    // grep stops at the first match when its output is /dev/null: it must be a pipe.
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const match = /@@([\d.]+) ([\d.]+) (\d+) ([\d.]+)/.exec(result.stderr ?? '');
  if (match === null) throw new Error(`cannot measure ${command}: ${result.error?.message ?? result.stderr}`);
  if (result.status !== 0 && result.status !== 1)
    throw new Error(`${command} ended with ${String(result.status)}: ${result.stderr}`);
  return {
    cpuSeconds: Number(match[1]) + Number(match[2]),
    wallSeconds: Number(match[4]),
    peakMiB: Number(match[3]) / 1024,
  };
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
