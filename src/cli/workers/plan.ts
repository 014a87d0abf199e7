import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { measureInputs } from '../../../parsers/source/measure-inputs.ts';
import type { LoadOptions } from '../pipeline.ts';

const MOST_BY_ITSELF = 8;
/** A thread of its own costs 0.1 s to begin with, as much as reading 16 MiB; below four times that one thread is as fast. */
const WORTH_BYTES = 64 * 2 ** 20;
/** What gzip and zstd make of trace text. */
const PACKED_RATIO = 10;

/** A capture of the command line, or one run inside it. */
export interface CaptureArgument {
  name: string;
  run?: string;
}

/** The program of a thread, beside this chunk of dist/; null in an executable of one file and in the sources. */
export function findWorkerProgram(): string | null {
  // An executable of one file has no address of its own.
  if (import.meta.url === undefined) return null;
  const program = fileURLToPath(new URL('./load-worker.js', import.meta.url));
  return existsSync(program) ? program : null;
}

/** Captures that a thread of its own can read, in their order: no streams, nothing that another tool must print. */
export function chooseForWorkers(
  captures: readonly CaptureArgument[],
  load: LoadOptions,
): { captures: CaptureArgument[]; jobs: number } {
  const sizes = captures.map((capture) => ({
    capture,
    ...measureInputs(capture.name, { ...load, onlyRun: capture.run }),
  }));
  const able = sizes.filter((size) => size.isStored && !size.needsTool);
  const jobs = Math.min(able.length, load.jobs ?? Math.min(availableParallelism(), MOST_BY_ITSELF));
  const bytes = able.reduce((sum, size) => sum + size.plainBytes + PACKED_RATIO * size.packedBytes, 0);
  // Who names a number gets it.
  const isWorth = load.jobs !== undefined || bytes >= WORTH_BYTES;
  return { captures: able.map((size) => size.capture), jobs: isWorth ? jobs : 1 };
}
