import type { Analysis } from '../src/model/analysis/index.ts';
import type { Tone } from './blocks.ts';
import { makeDocument } from './document.ts';

export const REPORT_FORMATS = ['html', 'markdown', 'text', 'json', 'summary-json', 'junit'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface RenderOptions {
  /** Markdown and text: everything, not only what fits into a ticket or on a terminal. */
  isFull?: boolean;
  /** Text: colours a word by its tone; absent = plain. */
  paint?: (text: string, tone: Tone, isBold: boolean) => string;
}

/** Outputs are loaded when asked for: only HTML needs the chart libraries. */
export async function renderAnalysis(
  analysis: Analysis,
  format: ReportFormat,
  { isFull = false, paint }: RenderOptions = {},
): Promise<string> {
  switch (format) {
    case 'html': {
      const document = makeDocument(analysis);
      const { writeTicket } = await import('./outputs/markdown.ts');
      return (await import('./outputs/html/index.ts')).writeHtml(document, writeTicket(document));
    }
    case 'markdown': {
      const { writeMarkdown, writeTicket } = await import('./outputs/markdown.ts');
      return (isFull ? writeMarkdown : writeTicket)(makeDocument(analysis));
    }
    case 'text': {
      const { writeSummary, writeText } = await import('./outputs/text/index.ts');
      return (isFull ? writeText : writeSummary)(makeDocument(analysis), paint);
    }
    case 'json':
      return (await import('./outputs/json.ts')).writeJson(analysis);
    case 'summary-json':
      return (await import('./outputs/summary-json.ts')).writeSummaryJson(analysis);
    case 'junit':
      return (await import('./outputs/junit.ts')).writeJunit(analysis);
  }
}

export { writeCalls } from './outputs/calls/index.ts';
