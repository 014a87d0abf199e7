import { ExitCode, RecvscopeError } from '../../../model/diagnostics/errors.ts';
import { deliverChunks } from '../../deliver.ts';
import { loadFolded } from '../../pipeline.ts';
import type { ExportOptions } from './options.ts';

/** Folded stacks: `comm;root;…;leaf count`, one line each, for flame graph tools. */
export async function exportFolded(capture: string, options: ExportOptions): Promise<number> {
  const folded = await loadFolded(capture, options.load);
  if (folded === null || folded.samples === 0)
    throw new RecvscopeError(
      'no-samples',
      ExitCode.nothingRecognised,
      `${capture} holds no call-chain samples`,
      'record with perf record -g and print with perf script',
    );
  const stacks = options.weight === 'period' ? folded.weights : folded.counts;
  function* lines(): Generator<string> {
    let text = '';
    for (const [stack, count] of stacks) {
      text += `${stack} ${count}\n`;
      if (text.length > 1 << 16) {
        yield text;
        text = '';
      }
    }
    yield text;
  }
  await deliverChunks(lines(), options.output);
  return ExitCode.done;
}
