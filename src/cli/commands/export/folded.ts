import { ExitCode, RecvscopeError } from '../../../model/diagnostics/errors.ts';
import type { FoldedStacks } from '../../../model/profile.ts';
import { deliverChunks } from '../../deliver.ts';
import { printWarning } from '../../output.ts';
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
  const chosen = chooseEvent(capture, folded, options.event);
  const stacks = options.weight === 'period' ? chosen.weights : chosen.counts;
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

/** Samples of different events cannot be added up: those of one are written, and the others are told of. */
function chooseEvent(capture: string, folded: FoldedStacks, wanted: string | undefined): FoldedStacks {
  const events = [...(folded.byEvent ?? [])];
  const name = (event: string): string => (event === '' ? '(no event name)' : event);
  const list = events.map(([event, stacks]) => `${name(event)} (${stacks.samples})`).join(', ');
  if (wanted === undefined) {
    if (events.length <= 1) return folded;
    const [[first, stacks], ...others] = events;
    const left = others.map(([event, other]) => `${other.samples} of ${name(event)}`).join(', ');
    printWarning(`folded: ${stacks.samples} samples of ${name(first)}; left out: ${left} (--event NAME)`);
    return stacks;
  }
  const found = events.find(([event]) => event === wanted) ?? events.find(([event]) => event.split(':')[0] === wanted);
  if (found !== undefined) return found[1];
  throw new RecvscopeError(
    'no-such-event',
    ExitCode.usage,
    `${capture} has no call-chain samples of ${wanted}`,
    `events with samples: ${list}`,
  );
}
