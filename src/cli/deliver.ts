import { renderAnalysis } from '../../reports/index.ts';
import type { Analysis } from '../model/analysis/index.ts';
import { printData, printWarning, writeFileWhole } from './output.ts';
import { chooseFormat } from './report-formats.ts';

/** The rendered analysis to -o (whole or not at all) or to standard output. */
export async function deliverAnalysis(
  analysis: Analysis,
  options: { format?: string; output?: string },
): Promise<void> {
  const text = await renderAnalysis(analysis, chooseFormat(options.format, options.output));
  if (options.output === undefined || options.output === '-') {
    await printData(text);
    return;
  }
  await writeFileWhole(options.output, text);
  printWarning(analysis.headline.sentence);
  printWarning(`wrote ${options.output}`);
}

/** Pieces of text or bytes to -o (whole or not at all) or to standard output, until nobody listens any more. */
export async function deliverChunks(chunks: Iterable<string | Uint8Array>, output: string | undefined): Promise<void> {
  if (output !== undefined && output !== '-') await writeFileWhole(output, chunks);
  else for (const chunk of chunks) if (!(await printData(chunk))) break;
}
