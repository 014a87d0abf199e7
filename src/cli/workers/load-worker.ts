import { parentPort } from 'node:worker_threads';
import { loadRun } from '../pipeline.ts';
import { type LoadAnswer, type LoadTask, packError } from './messages.ts';
import { packRun } from './run-packet.ts';

/** A thread that reads captures one by one, from text to calls, and hands each run over. */
const port = parentPort!;
const tell = (answer: LoadAnswer): void => port.postMessage(answer);

port.on('message', async ({ argument, options }: LoadTask) => {
  try {
    const run = await loadRun(argument, {
      ...options,
      onProgress: (file, bytesRead, totalBytes) => tell({ kind: 'progress', file, bytesRead, totalBytes }),
      onPrinting: (tool, file) => tell({ kind: 'printing', tool, file }),
    });
    const { packet, moved } = packRun(run);
    port.postMessage({ kind: 'run', packet } satisfies LoadAnswer, moved);
  } catch (error) {
    tell(packError(error));
  }
});
