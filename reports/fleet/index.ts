import type { FleetComparison, FleetSummary } from '../../src/model/fleet.ts';
import { cleanDeep } from '../clean.ts';
import { makeComparisonDocument } from './comparison.ts';
import { makeSummaryDocument } from './summary.ts';

export type FleetFormat = 'html' | 'markdown' | 'text' | 'json';

/** An answer about a fleet, in the same outputs as a report. */
export async function renderFleet(raw: FleetComparison | FleetSummary, format: FleetFormat): Promise<string> {
  if (format === 'json') return `${JSON.stringify(raw, null, 1)}\n`;
  const answer = cleanDeep(raw);
  const document = answer.kind === 'fleet-compare' ? makeComparisonDocument(answer) : makeSummaryDocument(answer);
  switch (format) {
    case 'html':
      return (await import('../outputs/html.ts')).writeHtml(document);
    case 'markdown':
      return (await import('../outputs/markdown.ts')).writeMarkdown(document);
    case 'text':
      return (await import('../outputs/text/index.ts')).writeText(document);
  }
}
