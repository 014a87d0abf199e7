import { promises as fs } from 'node:fs';
import { type Analysis, SCHEMA_VERSION } from '../model/analysis/index.ts';
import { ExitCode, RecvscopeError } from '../model/diagnostics/errors.ts';

/** The start of every file that `--format json` writes; captures never begin like this. */
const SIGNATURE = /^\s*\{\s*"schemaVersion"\s*:/;

/** The analysis in `file` if it is a saved one, null if it is something else (a capture). Newer than known is refused. */
export async function readSavedAnalysis(file: string): Promise<Analysis | null> {
  if (file === '-') return null;
  const head = await readHead(file);
  if (head === null || !SIGNATURE.test(head)) return null;
  let analysis: Analysis;
  try {
    analysis = JSON.parse(await fs.readFile(file, 'utf8')) as Analysis;
  } catch {
    throw new RecvscopeError(
      'saved-analysis-broken',
      ExitCode.unreadable,
      `${file} is a saved analysis that is cut or edited`,
      'write it again with recvscope report --format json',
    );
  }
  if (analysis.schemaVersion !== SCHEMA_VERSION) {
    throw new RecvscopeError(
      'saved-analysis-version',
      ExitCode.unreadable,
      `${file} has schema version ${String(analysis.schemaVersion)}, this recvscope knows ${SCHEMA_VERSION}`,
      'use the recvscope that wrote it, or analyse the captures again',
    );
  }
  return analysis;
}

async function readHead(file: string): Promise<string | null> {
  const handle = await fs.open(file, 'r').catch(() => null);
  if (handle === null) return null;
  try {
    if (!(await handle.stat()).isFile()) return null;
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
