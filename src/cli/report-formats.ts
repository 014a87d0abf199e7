import path from 'node:path';
import { nameTable } from '../model/name-table.ts';

export const REPORT_FORMATS = ['html', 'markdown', 'text', 'json', 'summary-json', 'junit'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const FORMAT_BY_EXTENSION: Record<string, ReportFormat> = nameTable({
  '.html': 'html',
  '.htm': 'html',
  '.md': 'markdown',
  '.txt': 'text',
  '.json': 'json',
  '.xml': 'junit',
});

/** --format wins; else the extension of -o; else html into a file and text on the terminal. */
export function chooseFormat(format: string | undefined, output: string | undefined): ReportFormat {
  if (format !== undefined) return format as ReportFormat;
  if (output === undefined || output === '-') return 'text';
  return FORMAT_BY_EXTENSION[path.extname(output).toLowerCase()] ?? 'html';
}
