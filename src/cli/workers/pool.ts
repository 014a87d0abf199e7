import { Worker } from 'node:worker_threads';
import type { Run } from '../../model/capture.ts';
import { printWarning } from '../output.ts';
import { type LoadOptions, showProgress } from '../pipeline.ts';
import { type LoadAnswer, type LoadTask, unpackError } from './messages.ts';
import { type CaptureArgument, chooseForWorkers, findWorkerProgram } from './plan.ts';
import { unpackRun } from './run-packet.ts';

interface Waiting {
  task: LoadTask;
  resolve: (run: Run) => void;
  reject: (error: unknown) => void;
}

/**
 * Captures that are read at the same time, each by a thread of its own, `--jobs` of them at most. Runs are taken in the order
 * of the command line, whichever is ready first, so that the number of threads changes no byte of any output.
 */
export class LoadPool {
  private readonly results = new Map<string, Promise<Run>[]>();
  private readonly queue: Waiting[] = [];
  private readonly workers: Worker[] = [];

  /** null: one thread does as well (a single capture, small ones, streams, a program without threads). */
  static start(captures: readonly CaptureArgument[], load: LoadOptions): LoadPool | null {
    if (captures.length < 2 || load.jobs === 1) return null;
    const program = findWorkerProgram();
    if (program === null) return null;
    const chosen = chooseForWorkers(captures, load);
    return chosen.jobs < 2 ? null : new LoadPool(program, chosen.captures, chosen.jobs, load);
  }

  private constructor(program: string, captures: readonly CaptureArgument[], jobs: number, options: LoadOptions) {
    for (const { name: argument, run } of captures) {
      const result = new Promise<Run>((resolve, reject) => {
        this.queue.push({ task: { argument, options: { ...options, onlyRun: run } }, resolve, reject });
      });
      // Whoever takes it sees the error; nobody takes what stands behind the first one that failed.
      result.catch(() => undefined);
      const key = keyOf({ name: argument, run });
      this.results.set(key, [...(this.results.get(key) ?? []), result]);
    }
    for (let i = 0; i < jobs; i++) this.employ(new Worker(program));
  }

  /** The run of a capture, undefined when no thread reads it. Each is taken once. */
  take(capture: CaptureArgument): Promise<Run> | undefined {
    return this.results.get(keyOf(capture))?.shift();
  }

  close(): void {
    this.queue.length = 0;
    for (const worker of this.workers) void worker.terminate();
  }

  private employ(worker: Worker): void {
    this.workers.push(worker);
    let current: Waiting | undefined;
    const giveNext = (): void => {
      current = this.queue.shift();
      if (current !== undefined) worker.postMessage(current.task);
    };
    worker.on('message', (answer: LoadAnswer) => {
      if (answer.kind === 'progress') showProgress(answer.file, answer.bytesRead, answer.totalBytes);
      else if (answer.kind === 'printing') printWarning(`${answer.tool} is printing ${answer.file}`);
      else {
        if (answer.kind === 'run') current?.resolve(unpackRun(answer.packet));
        else current?.reject(unpackError(answer));
        giveNext();
      }
    });
    // Out of memory, a fault of our own: the capture it was at tells it.
    worker.on('error', (error) => current?.reject(error));
    giveNext();
  }
}

const keyOf = ({ name, run = '' }: CaptureArgument): string => JSON.stringify([name, run]);
