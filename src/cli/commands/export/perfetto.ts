import { blankPerfettoCount, writePerfetto } from '../../../exports/perfetto/index.ts';
import { ExitCode, RecvscopeError } from '../../../model/diagnostics/errors.ts';
import { identifyCapture } from '../../../model/identity.ts';
import { deliverChunks } from '../../deliver.ts';
import { printWarning } from '../../output.ts';
import { loadRun } from '../../pipeline.ts';
import type { ExportOptions } from './options.ts';

/** Every call with its phases, for ui.perfetto.dev. What cannot be drawn is counted on stderr. */
export async function exportPerfetto(capture: string, options: ExportOptions): Promise<number> {
  const run = await loadRun(capture, { ...options.load, keepAllSegments: true });
  if (run.calls.length === 0)
    throw new RecvscopeError(
      'no-calls',
      ExitCode.nothingRecognised,
      `${run.name} holds no receive call`,
      `recvscope inspect ${run.name} says what to record`,
    );
  const count = blankPerfettoCount();
  await deliverChunks(writePerfetto(run.calls, identifyCapture(run), count), options.output);
  printWarning(`${count.calls} calls, ${count.slices} slices on ${count.tracks} tracks`);
  if (count.marked > 0) printWarning(`${count.marked} calls without a beginning or an end are marks`);
  if (count.withoutTime > 0)
    printWarning(`${count.withoutTime} calls have no time and are left out: no clock in the text`);
  const total = run.timeline.allCalls;
  if (total !== undefined && total.kept < total.calls)
    printWarning(`a sample of ${total.kept} of ${total.calls} calls: raise --max-calls`);
  return ExitCode.done;
}
