import path from 'node:path';
import { renderAnalysis } from '../../reports/index.ts';
import type { Analysis } from '../model/analysis.ts';
import { ExitCode, RecvscopeError } from '../model/errors.ts';
import { printData, printWarning, writeFileWhole } from './output.ts';

export const REPORT_FORMATS = ['html', 'markdown', 'text', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const FORMAT_BY_EXTENSION: Record<string, ReportFormat> = {
  '.html': 'html',
  '.htm': 'html',
  '.md': 'markdown',
  '.txt': 'text',
  '.json': 'json',
};

/** --format wins; else the extension of -o; else html into a file and text on the terminal. */
export function chooseFormat(format: string | undefined, output: string | undefined): ReportFormat {
  if (format !== undefined) return format as ReportFormat;
  if (output === undefined) return 'text';
  return FORMAT_BY_EXTENSION[path.extname(output).toLowerCase()] ?? 'html';
}

export async function deliverAnalysis(
  analysis: Analysis,
  options: { format?: string; output?: string },
): Promise<void> {
  const format = chooseFormat(options.format, options.output);
  const text = await renderAnalysis(analysis, format);
  if (options.output === undefined || options.output === '-') {
    await printData(text);
    return;
  }
  await writeFileWhole(options.output, text);
  printWarning(`${analysis.headline.sentence}`);
  printWarning(`wrote ${options.output}`);
}

/** 'loses', 'regression' or 'regression:PCT'; anything else is a usage error. */
export function parseFailOn(text: string): { kind: 'loses' } | { kind: 'regression'; minimumPct: number } {
  if (text === 'loses') return { kind: 'loses' };
  const match = /^regression(?::(\d+(?:\.\d+)?))?$/.exec(text);
  if (match !== null) return { kind: 'regression', minimumPct: Number(match[1] ?? 0) };
  throw new RecvscopeError(
    'usage',
    ExitCode.usage,
    `--fail-on ${text}: not a condition`,
    'use --fail-on loses, regression or regression:5',
  );
}

/** True when the condition a script asked for holds: the command then ends with exit code 1. */
export function hasFailed(analysis: Analysis, failOn: string | undefined): boolean {
  if (failOn === undefined) return false;
  const condition = parseFailOn(failOn);
  if (condition.kind === 'loses') return analysis.verdicts.some((verdict) => verdict.outcome === 'loses');
  return (analysis.comparison?.rows ?? []).some(
    (row) =>
      row.significant &&
      row.direction === 'worse' &&
      Math.abs(row.differencePct?.estimate ?? 0) >= condition.minimumPct,
  );
}
