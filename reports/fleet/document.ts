import type { ReportDocument, Section, Tone } from '../blocks.ts';

export interface FleetDocument {
  title: string;
  tool: string;
  headline: string;
  outcome: string;
  tone: Tone;
  cautions: string[];
  sections: Section[];
  seed: number | null;
}

/** The one place where an answer about a fleet becomes a document of the outputs. */
export function toDocument({ seed, ...parts }: FleetDocument): ReportDocument {
  return {
    kind: 'fleet',
    ...parts,
    footnotes: [
      `Made by ${parts.tool}${seed === null ? '' : `, seed ${seed}`}. The same summaries give the same report. No test is computed in a database: it groups and counts.`,
      'Intervals stand in brackets: [low, high]. A dash is an unknown value, never zero.',
    ],
  };
}
