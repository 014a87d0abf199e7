import { promises as fs } from 'node:fs';
import path from 'node:path';
import { writeParquet } from '../../../exports/parquet/index.ts';
import { callsTable } from '../../../exports/tables/calls.ts';
import { SUMMARY_SCHEMA_VERSION, summarizeCapture, summaryTable } from '../../../fleet/summary/tables.ts';
import type { Run } from '../../../model/capture.ts';
import { ExitCode, RecvscopeError } from '../../../model/diagnostics/errors.ts';
import { identifyCapture } from '../../../model/identity.ts';
import { makeFolder, printWarning, writeFileWhole } from '../../output.ts';
import { type LoadOptions, loadRun } from '../../pipeline.ts';
import { readManifest, type Shard, takeShard } from './manifest.ts';
import { describeState, readMarker, writeMarker } from './markers.ts';

export interface SummarizeOptions {
  output: string;
  from?: string;
  shard: Shard;
  maxFailures: number;
  /** The rows of all calls beside the summary. */
  calls?: boolean;
  tool: string;
  load: LoadOptions;
}

type Fate = 'done' | 'skipped' | 'failed';

/**
 * One small Parquet file a capture, named by its content. Any number of processes may work into one folder: what is there is
 * whole, what was done by the same version is not done again, what fails is a line in failures.ndjson and stops nobody.
 */
export async function runSummarize(captures: string[], options: SummarizeOptions): Promise<number> {
  const all = [...captures, ...(options.from === undefined ? [] : await readManifest(options.from))];
  if (all.length === 0)
    throw new RecvscopeError(
      'usage',
      ExitCode.usage,
      'summarize needs captures',
      'recvscope summarize captures/*.gz -o summaries/, or --from MANIFEST',
    );
  await makeFolder(options.output);
  const counts: Record<Fate, number> = { done: 0, skipped: 0, failed: 0 };
  for (const capture of takeShard(all, options.shard)) counts[await summarizeOne(capture, options)]++;
  printWarning(`${counts.done} summarised, ${counts.skipped} already there, ${counts.failed} failed`);
  return counts.failed > options.maxFailures ? ExitCode.failOn : ExitCode.done;
}

async function summarizeOne(capture: string, options: SummarizeOptions): Promise<Fate> {
  try {
    const state = capture === '-' ? '' : await describeState(capture, describeMaking(options));
    const marker = await readMarker(options.output, capture);
    if (marker !== null && marker.state === state && (await isThere(summaryFile(options.output, marker.captureId))))
      return 'skipped';
    const run = await loadRun(capture, options.load);
    const captureId = await writeSummary(run, capture, options);
    if (capture !== '-') await writeMarker(options.output, { capture, captureId, state });
    return 'done';
  } catch (error) {
    // The folder that cannot be written is everybody's trouble, not this capture's.
    if (error instanceof RecvscopeError && error.code === 'cannot-write') throw error;
    await noteFailure(capture, error, options.output);
    return 'failed';
  }
}

async function writeSummary(run: Run, source: string, options: SummarizeOptions): Promise<string> {
  const identity = identifyCapture(run);
  const captureId = identity.captureId!;
  const metadata = { tool: options.tool, table: 'summary', schemaVersion: String(SUMMARY_SCHEMA_VERSION) };
  if (options.calls === true) {
    const folder = path.join(options.output, 'calls');
    await makeFolder(folder);
    const table = callsTable(run.calls, identity, true);
    const bytes = writeParquet([table], { metadata: { ...metadata, table: 'calls' } });
    await writeFileWhole(path.join(folder, `${captureId}.parquet`), bytes);
  }
  const table = summaryTable(summarizeCapture(run, source));
  await writeFileWhole(summaryFile(options.output, captureId), writeParquet([table], { metadata, packing: 'small' }));
  return captureId;
}

const summaryFile = (folder: string, captureId: string): string => path.join(folder, `${captureId}.parquet`);

const isThere = (file: string): Promise<boolean> =>
  fs.stat(file).then(
    (stat) => stat.isFile(),
    () => false,
  );

/** Whatever changes the summary of the same bytes. */
function describeMaking({ tool, calls, load }: SummarizeOptions): string {
  const { labels, maxCalls, seed, maxLineBytes } = load;
  return JSON.stringify([tool, SUMMARY_SCHEMA_VERSION, calls === true, labels ?? {}, maxCalls, seed, maxLineBytes]);
}

/** One write of one line: lines of processes that append to the same file do not mix. */
async function noteFailure(capture: string, error: unknown, folder: string): Promise<void> {
  const known = error instanceof RecvscopeError ? error : null;
  const line = {
    capture,
    code: known?.code ?? 'internal-error',
    message: known?.message ?? (error instanceof Error ? error.message : String(error)),
  };
  await fs.appendFile(path.join(folder, 'failures.ndjson'), `${JSON.stringify(line)}\n`);
  printWarning(`${capture}: ${line.message} [${line.code}]`);
}
