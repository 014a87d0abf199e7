import path from 'node:path';
import { loadRun } from '../../../src/cli/pipeline.ts';
import type { Analysis, LensReport } from '../../../src/model/analysis/index.ts';
import type { Run } from '../../../src/model/capture.ts';
import { judgeRuns } from '../../../src/verdict/index.ts';
import { scopeRuns } from '../../../src/verdict/scope/choose.ts';
import { ROOT } from '../../support/source-tree.ts';

export const loadFixture = (name: string): Promise<Run> =>
  loadRun(path.join(ROOT, 'fixtures/captures/lenses', name), {});

export async function judgeFixture(name: string): Promise<Analysis> {
  const { runs } = scopeRuns([await loadFixture(name)], undefined);
  return judgeRuns(runs, { tool: 'test' });
}

/** Rows of the n-th table of a lens. */
export function rowsOf(lenses: readonly LensReport[], id: string, table = 0): (string | number | null)[][] {
  return lenses.find((lens) => lens.id === id)?.tables[table]?.rows ?? [];
}
