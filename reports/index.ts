import type { Analysis } from '../src/model/analysis/index.ts';
import { makeDocument } from './document.ts';

export const REPORT_FORMATS = ['html', 'markdown', 'text', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Outputs are loaded when asked for: only HTML needs the chart libraries. */
export async function renderAnalysis(analysis: Analysis, format: ReportFormat): Promise<string> {
  switch (format) {
    case 'html':
      return (await import('./outputs/html.ts')).writeHtml(makeDocument(analysis));
    case 'markdown':
      return (await import('./outputs/markdown.ts')).writeMarkdown(makeDocument(analysis));
    case 'text':
      return (await import('./outputs/text/index.ts')).writeText(makeDocument(analysis));
    case 'json':
      return (await import('./outputs/json.ts')).writeJson(analysis);
  }
}

export { writeCalls } from './outputs/calls/index.ts';
