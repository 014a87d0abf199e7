import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderAnalysis } from '../../../reports/index.ts';
import { loadRun, vocabulary } from '../../../src/cli/pipeline.ts';
import type { Analysis } from '../../../src/model/analysis/index.ts';
import type { Run } from '../../../src/model/capture.ts';
import { compareRuns, judgeRuns } from '../../../src/verdict/index.ts';
import { ROOT } from '../../support/source-tree.ts';
import { checkHeadline, PAIRS, type Page } from './pairs.ts';

const CAPTURES = path.join(ROOT, 'fixtures/captures');
const OPTIONS = { tool: 'test', categoryOf: vocabulary.categoryOf };
/** The other runs of a series say what the first says. */
const OTHER_RUNS = /classic\/.*\/run[2-5]$|modern-rcvlowat\/[AB][2-4]$/;
const MAX_BYTES = 200_000;

/** Every folder that holds an input, as one capture: an input of an odd layout stands beside its like. */
function listFolders(at = CAPTURES): string[] {
  const entries = readdirSync(at).sort();
  const files = entries.filter((name) => statSync(path.join(at, name)).isFile());
  const inner = entries.filter((name) => statSync(path.join(at, name)).isDirectory());
  const own = files.some((name) => name !== 'about.md' && !name.startsWith('gt-')) ? [at] : [];
  return [...own, ...inner.flatMap((name) => listFolders(path.join(at, name)))].filter(
    (name) => !OTHER_RUNS.test(name),
  );
}

const isSmall = (folder: string): boolean =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0) <= MAX_BYTES;

function sentencesOf(analysis: Analysis): string[] {
  const { headline, answer, findings, verdicts, comparison, lenses, caveats, recordNext, notes } = analysis;
  return [
    headline.sentence,
    ...(answer?.why ?? []),
    ...(answer?.actions ?? []).flatMap((a) => [a.text, a.command]),
    ...[...verdicts, ...findings].flatMap((f) => [f.sentence, ...f.reasons, ...f.warnings, f.nextStep]),
    ...(comparison?.warnings ?? []),
    ...(lenses ?? []).flatMap((lens) => lens.sentences),
    ...caveats,
    ...notes,
    ...recordNext.flatMap((r) => [r.missing, r.why, r.command]),
  ].filter((sentence) => sentence !== '');
}

async function offend(analysis: Analysis, runs: readonly Run[]): Promise<string[]> {
  const page: Page = {
    analysis,
    runs,
    sentences: sentencesOf(analysis),
    text: (await renderAnalysis(analysis, 'text', { isFull: true })).replace(/\s+/g, ' '),
  };
  const head = checkHeadline(analysis.headline.sentence);
  const found = PAIRS.flatMap(({ id, find }) => {
    const words = find(page);
    return words === '' ? [] : [`${id}: ${words}`];
  });
  return head === '' ? found : [head, ...found];
}

describe('sentences that must not stand together on one page', () => {
  it.each(listFolders().map((folder) => path.relative(CAPTURES, folder)))('%s', async (name) => {
    const folder = path.join(CAPTURES, name);
    const run = await loadRun(folder, {});
    expect(await offend(judgeRuns([run], OPTIONS), [run])).toEqual([]);
    if (!isSmall(folder)) return;
    const other = { ...run, side: 'before' as const };
    const itself = compareRuns([other], [{ ...run, side: 'after' as const }], OPTIONS);
    expect(itself.headline.sentence).toContain('same capture');
    expect(await offend(itself, [run])).toEqual([]);
  });
});
