import { ExitCode, RecvscopeError } from '../../../model/diagnostics/errors.ts';
import type { ExportOptions } from './options.ts';

/** A capture in a format of other tools. */
export async function runExport(captures: string[], options: ExportOptions): Promise<number> {
  if (options.format !== 'parquet' && captures.length > 1)
    throw new RecvscopeError(
      'usage',
      ExitCode.usage,
      `export --format ${options.format} takes one capture, not ${captures.length}`,
      'a folder is one capture: its files are read together',
    );
  switch (options.format) {
    case 'folded':
      return (await import('./folded.ts')).exportFolded(captures[0], options);
    case 'perfetto':
      return (await import('./perfetto.ts')).exportPerfetto(captures[0], options);
    case 'parquet':
      return (await import('./parquet.ts')).exportParquet(captures, options);
  }
}
