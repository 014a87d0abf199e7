import { renderAnalysis } from '../../reports/index.ts';
import type { Analysis } from '../model/analysis/index.ts';
import { clearProgress, printData, printProgress, printSentence, printWarning, writeFileWhole } from './output.ts';
import { choosePaint } from './paint.ts';
import { chooseFormat } from './report-formats.ts';

/** The rendered analysis to -o (whole or not at all) or to standard output. */
export async function deliverAnalysis(
  analysis: Analysis,
  options: { format?: string; output?: string; full?: boolean },
): Promise<void> {
  const format = chooseFormat(options.format, options.output);
  if (format === 'html') printProgress('drawing the report …');
  const isTerminal = options.output === undefined || options.output === '-';
  const paint = isTerminal ? choosePaint(process.argv) : undefined;
  const text = await renderAnalysis(analysis, format, { isFull: options.full === true, paint });
  clearProgress();
  if (options.output === undefined || options.output === '-') {
    await printData(text);
    return;
  }
  await writeFileWhole(options.output, text);
  printSentence(analysis.headline.sentence);
  printWarning(`wrote ${options.output} (${nameSize(Buffer.byteLength(text))})`);
}

/** '312 kB': what a tracker counts. */
function nameSize(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : `${Math.round(bytes / 1000)} kB`;
}

/** Pieces of text or bytes to -o (whole or not at all) or to standard output, until nobody listens any more. */
export async function deliverChunks(chunks: Iterable<string | Uint8Array>, output: string | undefined): Promise<void> {
  if (output !== undefined && output !== '-') await writeFileWhole(output, chunks);
  else for (const chunk of chunks) if (!(await printData(chunk))) break;
}
