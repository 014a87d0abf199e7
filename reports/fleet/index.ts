import type { FleetComparison, FleetSummary } from '../../src/model/fleet.ts';
import { cleanDeep } from '../clean.ts';
import type { ReportFormat } from '../index.ts';
import { makeComparisonDocument } from './comparison.ts';
import { makeSummaryDocument } from './summary.ts';

/** An answer about a fleet, in the same outputs as a report. */
export async function renderFleet(raw: FleetComparison | FleetSummary, format: ReportFormat): Promise<string> {
  // A short form of an answer about a fleet is the answer itself.
  if (format === 'json' || format === 'summary-json' || format === 'junit') return `${JSON.stringify(raw, null, 1)}\n`;
  const answer = cleanDeep(raw);
  const document = answer.kind === 'fleet-compare' ? makeComparisonDocument(answer) : makeSummaryDocument(answer);
  switch (format) {
    case 'html':
      return (await import('../outputs/html/index.ts')).writeHtml(document);
    case 'markdown':
      return (await import('../outputs/markdown.ts')).writeMarkdown(document);
    case 'text':
      return (await import('../outputs/text/index.ts')).writeText(document);
  }
}
