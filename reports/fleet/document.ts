import type { ReportDocument, Section, Tone } from '../blocks.ts';

/** What an answer about a fleet consists of: nothing of it is folded, and a terminal gets all of it. */
export type FleetSection = Pick<Section, 'id' | 'title' | 'blocks'>;

export interface FleetDocument {
  title: string;
  tool: string;
  headline: string;
  outcome: string;
  tone: Tone;
  cautions: string[];
  sections: FleetSection[];
  seed: number | null;
}

/** The one place where an answer about a fleet becomes a document of the outputs. */
export function toDocument({ seed, headline, outcome, tone, ...parts }: FleetDocument): ReportDocument {
  const cautions: FleetSection[] =
    parts.cautions.length === 0
      ? []
      : [{ id: 'cautions', title: 'Before quoting a number', blocks: [{ kind: 'list', items: parts.cautions }] }];
  return {
    kind: 'fleet',
    title: parts.title,
    tool: parts.tool,
    cautions: parts.cautions,
    first: {
      eyebrow: [parts.tool, 'fleet', parts.title],
      headline,
      outcome,
      tone,
      why: [],
      actions: [],
      strip: [],
      facts: [],
      trust: [],
    },
    sections: [...cautions, ...parts.sections].map((section) => ({
      ...section,
      isFolded: false,
      ticket: section.blocks,
    })),
    absent: [],
    footnotes: [
      `Made by ${parts.tool}${seed === null ? '' : `, seed ${seed}`}. The same summaries give the same report. No test is computed in a database: it groups and counts.`,
      'Intervals stand in brackets: [low, high]. A dash is an unknown value, never zero.',
    ],
  };
}
