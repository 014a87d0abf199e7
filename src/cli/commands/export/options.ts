import type { LoadOptions } from '../../pipeline.ts';

export const EXPORT_FORMATS = ['folded', 'perfetto', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  format: ExportFormat;
  output?: string;
  weight: 'samples' | 'period';
  /** Folded: the event whose samples are written. */
  event?: string;
  /** 'recvscope 0.1.0' */
  tool: string;
  load: LoadOptions;
}
