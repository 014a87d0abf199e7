import os from 'node:os';
import { readText } from '../system/files.ts';

/** Which machine, which boot: what tells two captures of two machines apart. */
export interface Identity {
  host: string;
  kernel: string;
  kernelVersion: string;
  machine: string;
  bootId: string;
  cpus: number;
  cpuModel: string;
}

export function readIdentity(): Identity {
  return {
    host: os.hostname(),
    kernel: os.release(),
    kernelVersion: os.version(),
    machine: os.machine(),
    bootId: readText('/proc/sys/kernel/random/boot_id').trim(),
    cpus: os.cpus().length,
    cpuModel: os.cpus()[0]?.model ?? '',
  };
}

/** CLOCK_MONOTONIC, the clock of every recording made here. */
export const monotonicNs = (): bigint => process.hrtime.bigint();
