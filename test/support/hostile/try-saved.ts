import { renderAnalysis } from '../../../reports/index.ts';
import type { Analysis } from '../../../src/model/analysis/index.ts';
import { ExitCode, RecvscopeError } from '../../../src/model/diagnostics/errors.ts';
import { restoreRun } from '../../../src/model/saved-run.ts';
import { checkAnalysis } from '../../../src/model/schema/check.ts';
import { compareRuns, judgeRuns } from '../../../src/verdict/index.ts';
import { WRONG_WORDS, withoutScripts } from './wrong-words.ts';

export interface Trial {
  /** 'refused': the check of the format said no. */
  outcome: 'refused' | 'rendered';
  /** '' = fine. */
  fault: string;
}

/** What report and compare do with a saved analysis, without the process around it. */
export async function trySaved(
  value: unknown,
  formats: readonly ('html' | 'markdown' | 'text' | 'json')[],
): Promise<Trial> {
  const checked = checkAnalysis(value);
  if (typeof checked === 'string') return { outcome: 'refused', fault: '' };
  try {
    const outputs = await renderAll(checked, formats);
    if ((checked.saved?.length ?? 0) > 0) {
      const restore = (side: 'before' | 'after' | '') => checked.saved!.map((run) => restoreRun(run, side));
      outputs.push(
        ...(await renderAll(compareRuns(restore('before'), restore('after'), { tool: 'recvscope' }), ['text'])),
      );
      outputs.push(...(await renderAll(judgeRuns(restore(''), { tool: 'recvscope' }), ['text'])));
    }
    const word = outputs.map((text) => WRONG_WORDS.exec(withoutScripts(text))).find((match) => match !== null);
    if (word === null || word === undefined) return { outcome: 'rendered', fault: '' };
    return { outcome: 'rendered', fault: `prints ${word.input.slice(Math.max(0, word.index - 80), word.index + 40)}` };
  } catch (error) {
    if (error instanceof RecvscopeError && error.exitCode !== ExitCode.bug) return { outcome: 'refused', fault: '' };
    return {
      outcome: 'rendered',
      fault: error instanceof Error ? (error.stack ?? error.message).slice(0, 700) : String(error),
    };
  }
}

async function renderAll(
  analysis: Analysis,
  formats: readonly ('html' | 'markdown' | 'text' | 'json')[],
): Promise<string[]> {
  const outputs: string[] = [];
  for (const format of formats) outputs.push(await renderAnalysis(analysis, format));
  return outputs;
}
