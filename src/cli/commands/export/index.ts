import { ExitCode, RecvscopeError } from '../../../model/diagnostics/errors.ts';
import type { LoadOptions } from '../../pipeline.ts';

export const EXPORT_FORMATS = ['folded', 'perfetto', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  format: ExportFormat;
  output?: string;
  weight: 'samples' | 'period';
  /** 'recvscope 0.1.0' */
  tool: string;
  load: LoadOptions;
}

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
