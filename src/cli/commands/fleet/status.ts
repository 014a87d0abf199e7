import { existsSync, promises as fs } from 'node:fs';
import path from 'node:path';
import { tellStatus } from '../../../fleet/questions/status.ts';
import { ExitCode } from '../../../model/diagnostics/errors.ts';
import { deliverChunks } from '../../deliver.ts';
import { readManifest } from '../summarize/manifest.ts';
import { markerFile } from '../summarize/markers.ts';

/** Lines shown of a list that may have a million. */
const SHOWN = 20;

/** How far `summarize` is: 0 all done, 1 something failed or is missing. */
export async function runFleetStatus(
  manifest: string,
  folder: string,
  options: { format: 'text' | 'json'; output?: string },
): Promise<number> {
  const captures = await readManifest(manifest);
  const status = tellStatus(captures, (capture) => existsSync(markerFile(folder, capture)), await readFailures(folder));
  const { done, failed, missing } = status;
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0
      ? []
      : [
          `${title}\n`,
          ...lines.slice(0, SHOWN).map((line) => `  ${line}\n`),
          ...(lines.length > SHOWN ? [`  and ${lines.length - SHOWN} more\n`] : []),
        ];
  const text =
    options.format === 'json'
      ? [`${JSON.stringify(status, null, 1)}\n`]
      : [
          `${captures.length} captures: ${done} done, ${failed.length} failed, ${missing.length} missing\n`,
          ...list(
            'failed',
            failed.map(({ capture, code }) => `${capture} [${code}]`),
          ),
          ...list('missing', missing),
        ];
  await deliverChunks(text, options.output);
  return failed.length + missing.length === 0 ? ExitCode.done : ExitCode.failOn;
}

async function readFailures(folder: string): Promise<{ capture: string; code: string }[]> {
  const text = await fs.readFile(path.join(folder, 'failures.ndjson'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { capture: string; code: string });
}
